"""Written pairs: CRS, data type, nodata and bands come back as asked; the truth fits the pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import geopandas
import numpy as np
import pytest
import rasterio
from pyproj import Geod
from rasterio.enums import ColorInterp
from rasterio.features import rasterize

from training.scenes import files, generate_pair, write_pair
from training.scenes.command import main

CRSES = [
    ("EPSG:32614", (-97.74, 30.42)),
    ("EPSG:4326", (12.5, 55.7)),
    ("EPSG:3857", (-58.4, -34.6)),
    ("EPSG:2277", (-97.74, 30.42)),  # US survey feet
    ("EPSG:3413", (-45.0, 80.0)),  # polar stereographic
]


@pytest.mark.parametrize(("crs", "center"), CRSES)
def test_any_crs(tmp_path: Path, crs: str, center: tuple[float, float]) -> None:
    paths = write_pair(tmp_path, 4, 200, 160, crs=crs, center=center)
    drawn = generate_pair(4, 200, 160)
    with rasterio.open(paths.before) as dataset:
        assert dataset.crs == rasterio.crs.CRS.from_user_input(crs)
        np.testing.assert_array_equal(dataset.read(), drawn.before)
        assert dataset.tags()["SYNTHETIC"] == "YES"
        assert dataset.tags()["TIFFTAG_DATETIME"].startswith("2012:03:18")
        truth = geopandas.read_file(paths.truth)
        assert truth.crs == dataset.crs
        houses = truth[truth["class"] == "building"]
        mask = rasterize(houses.geometry, (160, 200), transform=dataset.transform) > 0
        edge = dataset.bounds
        lon, lat = rasterio.warp.transform(
            dataset.crs, "EPSG:4326", [edge.left, edge.right], [(edge.top + edge.bottom) / 2] * 2
        )
    metres = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert metres == pytest.approx(100, rel=0.003)
    # Floating-point corners may move a pixel centre across an edge, no more.
    assert (mask != drawn.building_change).sum() <= 0.002 * mask.size
    assert houses["area_px"].sum() == pytest.approx(drawn.building_change.sum(), rel=0.02)


@pytest.mark.parametrize(
    ("dtype", "nodata"), [("uint8", 0), ("uint16", 0), ("int16", -32768), ("float32", -9999.0),
                          ("float32", float("nan"))]
)  # fmt: skip
def test_data_types_and_nodata(tmp_path: Path, dtype: str, nodata: float) -> None:
    paths = write_pair(tmp_path, 2, 120, 100, dtype=dtype, nodata=nodata, collar=12)
    with rasterio.open(paths.after) as dataset:
        assert dataset.dtypes == (dtype,) * 3
        assert dataset.nodata == nodata or np.isnan([dataset.nodata, nodata]).all()
        gaps = dataset.dataset_mask() == 0
        inner = dataset.read()[:, 20:-20, 20:-20].astype(float)
    assert 0.02 < gaps.mean() < 0.4
    assert not gaps[20:-20, 20:-20].any()
    scale = {"uint8": (1, 0), "float32": (1 / 255, 0)}.get(dtype, (8, 40))
    drawn = generate_pair(2, 120, 100).after[:, 20:-20, 20:-20].astype(float) * scale[0] + scale[1]
    assert np.abs(inner - drawn).max() <= 1.001 * max(scale[0], 1 / 255)


def test_after_date_on_another_grid(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, 3, 240, 240, crs="EPSG:4326", after_crs="EPSG:32614",
                       after_gsd=0.6, after_dtype="uint16")  # fmt: skip
    with rasterio.open(paths.before) as before, rasterio.open(paths.after) as after:
        assert before.crs.to_epsg() == 4326
        assert after.crs.to_epsg() == 32614
        assert after.res[0] == pytest.approx(0.6)
        assert after.dtypes[0] == "uint16"
        assert after.nodata == 0
        assert (after.dataset_mask() > 0).mean() > 0.9
    assert not (tmp_path / "after.drawn.tif").exists()


def test_bands_are_labelled(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, 3, 64, 64, bands="bgrn", after_bands="rgba")
    drawn = generate_pair(3, 64, 64)
    with rasterio.open(paths.before) as before, rasterio.open(paths.after) as after:
        assert before.colorinterp[:3] == (ColorInterp.blue, ColorInterp.green, ColorInterp.red)
        assert before.descriptions[3] == "nir"
        np.testing.assert_array_equal(before.read(3), drawn.before[0])
        assert after.colorinterp[3] == ColorInterp.alpha


def test_geojson_truth_is_lon_lat(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, 12, 320, 320, truth="truth.geojson")
    truth = geopandas.read_file(paths.truth)
    assert truth.crs.to_epsg() == 4326
    assert truth.total_bounds[0] == pytest.approx(-97.74, abs=0.01)


def test_unchanged_place_has_an_empty_truth_layer(tmp_path: Path) -> None:
    paths = write_pair(tmp_path, 3, 40, 40, change=0)
    assert len(geopandas.read_file(paths.truth, layer="truth")) == 0


def test_large_pictures_have_no_seams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_pair(tmp_path / "whole", 13, 200, 135)
    monkeypatch.setattr(files, "CHUNK", 64)
    parts = write_pair(tmp_path / "parts", 13, 200, 135)
    with rasterio.open(whole.after) as one, rasterio.open(parts.after) as other:
        np.testing.assert_array_equal(one.read(), other.read())
    tables = [geopandas.read_file(paths.truth) for paths in (whole, parts)]
    areas = [sorted(table["area_px"].round(3)) for table in tables]
    assert len(areas[0]) > 0
    assert areas[0] == areas[1]


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make", str(tmp_path / "ä b"), "--width", "64", "--height", "64"]) == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["before.tif", "after.tif", "truth.gpkg"]
    assert main(["sheet", str(tmp_path / "s.png"), "--count", "2", "--size", "48"]) == 0
    assert cv2.imread(str(tmp_path / "s.png")).shape == (144, 96, 3)
    with pytest.raises(SystemExit) as caught:
        main(["make", str(tmp_path), "--gsd", "10"])
    assert caught.value.code == 2


def test_a_collar_needs_nodata(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nodata"):
        write_pair(tmp_path, 1, 64, 64, collar=5)
