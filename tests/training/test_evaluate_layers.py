"""Scores of layers against truth polygons, on a raster's grid."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from training.evaluate.command import main
from training.evaluate.layers import evaluate_layers

CRS = "EPSG:32614"


def box(column: int, row: int, width: int, height: int) -> shapely.Polygon:
    left, top = 500000 + column * 0.5, 3300000 - row * 0.5
    return shapely.box(left, top - height * 0.5, left + width * 0.5, top)


def write(path: Path, boxes: list[shapely.Polygon], actions: list[str]) -> Path:
    values = {"class": ["building"] * len(boxes), "action": actions}
    frame = geopandas.GeoDataFrame(values, geometry=boxes, crs=CRS)
    if path.suffix == ".geojson":
        frame.to_crs(4326).to_file(path)
    else:
        frame.to_file(path, layer="outlines")
    return path


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    path = tmp_path / "before.tif"
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "height": 200, "width": 200}
    transform = from_origin(500000, 3300000, 0.5, 0.5)
    with rasterio.open(path, "w", crs=CRS, transform=transform, **profile) as out:
        out.write(np.zeros((1, 200, 200), np.uint8))
    return path


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    boxes = [box(10, 10, 20, 20), box(100, 100, 20, 10), box(160, 160, 10, 10)]
    return write(tmp_path / "out.gpkg", boxes, ["appeared", "disappeared", "appeared"])


def test_against_truth(tmp_path: Path, grid: Path, layers: Path) -> None:
    boxes = [box(10, 10, 20, 20), box(100, 100, 20, 20), box(50, 150, 10, 10)]
    truth = write(tmp_path / "truth.geojson", boxes, ["appeared"] * 3)
    report = evaluate_layers(layers, truth, grid)
    assert report["precision"] == pytest.approx(600 / 700, abs=2e-3)
    assert report["recall"] == pytest.approx(600 / 900, abs=2e-3)
    assert (report["objects_truth"], report["objects_predicted"]) == (3, 3)
    assert report["objects_matched"] in (1, 2)  # the half box is on the edge of matching
    assert report["false_objects"] == 1
    assert report["actions"] == {"appeared": 2, "disappeared": 1}


def test_swapped(tmp_path: Path, grid: Path, layers: Path, capsys) -> None:
    boxes = [box(11, 10, 20, 20), box(100, 100, 20, 10)]
    other = write(tmp_path / "swapped.gpkg", boxes, ["disappeared", "disappeared"])
    arguments = ["layers", str(layers), "--grid", str(grid), "--swapped", str(other)]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)["swapped"]
    assert (report["matched"], report["turned"]) == (2, 1)
    assert report["matched_share"] == round(2 / 3, 4)


def test_empty_layers(tmp_path: Path, grid: Path) -> None:
    empty = write(tmp_path / "empty.gpkg", [], [])
    truth = write(tmp_path / "truth.geojson", [box(0, 0, 10, 10)], ["appeared"])
    report = evaluate_layers(empty, truth, grid)
    assert report["recall"] == 0 and report["precision"] is None and report["false_objects"] == 0


def test_nothing_to_compare(layers: Path, grid: Path, capsys) -> None:
    assert main(["layers", str(layers), "--grid", str(grid)]) == 2
    assert "truth" in capsys.readouterr().err
