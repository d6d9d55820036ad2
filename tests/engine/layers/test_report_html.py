"""The report and the picture: whole, honest about numbers, safe with any text."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from affine import Affine
from PIL import Image
from support.layer_records import make_boxes, make_provenance

from engine.layers.imagery import Crop, View
from engine.layers.palette import ACTION_COLOURS, rgb
from engine.layers.picture import write_picture
from engine.layers.report import area_words, headline, write_report
from engine.layers.totals import KEEP, Totals

VOID = {"meta", "img", "input", "br", "link"}


class Elements(HTMLParser):
    """Checks that elements nest; gathers tags and attributes."""

    def __init__(self):
        super().__init__()
        self.stack, self.found = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def view(size=64, pixel=1000 / 64):
    random = np.random.default_rng(1)
    arrays = [random.integers(0, 255, (3, size, size), dtype=np.uint8) for _ in range(2)]
    return View(*arrays, Affine(pixel, 0, 500_000, 0, -pixel, 4_601_000))


def totals_of(boxes):
    totals = Totals()
    totals.add(boxes)
    return totals


def elements(path):
    parser = Elements()
    parser.feed(path.read_text(encoding="utf-8"))
    assert not parser.stack
    return parser.found


def test_report_is_one_whole_file_without_links_elsewhere(tmp_path):
    boxes = make_boxes(30)
    crops = [Crop(boxes[0], view(32)), Crop(boxes[1], view(32))]
    path = write_report(
        tmp_path / "r.html", totals_of(boxes), make_provenance(), "EPSG:32633",
        overview=view(), crops=crops,
    )  # fmt: skip
    found = elements(path)
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"'](?!data:|#)", text)
    assert "url(" not in text
    assert sum(tag == "img" for tag, _ in found) == 2 + 2 * 2
    drawn = [a for tag, a in found if tag == "rect" and a.get("class") in ACTION_COLOURS]
    assert len(drawn) == 30 + 2 * 2
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_text_of_models_and_files_is_shown_as_text(tmp_path):
    boxes = make_boxes(1)
    boxes[0].caption = "<script>alert(1)</script>"
    provenance = make_provenance(before="/d/<img src=x onerror=alert(2)>.tif")
    path = write_report(
        tmp_path / "r.html", totals_of(boxes), provenance, "EPSG:32633", overview=view()
    )
    tags = [tag for tag, _ in elements(path)]
    assert "script" not in tags
    text = path.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "<img src=x" not in text
    assert "shifted by 1.3 px &lt;&amp;&gt;" in text


def test_empty_result_is_said(tmp_path):
    path = write_report(tmp_path / "r.html", Totals(), make_provenance(), "EPSG:32633")
    elements(path)
    assert "No changed objects were found." in path.read_text(encoding="utf-8")


def test_unknown_values_are_dashes(tmp_path):
    boxes = make_boxes(1)
    boxes[0].score = boxes[0].area_m2 = boxes[0].caption = boxes[0].cell = None
    path = write_report(tmp_path / "r.html", totals_of(boxes), make_provenance(), "EPSG:32633")
    assert path.read_text(encoding="utf-8").count("–") >= 4


def test_totals_count_every_object_once_and_keep_the_largest():
    boxes = make_boxes(KEEP + 100)
    totals = Totals()
    for start in range(0, len(boxes), 7):
        totals.add(boxes[start : start + 7])
    assert totals.objects == KEEP + 100 == sum(totals.count.values())
    assert totals.total_area_m2 == pytest.approx(sum(b.area_m2 for b in boxes))
    assert sum(totals.sizes.values()) == sum(totals.scores.values()) == totals.objects
    largest = totals.largest(10)
    expected = sorted(boxes, key=lambda b: -b.area_m2)[:10]
    assert [b.box_id for b in largest] == [b.box_id for b in expected]
    assert len(totals.largest()) == KEEP
    content = totals.as_dict()
    assert sum(row["objects"] for row in content["by_class"]) == totals.objects


def test_headline_and_areas_in_words():
    boxes = make_boxes(3)
    for record in boxes:
        record.class_name, record.action, record.area_m2 = "building", "appeared", 5000.0
    assert headline(totals_of(boxes[:1])) == "1 building appeared: 5,000 m² changed."
    boxes[2].class_name, boxes[2].action = "other", "changed"
    assert (
        headline(totals_of(boxes))
        == "2 buildings appeared and 1 other object changed: 1.5 ha changed."
    )
    assert area_words(9999.4) == "9,999 m²"


def test_view_places_boxes_with_the_first_row_in_the_north():
    boxes = make_boxes(1, origin=(500_000, 4_600_000))
    left, top, right, bottom = view(1000, 1.0).pixels(boxes[0].box)
    west, south, east, north = boxes[0].box.bounds
    assert (left, right) == pytest.approx((west - 500_000, east - 500_000))
    assert (top, bottom) == pytest.approx((4_601_000 - north, 4_601_000 - south))


def test_picture_has_both_dates_and_boxes_in_the_colours_of_the_actions(tmp_path):
    boxes = make_boxes(3)
    for record, action in zip(boxes, ACTION_COLOURS, strict=True):
        record.action = action
    path = write_picture(tmp_path / "p.png", view(400, 2.5), boxes, title="Changes 2023 → 2025")
    with Image.open(path) as picture:
        assert picture.width > 800
        pixels = np.asarray(picture).reshape(-1, 3)
    for colour in ACTION_COLOURS.values():
        assert (pixels == rgb(colour)).all(axis=1).sum() > 20
    assert [p.name for p in tmp_path.iterdir()] == ["p.png"]


def test_picture_with_nothing_and_with_tiny_boxes(tmp_path):
    write_picture(tmp_path / "a.png", view(32), [])
    boxes = make_boxes(2, unit=0.01)
    write_picture(tmp_path / "b.png", view(32), boxes)
