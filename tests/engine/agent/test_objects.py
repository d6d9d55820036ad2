"""The objects of a result are the same whatever its format is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.layer_records import make_boxes, make_provenance

from engine.agent.errors import LayersError
from engine.agent.objects import MapObjects
from engine.layers import open_writer

COLUMNS = ("box_id", "class_name", "action", "score", "area_m2", "cell", "review", "caption")


def write(path: Path, fmt: str) -> Path:
    boxes = make_boxes(7)
    boxes[2].review, boxes[3].score = "rejected", None
    with open_writer(path, "EPSG:32633", fmt, make_provenance()) as writer:
        writer.write_boxes(boxes)
        writer.commit()
    return path


@pytest.mark.parametrize("fmt", ["fgb", "parquet", "geojson"])
def test_every_format_gives_the_same_objects(tmp_path: Path, fmt: str) -> None:
    usual = MapObjects.open(write(tmp_path / "a.gpkg", "gpkg"))
    other = MapObjects.open(write(tmp_path / "b", fmt))
    # FlatGeobuf has an order of its own.
    order, place = np.argsort(usual.box_id), np.argsort(other.box_id)
    for name in COLUMNS:
        one, two = getattr(usual, name)[order].tolist(), getattr(other, name)[place].tolist()
        assert list(map(str, one)) == list(map(str, two)), name
    assert other.length_m[place] == pytest.approx(usual.length_m[order], rel=1e-3)
    assert other.dates == usual.dates


@pytest.mark.parametrize("harm", [lambda f: f.write_bytes(b"PAR1"), lambda f: f.unlink()])
def test_a_damaged_layer_is_named(tmp_path: Path, harm: Callable[[Path], Any]) -> None:
    folder = write(tmp_path / "b", "parquet")
    harm(folder / "outlines.parquet")
    with pytest.raises(LayersError, match="'outlines'"):
        MapObjects.open(folder)
