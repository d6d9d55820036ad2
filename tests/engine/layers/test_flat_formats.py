"""FlatGeobuf, GeoParquet and GeoJSON: a folder with one file a layer."""

import json
import re

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS
from support.layer_records import ODD_CRS, make_boxes, make_provenance, make_tiles

from engine.errors import UsageError
from engine.layers import choose_format, open_writer
from engine.layers.reading import read_provenance
from engine.layers.schema import LAYERS, SCHEMA_VERSION

FORMATS = ("fgb", "parquet", "geojson")


def write(path, fmt, boxes=(), tiles=(), crs="EPSG:32633", dst_crs=None):
    with open_writer(path, crs, fmt, make_provenance(), dst_crs=dst_crs) as writer:
        writer.write_tiles(list(tiles))
        writer.write_boxes(list(boxes))
        writer.commit()
    return path


def read(folder, layer, fmt):
    file = folder / f"{layer}.{fmt}"
    return gpd.read_parquet(file) if fmt == "parquet" else gpd.read_file(file)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_folder_with_layers_styles_and_metadata(tmp_path, fmt):
    folder = write(tmp_path / f"out.{fmt}", fmt, make_boxes(5), make_tiles())
    names = {f"{layer.name}.{end}" for layer in LAYERS for end in (fmt, "qml", "qmd")}
    assert {path.name for path in folder.iterdir()} == names | {"metadata.json"}
    assert json.loads((folder / "metadata.json").read_text())["schema"] == SCHEMA_VERSION
    assert read_provenance(folder)["model_id"] == "changevg-nano"


@pytest.mark.parametrize("fmt", FORMATS)
def test_rows_and_fields_are_those_of_the_schema(tmp_path, fmt):
    boxes = make_boxes(5)
    folder = write(tmp_path / "out", fmt, boxes, make_tiles())
    for layer, rows in zip(LAYERS, (12, 5, 5), strict=True):
        frame = read(folder, layer.name, fmt)
        assert len(frame) == rows
        assert frame.columns.drop(frame.geometry.name).tolist() == [f.name for f in layer.fields]
    found = read(folder, "boxes", fmt).set_index("box_id").to_crs(32633)
    for record in boxes:
        shape = found.geometry[record.box_id]
        assert shapely.hausdorff_distance(shape, record.box) < 0.02
        assert found["score"][record.box_id] == round(record.score, 3)


@pytest.mark.parametrize("fmt", FORMATS)
def test_empty_result_has_empty_files(tmp_path, fmt):
    folder = write(tmp_path / "out", fmt)
    for layer in LAYERS:
        assert len(read(folder, layer.name, fmt)) == 0
    if fmt != "geojson":
        frame = read(folder, "boxes", fmt)
        assert frame.crs.to_epsg() == 32633
        assert "review" in frame


@pytest.mark.parametrize("fmt", ["fgb", "parquet"])
def test_crs_without_authority_and_reprojection(tmp_path, fmt):
    boxes = make_boxes(2, origin=(10_000, 20_000), unit=3.28)
    frame = read(write(tmp_path / "a", fmt, boxes, crs=ODD_CRS), "boxes", fmt)
    assert frame.crs.equals(CRS.from_wkt(ODD_CRS), ignore_axis_order=True)
    moved = read(write(tmp_path / "b", fmt, boxes, crs=ODD_CRS, dst_crs=3857), "boxes", fmt)
    assert moved.crs.to_epsg() == 3857


def test_geojson_is_rfc_7946(tmp_path):
    # Even when another CRS is asked for: GeoJSON has only one.
    folder = write(tmp_path / "out", "geojson", make_boxes(3), dst_crs="EPSG:3857")
    text = (folder / "boxes.geojson").read_text()
    content = json.loads(text)
    assert "crs" not in content
    ring = content["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
    assert 14 < ring[0][0] < 16
    decimals = re.findall(r"\[ \d+\.(\d+), \d+\.(\d+) \]", text)
    assert decimals
    assert max(len(number) for pair in decimals for number in pair) <= 7


def test_geojson_cuts_at_the_antimeridian(tmp_path):
    boxes = make_boxes(1)
    boxes[0].box = boxes[0].outline = shapely.box(-1000, 0, 1000, 500)
    crs = "+proj=tmerc +lon_0=180 +datum=WGS84"
    content = json.loads(
        (write(tmp_path / "o", "geojson", boxes, crs=crs) / "boxes.geojson").read_text()
    )
    geometry = content["features"][0]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    west, _, east, _ = shapely.geometry.shape(geometry).bounds
    assert (west, east) == (-180, 180)
    assert shapely.geometry.shape(geometry).area < 0.1


def test_parquet_is_geoparquet_and_batched(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.layers.spool.BATCH_ROWS", 10)
    folder = tmp_path / "out"
    with open_writer(folder, "EPSG:32633", "parquet", make_provenance()) as writer:
        for record in make_boxes(35):
            writer.write_boxes([record])
        writer.commit()
    file = pq.ParquetFile(folder / "boxes.parquet")
    assert file.metadata.num_rows == 35
    assert file.metadata.num_row_groups == 4
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geom"]["geometry_types"] == ["Polygon"]
    assert geo["columns"]["geom"]["crs"]["id"] == {"authority": "EPSG", "code": 32633}
    field = file.schema_arrow.field("area_m2")
    assert field.metadata[b"alias"].decode() == "Area (m²)"
    assert str(file.schema_arrow.field("date_before").type) == "date32[day]"


@pytest.mark.parametrize(
    ("path", "fmt", "expected"),
    [
        ("a.gpkg", None, "gpkg"),
        ("A.GPKG", None, "gpkg"),
        ("a.fgb", None, "fgb"),
        ("a.parquet", None, "parquet"),
        ("a.geojson", None, "geojson"),
        ("folder", "fgb", "fgb"),
        ("a.gpkg", ".geojson", "geojson"),
    ],
)
def test_format_by_extension_or_by_name(path, fmt, expected):
    assert choose_format(path, fmt) == expected


@pytest.mark.parametrize(("path", "fmt"), [("a.shp", None), ("a", None), ("a.gpkg", "kml")])
def test_unknown_format(path, fmt):
    with pytest.raises(UsageError, match=r"\.gpkg"):
        choose_format(path, fmt)
