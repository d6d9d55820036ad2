"""A guide of three classes through the command line: buildings, thin roads and other changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from support.command import engine
from support.planted_model import planted_model
from support.rasters import RGB, write_raster

CLASSES = ("building", "road", "other")
SIZE = 448
GSD = 0.5


@dataclass(frozen=True)
class Planted:
    """Two files and how many pixels of each class differ."""

    before: Path
    after: Path
    pixels: dict[str, int]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """Five houses (one of them goes), a slanted road of 3 pixels across tiles, a cleared field."""
    folder = tmp_path_factory.mktemp("pair")
    rng = np.random.default_rng(3)
    before = rng.integers(60, 70, (3, SIZE, SIZE)).astype(np.uint8)
    after = before.copy()
    rows, cols = np.mgrid[:SIZE, :SIZE]
    houses = np.zeros((SIZE, SIZE), bool)
    for row, col in ((20, 20), (20, 60), (60, 20), (60, 60)):
        houses[row : row + 16, col : col + 20] = True
    gone = np.zeros_like(houses)
    gone[400:420, 30:50] = True
    road = (np.abs(rows - 0.7 * cols - 90) < 1.8) & (cols > 20) & (cols < 430)
    field = ((rows - 60) ** 2 + (cols - 360) ** 2) < 30**2
    after[0][houses], before[0][gone] = 240, 240
    after[1][road] = 240
    before[2][field] = 240
    transform = Affine(GSD, 0, 620000.0, 0, -GSD, 3350000.0)
    for name, pixels in (("before", before), ("after", after)):
        write_raster(
            folder / f"{name}.tif", pixels, crs="EPSG:32614", transform=transform, colorinterp=RGB
        )
    counts = {"building": houses.sum() + gone.sum(), "road": road.sum(), "other": field.sum()}
    return Planted(folder / "before.tif", folder / "after.tif", counts)


def infer(pair: Planted, model: Path, out: Path, *options: object) -> dict:
    done = engine("tile-infer", pair.before, pair.after, out, "--model", model, "--json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"), CLASSES, by_band=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, pair: Planted, model: Path) -> Path:
    folder = tmp_path_factory.mktemp("run")
    infer(
        pair, model, folder / "o.gpkg", "--mask-out", folder / "m.tif", "--report",
        folder / "r.html", "--picture", folder / "p.png",
    )  # fmt: skip
    return folder


def test_every_class_has_its_objects(run: Path) -> None:
    boxes = gpd.read_file(run / "o.gpkg", layer="boxes")
    found = boxes.groupby(["class", "action"]).size().to_dict()
    # What is neither building nor road is there on both dates: it changed, however bright it is.
    assert found == {
        ("building", "appeared"): 4, ("building", "disappeared"): 1,
        ("road", "appeared"): 1, ("other", "changed"): 1,
    }  # fmt: skip


def test_a_thin_slanted_road_is_measured_along_itself(run: Path, pair: Planted) -> None:
    boxes = gpd.read_file(run / "o.gpkg", layer="boxes").set_index("class")
    outlines = gpd.read_file(run / "o.gpkg", layer="outlines").set_index("class")
    road, outline = boxes.loc["road"], outlines.geometry["road"]
    assert outline.is_valid and len(outline.geoms) == 1
    assert road["area_m2"] == pytest.approx(pair.pixels["road"] * GSD**2, rel=0.06)
    # The box says 205 × 143 m; the road is 409 columns long at a slope of 0.7.
    length = 409 * np.hypot(1, 0.7) * GSD
    words = road["caption"]
    said = float(words.split("about ")[1].split(" m long")[0])
    assert said == pytest.approx(length, rel=0.05)
    assert "1 m wide" in words and "appeared" in words
    assert "×" in boxes.loc["other"]["caption"]
    assert len(road["tile_ids"].split(",")) >= 3


def test_tiles_count_and_place_roads(run: Path) -> None:
    tiles = gpd.read_file(run / "o.gpkg", layer="tiles").set_index("tile_id")
    first = tiles.loc["r00000c00000"]
    assert first["n_building"] == 4 and first["n_road"] == 1
    assert first["building_cells"] == "top left corner" and first["road_cells"]
    assert "four buildings appear" in first["caption"] and "a road appears" in first["caption"]
    right = tiles.loc["r00000c00001"]
    assert right["n_building"] == 0 and right["building_cells"] in (None, "")
    assert "another change is seen" in right["caption"]
    assert tiles["caption_raw"].isna().all() and tiles["text_ok"].isna().all()
    assert tiles["range_score"].isna().all()


def test_mask_report_and_styles_know_the_three(run: Path, pair: Planted) -> None:
    with rasterio.open(run / "m.tif") as mask:
        values, counts = np.unique(mask.read(1), return_counts=True)
        names = mask.colormap(1)
    seen = dict(zip(values.tolist(), counts.tolist(), strict=True))
    for code, name in enumerate(CLASSES, 1):
        assert seen[code] == pytest.approx(pair.pixels[name], rel=0.01), name
    assert len({names[code] for code in (1, 2, 3)}) == 3
    html = (run / "r.html").read_text(encoding="utf-8")
    for word in ("Building</th>", "Road</th>", "Other</th>", "1 other object changed"):
        assert word in html, word


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    thresholds = {
        "change": {"building": 0.5, "road": 0.4, "other": 0.6},
        "min_area_m2": {"building": 85, "road": 0, "other": 5000},
        "min_score": {"building": 0.2, "road": 0.3, "other": 0.4},
    }
    card = {"schema": 2, "thresholds": thresholds}
    return planted_model(tmp_path / "strict", CLASSES, by_band=True, card=card)


def classes_of(out: Path) -> dict[str, int]:
    return gpd.read_file(out, layer="boxes").groupby("class").size().to_dict()


def test_a_threshold_can_be_each_classs_own(tmp_path: Path, pair: Planted, strict: Path) -> None:
    infer(pair, strict, tmp_path / "a.gpkg")
    # Four houses have 80 m², the one that went has 100 m².
    assert classes_of(tmp_path / "a.gpkg") == {"building": 1, "road": 1}
    infer(pair, strict, tmp_path / "b.gpkg", "--min-area", 0, "--min-score", 0)
    assert classes_of(tmp_path / "b.gpkg") == {"building": 5, "road": 1, "other": 1}
    infer(pair, strict, tmp_path / "c.gpkg", "--min-area", 90)
    assert classes_of(tmp_path / "c.gpkg") == {"building": 1, "road": 1, "other": 1}


@pytest.mark.parametrize(
    "thresholds",
    [
        {"change": {"building": 0.5, "road": 0.4}},
        {"change": {"building": 0.5, "road": 0.4, "other": 1.5}},
        {"min_area_m2": {"building": -1, "road": 0, "other": 0}},
        {"min_score": {"building": 0, "road": 0, "other": 0, "tree": 0}},
    ],
)
def test_thresholds_that_fit_no_class_are_told(tmp_path: Path, thresholds: dict) -> None:
    folder = planted_model(tmp_path / "m", CLASSES, by_band=True, card={"thresholds": thresholds})
    done = engine("models", "show", folder)
    assert done.code == 4 and "thresholds" in done.err and "Traceback" not in done.err
