"""The fields are a promise to everyone who reads the layers (design 4.2)."""

import json

import pytest
from support.layer_records import make_boxes, make_tiles

from engine.layers import SCHEMA_VERSION, BoxRecord, TileRecord
from engine.layers.schema import LAYERS, OUTLINES, TILES, as_dict, layers

PROMISED = {
    "tiles": "tile_id row col status changed change_score caption caption_source n_building n_road "
    "building_cells road_cells changed_area_m2 nodata_pct caption_raw text_ok stated_building "
    "stated_road agree range_score",
    "boxes": "box_id class action score area_m2 width_m height_m cell nodata_pct tile_ids caption "
    "date_before date_after review reviewer reviewed_at note",
    "outlines": "box_id class action score area_m2",
}


def names(layer):
    return [field.name for field in layer.fields]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_fields_and_order_are_the_promised_ones(layer):
    assert names(layer) == PROMISED[layer.name].split()


def test_each_question_adds_an_answer_and_on_tiles_its_source():
    tiles, boxes, outlines = layers(["Is there a school?", "How many?"])
    assert names(tiles)[-4:] == ["answer_1", "answer_2", "answer_1_source", "answer_2_source"]
    assert names(boxes)[-2:] == ["answer_1", "answer_2"]
    assert outlines == OUTLINES
    assert "Is there a school?" in tiles.field("answer_1").comment


def test_aliases_carry_units_and_counts_of_tiles_warn_of_sums():
    assert TILES.field("changed_area_m2").title.endswith("(m²)")
    for name in ("n_building", "n_road"):
        assert "per tile, do not sum" in TILES.field(name).title


def test_aliases_are_unique_within_a_layer():
    # A GeoPackage refuses two columns with the same name for people.
    for layer in layers(["a", "b"]):
        titles = [field.title for field in layer.fields]
        assert len(titles) == len(set(titles))


def test_schema_is_json_and_has_its_version():
    content = json.loads(json.dumps(as_dict()))
    assert content["schema"] == SCHEMA_VERSION
    assert content["layers"]["boxes"]["fields"][0]["name"] == "box_id"


def test_records_know_a_value_for_every_field():
    records: dict[str, TileRecord | BoxRecord] = {
        "tiles": make_tiles()[0],
        "boxes": make_boxes(1)[0],
        "outlines": make_boxes(1)[0],
    }
    for layer in layers(["q"]):
        for field in layer.fields:
            records[layer.name].value(field.name)
