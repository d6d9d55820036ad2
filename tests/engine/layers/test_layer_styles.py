"""Styles as XML: whole, complete, and without anything from elsewhere."""

import re
from xml.etree import ElementTree as ET

import pytest
from pyproj import CRS
from support.layer_records import ODD_CRS, make_provenance

from engine.layers.palette import ACTION_COLOURS
from engine.layers.qmd import metadata_xml
from engine.layers.schema import ACTIONS, LAYERS, REVIEWS, layers
from engine.layers.styles import mask_style_xml, style_xml


@pytest.fixture(params=layers(["Is there a <b>school</b> & more?"]), ids=lambda layer: layer.name)
def layer(request):
    return request.param


def test_style_is_xml_with_an_alias_and_a_widget_per_field(layer):
    root = ET.fromstring(style_xml(layer))
    aliases = {e.get("field"): e.get("name") for e in root.iter("alias")}
    assert aliases == {"fid": ""} | {f.name: f.title for f in layer.fields}
    widgets = [e.get("name") for e in root.findall("fieldConfiguration/field")]
    assert widgets == ["fid"] + [f.name for f in layer.fields]


def test_only_the_review_can_be_edited(layer):
    root = ET.fromstring(style_xml(layer))
    open_ = {e.get("name") for e in root.findall("editable/field") if e.get("editable") == "1"}
    wanted = {"review", "reviewer", "reviewed_at", "note"} if layer.name == "boxes" else set()
    assert open_ == wanted


def test_nothing_is_fetched_from_elsewhere(layer):
    text = style_xml(layer)
    assert set(re.findall(r"https?://[^'\"<\s]+", text)) == {"http://mrcc.com/qgis.dtd"}
    assert "<img" not in text
    assert "file:" not in text


def test_boxes_and_outlines_have_a_category_and_colour_per_action():
    for layer in LAYERS[1:]:
        root = ET.fromstring(style_xml(layer))
        renderer = root.find("renderer-v2")
        assert renderer.get("attr") == "action"
        assert [c.get("value") for c in renderer.iter("category")] == list(ACTIONS)
        symbols = list(renderer.iter("symbol"))
        for symbol, colour in zip(symbols, ACTION_COLOURS.values(), strict=True):
            numbers = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
            assert any(numbers in (o.get("value") or "") for o in symbol.iter("Option"))


def test_review_is_chosen_from_a_list():
    root = ET.fromstring(style_xml(LAYERS[1]))
    field = root.find("fieldConfiguration/field[@name='review']/editWidget")
    assert field.get("type") == "ValueMap"
    values = {o.get("value") for o in field.iter("Option") if o.get("type") == "QString"}
    assert set(REVIEWS) <= values


def test_map_tip_is_text_of_the_feature(layer):
    tip = ET.fromstring(style_xml(layer)).findtext("mapTip")
    assert "[%" in tip
    assert "coalesce" in tip
    # The tip itself is HTML: whole elements, and no literal text of a question in it.
    assert tip.count("<tr>") == tip.count("</tr>")


def test_mask_style_names_every_class():
    root = ET.fromstring(mask_style_xml(("building", "road", "pool")))
    entries = {e.get("value"): e.get("label") for e in root.iter("paletteEntry")}
    assert entries == {"0": "Not changed", "1": "Building", "2": "Road", "3": "Pool"}


@pytest.mark.parametrize("crs", ["EPSG:32633", ODD_CRS], ids=["utm", "odd"])
def test_layer_metadata_tells_the_history(layer, crs):
    provenance = make_provenance(questions=("Is <this> & that?",), command="engine tile-infer a b")
    root = ET.fromstring(metadata_xml(layer, provenance, CRS.from_user_input(crs)))
    history = [e.text for e in root.findall("history")]
    assert any("changevg-nano 1.0" in line for line in history)
    assert "Before: /data/before.tif (2023-05-01)" in history
    assert f"Model file guide.onnx: sha256 {'ab' * 32}" in history
    assert "Question 1: Is <this> & that?" in history
    assert "Warning: The dates are shifted by 1.3 px <&>" in history
    assert root.findtext("extent/temporal/period/start") == "2023-05-01T00:00:00Z"
    assert CRS.from_wkt(root.findtext("crs/spatialrefsys/wkt")) == CRS.from_user_input(crs)
    authority = root.findtext("crs/spatialrefsys/authid")
    assert authority == ("EPSG:32633" if crs == "EPSG:32633" else None)


def test_unknown_dates_are_said_not_invented():
    provenance = make_provenance(date_before=None, date_after=None)
    root = ET.fromstring(metadata_xml(LAYERS[1], provenance, CRS.from_epsg(32633)))
    assert root.find("extent") is None
    assert "Before: /data/before.tif (date unknown)" in [e.text for e in root.findall("history")]
    assert provenance.title == "Changes before.tif → after.tif"
