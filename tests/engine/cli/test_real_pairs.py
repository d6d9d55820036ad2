"""The bundled weights on real rasters they never saw, through the command line.

The floors lie a little under what docs/accuracy.md reports, to catch a regression and nothing else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from support.command import PROJECT, engine

from training.evaluate.layers import evaluate_layers

DATA = Path(os.environ.get("CHANGEVG_DATA", PROJECT.parent / "shared" / "data"))
PAIRS = DATA / "geotiff"
FLOOR_PLAIN = 0.84
WIDEST_GAP_MIXED = 0.05

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not PAIRS.is_dir(), reason=f"the real pairs are not in {PAIRS} (or $CHANGEVG_DATA)"
    ),
]


def run(before: Path, after: Path, out: Path) -> Path:
    done = engine("tile-infer", before, after, out, timeout=600)
    assert done.code == 0, done.err
    return out


def f1(layers: Path, name: str) -> float:
    report = evaluate_layers(
        layers, PAIRS / f"{name}_truth.geojson", PAIRS / f"{name}_before.tif", None
    )
    print(name, json.dumps(report))
    return report["f1"]


def test_plain_pair_and_swapped_dates(tmp_path: Path) -> None:
    before, after = PAIRS / "plain_before.tif", PAIRS / "plain_after.tif"
    forth = run(before, after, tmp_path / "forth.gpkg")
    assert f1(forth, "plain") >= FLOOR_PLAIN
    back = run(after, before, tmp_path / "back.gpkg")
    report = evaluate_layers(forth, None, before, back)["swapped"]
    assert report["turned_share"] >= 0.95, report


def read_plainly(folder: Path) -> Path:
    """The after date of the mixed pair as it was: 8 bit, on the before raster's grid."""
    with rasterio.open(PAIRS / "mixed_before.tif") as source:
        profile, bounds = source.profile, source.bounds
    tiles = json.loads((DATA / "levir" / "tiles.json").read_text())
    pixels = np.zeros((3, profile["height"], profile["width"]), np.uint8)
    for name in ("test_37", "test_39"):
        place = tiles[name]["bounds_epsg4326"]
        size = (place["north"] - place["south"]) / 1024
        row = round((bounds.top - place["north"]) / size)
        col = round((place["west"] - bounds.left) / size)
        image = np.asarray(Image.open(DATA / "levir" / "B" / f"{name}.jpg"))
        pixels[:, row : row + 1024, col : col + 1024] = image.transpose(2, 0, 1)
    out = folder / "plain_after.tif"
    with rasterio.open(out, "w", **profile) as target:
        target.write(pixels)
    return out


def test_another_crs_pixel_size_and_bit_depth_cost_little(tmp_path: Path) -> None:
    before = PAIRS / "mixed_before.tif"
    mixed = run(before, PAIRS / "mixed_after.tif", tmp_path / "mixed.gpkg")
    plain = run(before, read_plainly(tmp_path), tmp_path / "plain.gpkg")
    assert f1(plain, "mixed") - f1(mixed, "mixed") <= WIDEST_GAP_MIXED
