"""Finished runs to talk about, with objects whose numbers the test knows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from support.layer_records import make_boxes, make_provenance, make_tiles

from engine.layers import BoxRecord, open_writer


def write_run(path: Path, records: Sequence[BoxRecord], **provenance: object) -> Path:
    """Write a GeoPackage of objects, with a few tiles."""
    with open_writer(path, "EPSG:32633", "gpkg", make_provenance(**provenance)) as writer:
        writer.write_boxes(list(records))
        writer.write_tiles(make_tiles())
        writer.commit()
    return path


def many(count: int, seed: int = 0, caption: str | None = None) -> list[BoxRecord]:
    """Objects of all classes and actions, each with a name of its own."""
    records = make_boxes(count, seed)
    if caption is None:
        return records
    return [dataclasses.replace(one, caption=caption) for one in records]


def new_buildings(records: Sequence[BoxRecord]) -> list[str]:
    """Ids of the buildings that appeared."""
    return [
        one.box_id for one in records if one.class_name == "building" and one.action == "appeared"
    ]
