"""Server-sent events from bytes."""

from __future__ import annotations

import importlib

import pytest


@pytest.fixture
def parse(changevg):
    return importlib.import_module("changevg.engine_link.events").parse_events


def test_comments_other_fields_and_line_ends(parse):
    lines = [b": ping\n", b"\n", b"retry: 5\r\n", b"id: 4\r\n", b"event: tile\r\n",
             b'data: {"tile_id": "r1c2"}\r\n', b"\r\n"]  # fmt: skip
    assert list(parse(lines)) == [{"tile_id": "r1c2", "id": 4, "event": "tile"}]


def test_data_over_several_lines(parse):
    assert list(parse([b'data: {"done":', b"data: 3}", b""])) == [
        {"done": 3, "id": -1, "event": "message"}
    ]


def test_the_objects_own_kind_wins(parse):
    assert next(parse([b"event: message", b'data: {"event": "done"}', b""]))["event"] == "done"


@pytest.mark.parametrize("data", [b"data: [1]", b"data: nonsense", b"data:", b"event: tile"])
def test_what_is_no_object_yields_nothing(parse, data):
    (event,) = parse([data, b"", b'data: {"x": 1}', b""])
    assert event["x"] == 1


def test_a_cut_event_is_not_half_told(parse):
    assert list(parse([b'data: {"x": 1}'])) == []
