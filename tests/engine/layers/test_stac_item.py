"""The STAC item: valid in structure, right on Earth, pointing at its files."""

import json

import pystac
import pytest
from affine import Affine
from pyproj import CRS
from shapely.geometry import shape
from support.layer_records import ODD_CRS, make_provenance

from engine.layers.footprint import footprint
from engine.layers.stac import item_path, write_item

TRANSFORM = Affine(0.5, 0, 500_000, 0, -0.5, 4_601_000)


def write(tmp_path, provenance, crs="EPSG:32633", **assets):
    output = tmp_path / "changes.gpkg"
    output.touch()
    path = write_item(output, provenance, crs, TRANSFORM, 2000, 1000, assets=assets)
    assert path == item_path(output) == tmp_path / "changes.gpkg.stac.json"
    return pystac.Item.from_dict(json.loads(path.read_text(encoding="utf-8")))


def test_item_with_two_dates_is_an_interval(tmp_path):
    item = write(tmp_path, make_provenance(counts={"objects": 3}))
    assert item.datetime is None
    assert item.properties["start_datetime"] == "2023-05-01T00:00:00Z"
    assert item.properties["end_datetime"] == "2025-06-12T00:00:00Z"
    assert item.properties["changevg:date_before"] == "2023-05-01"
    assert item.properties["proj:code"] == "EPSG:32633"
    assert item.properties["proj:shape"] == [1000, 2000]
    assert item.properties["changevg:model_sha256"] == {"guide.onnx": "ab" * 32}
    assert item.properties["changevg:counts"] == {"objects": 3}
    outline = shape(item.geometry)
    assert outline.is_valid
    assert outline.bounds == pytest.approx(item.bbox)
    assert item.bbox == pytest.approx([15.0, 41.55617, 15.012, 41.56067], abs=1e-4)


def test_item_with_one_date_keeps_it(tmp_path):
    item = write(tmp_path, make_provenance(date_before=None))
    assert item.datetime is not None
    assert item.datetime.isoformat() == "2025-06-12T00:00:00+00:00"
    assert "start_datetime" not in item.properties
    assert item.properties["changevg:date_before"] is None
    assert item.properties["changevg:date_after"] == "2025-06-12"


def test_item_without_dates_has_the_moment_it_was_made(tmp_path):
    item = write(tmp_path, make_provenance(date_before=None, date_after=None))
    assert item.datetime is not None
    assert item.datetime.isoformat() == "2026-01-02T03:04:00+00:00"
    assert "start_datetime" not in item.properties


def test_assets_are_relative_where_near_and_urls_stay(tmp_path):
    (tmp_path / "sub").mkdir()
    item = write(
        tmp_path,
        make_provenance(before="https://example.org/before.tif", after=str(tmp_path / "after.tif")),
        mask=tmp_path / "sub" / "mask.tif",
        picture=tmp_path / "picture.png",
        report=None,
    )
    hrefs = {name: asset.href for name, asset in item.assets.items()}
    assert hrefs == {
        "before": "https://example.org/before.tif",
        "after": "./after.tif",
        "layers": "./changes.gpkg",
        "mask": "./sub/mask.tif",
        "picture": "./picture.png",
    }
    assert item.assets["mask"].media_type == pystac.MediaType.COG
    assert item.assets["after"].media_type == pystac.MediaType.GEOTIFF
    assert item.assets["layers"].media_type == pystac.MediaType.GEOPACKAGE


def test_crs_without_authority_is_given_whole(tmp_path):
    item = write(tmp_path, make_provenance(), crs=ODD_CRS)
    assert item.properties["proj:code"] is None
    assert CRS.from_wkt(item.properties["proj:wkt2"]) == CRS.from_wkt(ODD_CRS)


def test_footprint_across_the_antimeridian_is_cut():
    crs = CRS.from_user_input("+proj=tmerc +lon_0=180 +datum=WGS84")
    geometry, bbox = footprint(crs, Affine(10, 0, -5000, 0, -10, 2000), 1000, 500)
    assert geometry["type"] == "MultiPolygon"
    assert shape(geometry).area < 0.01
    west, _, east, _ = bbox
    assert west == pytest.approx(179.955, abs=0.01)
    assert east == pytest.approx(-179.955, abs=0.01)


def test_footprint_of_a_degree_grid():
    geometry, bbox = footprint(CRS.from_epsg(4326), Affine(0.1, 0, 10, 0, -0.1, 50), 20, 10)
    assert bbox == [10.0, 49.0, 12.0, 50.0]
    assert shape(geometry).area == pytest.approx(2.0)
