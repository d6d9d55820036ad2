"""The default output, as OGR and sqlite see it. (QGIS sees it in tests/plugin.)"""

import datetime as dt
import sqlite3

import geopandas as gpd
import pyogrio
import pytest
import rasterio
import shapely
from pyproj import CRS
from support.layer_records import ODD_CRS, make_boxes, make_provenance, make_tiles

from engine.errors import OutputError, UsageError
from engine.layers import open_writer
from engine.layers.reading import read_provenance
from engine.layers.schema import BOXES, LAYERS, SCHEMA_VERSION, TILES


def write(path, boxes=(), tiles=(), crs="EPSG:32633", dst_crs=None, **changes):
    with open_writer(path, crs, "gpkg", make_provenance(**changes), dst_crs=dst_crs) as writer:
        writer.write_tiles(list(tiles))
        writer.write_boxes(list(boxes))
        writer.commit()
    return path


def query(path, sql):
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.fixture
def package(tmp_path):
    return write(tmp_path / "changes.gpkg", make_boxes(7), make_tiles())


def test_three_layers_with_their_fields_geometries_and_crs(package):
    for layer in LAYERS:
        info = pyogrio.read_info(package, layer=layer.name)
        assert info["fields"].tolist() == [field.name for field in layer.fields]
        assert info["geometry_type"] == layer.geometry
        assert info["crs"] == "EPSG:32633"
        assert info["geometry_name"] == "geom"


def test_types_are_real(package):
    info = pyogrio.read_info(package, layer="tiles")
    subtypes = dict(zip(info["fields"], info["ogr_subtypes"], strict=True))
    assert {n for n, s in subtypes.items() if s == "OFSTBoolean"} == {"changed", "text_ok", "agree"}
    info = pyogrio.read_info(package, layer="boxes")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert types["date_before"] == types["date_after"] == "OFTDate"
    assert types["reviewed_at"] == "OFTDateTime"
    assert types["score"] == "OFTReal"


def test_unknown_is_null_and_never_zero(package):
    row = query(package, "SELECT * FROM tiles WHERE tile_id = 'r00000c00000'")[0]
    known = {"r00000c00000", 0, "nodata", 100.0}
    assert [value for value in row[2:] if value is not None and value not in known] == []
    changed, buildings, roads, places = query(
        package, "SELECT changed, n_building, n_road, road_cells FROM tiles WHERE fid = 3"
    )[0]
    assert (changed, buildings, roads, places) == (1, 2, 0, "")


def test_not_a_number_is_unknown(tmp_path):
    boxes = make_boxes(1)
    boxes[0].score = float("nan")
    path = write(tmp_path / "a.gpkg", boxes)
    assert query(path, "SELECT score FROM boxes") == [(None,)]


def test_numbers_are_rounded_to_what_they_mean(tmp_path):
    boxes = make_boxes(1)
    boxes[0].score, boxes[0].area_m2, boxes[0].width_m = 0.123456, 1234.5678, 12.3456
    path = write(tmp_path / "a.gpkg", boxes)
    assert query(path, "SELECT score, area_m2, width_m FROM boxes") == [(0.123, 1234.6, 12.3)]
    assert query(path, "SELECT score, area_m2 FROM outlines") == [(0.123, 1234.6)]


def test_empty_result_is_an_empty_layer(tmp_path):
    path = write(tmp_path / "empty.gpkg")
    for layer in LAYERS:
        info = pyogrio.read_info(path, layer=layer.name)
        assert info["features"] == 0
        assert info["geometry_type"] == layer.geometry
        assert info["crs"] == "EPSG:32633"
        assert len(info["fields"]) == len(layer.fields)


def test_crs_without_authority_survives(tmp_path):
    boxes = make_boxes(3, origin=(10_000, 20_000), unit=3.28)
    path = write(tmp_path / "feet.gpkg", boxes, crs=ODD_CRS)
    frame = gpd.read_file(path, layer="boxes")
    assert frame.crs.equals(CRS.from_wkt(ODD_CRS), ignore_axis_order=True)
    assert frame.crs.axis_info[0].unit_name == "US survey foot"
    assert frame.geometry.iloc[0].equals_exact(boxes[0].box, 1e-6)


def test_crs_of_rasterio_is_taken(tmp_path):
    path = write(tmp_path / "a.gpkg", make_boxes(1), crs=rasterio.crs.CRS.from_epsg(32633))
    assert pyogrio.read_info(path, layer="boxes")["crs"] == "EPSG:32633"


def test_unknown_crs_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="not a coordinate reference system"):
        write(tmp_path / "a.gpkg", dst_crs="nonsense")
    assert not list(tmp_path.iterdir())


def test_reprojection_at_write(tmp_path):
    boxes = make_boxes(5)
    path = write(tmp_path / "a.gpkg", boxes, dst_crs="EPSG:4326")
    frame = gpd.read_file(path, layer="boxes")
    assert frame.crs.to_epsg() == 4326
    expected = gpd.GeoSeries([b.box for b in boxes], crs=32633).to_crs(4326)
    assert shapely.hausdorff_distance(frame.geometry, expected).max() < 1e-9
    # Longitude first, whatever the authority says.
    assert 14 < frame.total_bounds[0] < 16


def test_what_cannot_be_expressed_in_the_target_crs_is_an_error(tmp_path):
    boxes = make_boxes(1, origin=(100.0, -60.0), unit=0.0001)
    with pytest.raises(OutputError, match="cannot be expressed"):
        write(tmp_path / "a.gpkg", boxes, crs="EPSG:4326", dst_crs="+proj=gnom +lat_0=90")
    assert not list(tmp_path.iterdir())


def test_invalid_outlines_are_made_valid_multipolygons(tmp_path):
    boxes = make_boxes(1)
    x, y = boxes[0].box.bounds[:2]
    boxes[0].outline = shapely.Polygon([(x, y), (x + 4, y + 4), (x + 4, y), (x, y + 4)])
    frame = gpd.read_file(write(tmp_path / "a.gpkg", boxes), layer="outlines")
    assert frame.geometry.is_valid.all()
    assert frame.geom_type.tolist() == ["MultiPolygon"]


def test_spatial_index_of_every_layer(package):
    rows = query(
        package, "SELECT table_name FROM gpkg_extensions WHERE extension_name LIKE '%rtree%'"
    )
    assert {name for (name,) in rows} == {layer.name for layer in LAYERS}
    assert query(package, "SELECT count(*) FROM rtree_boxes_geom") == [(7,)]


def test_many_batches_arrive_whole_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.layers.spool.BATCH_ROWS", 10)
    boxes = make_boxes(47)
    path = tmp_path / "a.gpkg"
    with open_writer(path, "EPSG:32633", "gpkg", make_provenance()) as writer:
        for start in range(0, 47, 4):
            writer.write_boxes(boxes[start : start + 4])
        assert writer.counts == {"tiles": 0, "boxes": 47, "outlines": 47}
        writer.commit()
    rows = query(path, "SELECT box_id FROM boxes ORDER BY fid")
    assert [name for (name,) in rows] == [record.box_id for record in boxes]


def test_text_with_control_characters_and_other_scripts(tmp_path):
    boxes = make_boxes(1)
    boxes[0].caption, boxes[0].note = "a\x00b\x0bc", "дом\n住宅"
    path = write(tmp_path / "a.gpkg", boxes)
    assert query(path, "SELECT caption, note FROM boxes") == [("abc", "дом\n住宅")]


def test_review_time_is_utc(tmp_path):
    boxes = make_boxes(2)
    boxes[0].reviewed_at = dt.datetime(2026, 3, 1, 12, 30)
    boxes[1].reviewed_at = dt.datetime(
        2026, 3, 1, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))
    )
    frame = gpd.read_file(write(tmp_path / "a.gpkg", boxes), layer="boxes")
    assert [t.isoformat() for t in frame["reviewed_at"]] == [
        "2026-03-01T12:30:00+00:00",
        "2026-03-01T10:30:00+00:00",
    ]


def test_aliases_comments_and_value_lists(package):
    rows = query(
        package,
        "SELECT column_name, name, description FROM gpkg_data_columns WHERE table_name = 'boxes'"
        " ORDER BY rowid",
    )
    assert [(name, alias) for name, alias, _ in rows] == [(f.name, f.title) for f in BOXES.fields]
    assert all(comment for _, _, comment in rows)
    rows = query(
        package,
        "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = 'boxes_review'",
    )
    assert {value for (value,) in rows} == {"confirmed", "rejected", "unsure"}


def test_questions_become_fields_with_the_question_as_comment(tmp_path):
    boxes, tiles = make_boxes(2), make_tiles()
    boxes[0].answers = ("yes",)
    tiles[5].answers, tiles[5].answer_sources = ("yes", "3"), ("model", "map")
    questions = ("Is there a school?", "How many houses?")
    path = write(tmp_path / "a.gpkg", boxes, tiles, questions=questions)
    assert query(path, "SELECT answer_1, answer_2 FROM boxes") == [("yes", None), (None, None)]
    row = query(
        path, "SELECT answer_1, answer_2, answer_1_source, answer_2_source FROM tiles WHERE fid = 6"
    )
    assert row == [("yes", "3", "model", "map")]
    comment = query(
        path, "SELECT description FROM gpkg_data_columns WHERE column_name = 'answer_2'"
    )
    assert all(questions[1] in text for (text,) in comment)


def test_default_styles_and_metadata_are_registered(package):
    assert query(package, "SELECT f_table_name, useAsDefault FROM layer_styles ORDER BY id") == [
        ("tiles", 1),
        ("boxes", 1),
        ("outlines", 1),
    ]
    assert query(
        package, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
    ) == [("attributes",)]
    rows = query(
        package,
        "SELECT r.table_name, m.metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r"
        " ON r.md_file_id = m.id WHERE m.md_standard_uri = 'http://mrcc.com/qgis.dtd'",
    )
    assert {name for name, _ in rows} == {"tiles", "boxes", "outlines"}
    assert all("sha256 abab" in text and "&lt;&amp;&gt;" in text for _, text in rows)


def test_provenance_and_schema_version_travel_in_the_file(package):
    found = read_provenance(package)
    assert found is not None
    assert found["schema"] == SCHEMA_VERSION
    assert found["model_sha256"] == {"guide.onnx": "ab" * 32}
    assert found["date_before"] == "2023-05-01"


def test_other_files_have_no_provenance(tmp_path):
    assert read_provenance(tmp_path / "missing.gpkg") is None
    assert not (tmp_path / "missing.gpkg").exists()
    (tmp_path / "text.gpkg").write_text("not a database at all, but long enough to be one " * 40)
    assert read_provenance(tmp_path / "text.gpkg") is None


def test_file_is_a_sound_geopackage(package):
    assert query(package, "PRAGMA integrity_check") == [("ok",)]
    assert query(package, "PRAGMA foreign_key_check") == []
    assert query(package, "PRAGMA application_id") == [(0x47504B47,)]
    names = [row[0] for row in query(package, "SELECT identifier FROM gpkg_contents")]
    assert len(names) == len(set(names))


def test_ogr_reads_titles_and_history(package):
    metadata = pyogrio.read_info(package, layer="boxes")["layer_metadata"]
    assert metadata["IDENTIFIER"] == "Changed objects: changes 2023-05-01 → 2025-06-12"
    assert metadata["DESCRIPTION"] == BOXES.description
    assert (
        TILES.description
        in pyogrio.read_info(package, layer="tiles")["layer_metadata"]["DESCRIPTION"]
    )
