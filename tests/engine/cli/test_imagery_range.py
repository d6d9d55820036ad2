"""Imagery unlike the training: said of the run, of each tile, and nowhere else."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from support.command import engine
from support.planted_model import planted_features, planted_model
from support.rasters import planted_pair, write_raster

from training.guide.range import range_section


def tiles_of(folder: Path, seed: int) -> np.ndarray:
    """Features of the 256-pixel tiles of ordinary planted pairs."""
    found = []
    for number in range(4):
        pair = planted_pair(folder, width=900, height=900, n=30, seed=seed + number)
        with rasterio.open(pair.before) as a, rasterio.open(pair.after) as b:
            before, after = a.read(), b.read()
        for row in range(0, 640, 128):
            for col in range(0, 640, 128):
                part = np.s_[None, :, row : row + 256, col : col + 256]
                found.append(planted_features(before[part[1:]][None], after[part[1:]][None]))
    return np.concatenate(found)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiles")
    section = range_section([tiles_of(folder, 10)], [tiles_of(folder, 50)], percentile=99)
    section["limit"] *= 1.5  # tiles of a hundred pairs lie closer together than real ones
    card = {"schema": 2, "range": section}
    return planted_model(tmp_path_factory.mktemp("model"), offers=("features", "flag"), card=card)


def run(pair, model: Path, folder: Path, *options: object):
    out = folder / "o.gpkg"
    done = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--json", "--report",
        folder / "r.html", *options,
    )  # fmt: skip
    assert done.code == 0, done.err
    return json.loads(done.out), gpd.read_file(out, layer="tiles"), done.err


def test_ordinary_imagery_is_in_range(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=900, height=700, n=20, seed=77)
    result, tiles, err = run(pair, model, tmp_path, "--min-area", 1e6)
    assert (tiles["range_score"] < 1).mean() >= 0.9
    assert "unlike" not in err and not result["warnings"]
    assert result["imagery_range"]["tiles_judged"] == len(tiles)
    # The guide's flag is the tiles' change score; what changed is still what the map says.
    assert set(tiles["change_score"]) == {0.875}
    assert not tiles["changed"].any()


@pytest.mark.parametrize("how", ["inverted", "night", "noise"])
def test_strange_imagery_is_told_of(tmp_path: Path, model: Path, how: str) -> None:
    pair = planted_pair(tmp_path, width=600, height=500, n=10, seed=78)
    rng = np.random.default_rng(0)
    for path in (pair.before, pair.after):
        with rasterio.open(path, "r+") as target:
            values = target.read()
            odd = {
                "inverted": 255 - values,
                "night": values // 8,
                "noise": rng.integers(0, 256, values.shape, dtype=np.uint8),
            }[how]
            target.write(odd)
    result, tiles, err = run(pair, model, tmp_path, "--progress", "json")
    assert (tiles["range_score"] > 1).all()
    told = [json.loads(line) for line in err.splitlines()]
    warned = [event["message"] for event in told if event["event"] == "warning"]
    assert any("unlike" in text and "--stretch" in text for text in warned), warned
    assert result["imagery_range"]["share"] == 1.0 and any(
        "unlike" in w for w in result["warnings"]
    )
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "look unlike all imagery" in html and "Imagery unlike the training" in html
    with sqlite3.connect(tmp_path / "o.gpkg") as database:
        kept = " ".join(row[0] for row in database.execute("SELECT metadata FROM gpkg_metadata"))
    assert "look unlike all imagery" in kept and "tiles_out_of_range" in kept


def test_tiles_mostly_without_data_are_not_judged(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=640, height=256, nodata=0, n=6, seed=79)
    with rasterio.open(pair.after, "r+") as target:
        values = target.read()
        values[:, :, :200] = 0
        target.write(values)
    result, tiles, _ = run(pair, model, tmp_path)
    gone = tiles["nodata_pct"] > 50
    assert gone.any() and not gone.all()
    assert tiles.loc[gone, "range_score"].isna().all()
    assert tiles.loc[~gone, "range_score"].notna().all()
    assert result["imagery_range"]["tiles_judged"] == int((~gone).sum())


def test_a_model_without_a_range_says_nothing(tmp_path: Path) -> None:
    plain = planted_model(tmp_path / "model", offers=("features",))
    values = np.zeros((3, 300, 300), np.uint8) + 7
    for name in ("a", "b"):
        values = values + np.arange(300, dtype=np.uint8) % 5
        write_raster(tmp_path / f"{name}.tif", values, bounds=(620000, 3350000, 620150, 3350150))
    out = tmp_path / "o.gpkg"
    done = engine(
        "tile-infer", tmp_path / "a.tif", tmp_path / "b.tif", out, "--model", plain, "--json"
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["imagery_range"] is None
    assert gpd.read_file(out, layer="tiles")["range_score"].isna().all()


def test_features_of_another_length_are_a_damaged_model(tmp_path: Path, model: Path) -> None:
    facts = json.loads((model / "model.json").read_text())
    short = np.random.default_rng(0).normal(size=(80, 5))
    facts["range"] = range_section([short], [short])
    other = planted_model(tmp_path / "m", offers=("features",), card={"range": facts["range"]})
    pair = planted_pair(tmp_path, width=300, height=300)
    done = engine("tile-infer", pair.before, pair.after, tmp_path / "o.gpkg", "--model", other)
    assert done.code == 4 and "features" in done.err
