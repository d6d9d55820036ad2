"""Rows of the layers, as the run fills them. ``None`` means unknown and is written as NULL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon, Polygon


@dataclass(slots=True)
class TileRecord:
    """One tile; field names are those of the layer ``tiles``.

    Attributes
    ----------
    geometry : Polygon
        The tile's square in the CRS of the working grid.
    building_cells, road_cells : sequence of str, optional
        3×3 words; an empty sequence says "none", ``None`` says "not known".
    answers, answer_sources : sequence of str or None
        One per question; shorter means the rest is unknown.
    """

    tile_id: str
    row: int
    col: int
    status: str
    geometry: Polygon
    changed: bool | None = None
    change_score: float | None = None
    caption: str | None = None
    caption_source: str | None = None
    n_building: int | None = None
    n_road: int | None = None
    building_cells: Sequence[str] | None = None
    road_cells: Sequence[str] | None = None
    changed_area_m2: float | None = None
    nodata_pct: float | None = None
    caption_raw: str | None = None
    text_ok: bool | None = None
    stated_building: int | None = None
    stated_road: int | None = None
    agree: bool | None = None
    range_score: float | None = None
    answers: Sequence[str | None] = ()
    answer_sources: Sequence[str | None] = ()

    def value(self, name: str) -> Any:
        """Value of the field `name` of the layer."""
        return _answer(self, name) if name.startswith("answer_") else getattr(self, name)


@dataclass(slots=True)
class BoxRecord:
    """One changed object; field names are those of the layer ``boxes``.

    Attributes
    ----------
    class_name : str
        The field ``class``.
    box : Polygon
        Rectangle in the CRS of the working grid (layer ``boxes``).
    outline : Polygon or MultiPolygon
        Footprint in the same CRS (layer ``outlines``).
    width_m, height_m : float, optional
        Ground metres.
    reviewed_at : datetime, optional
        Naive values are taken as UTC.
    """

    box_id: str
    class_name: str
    action: str
    box: Polygon
    outline: Polygon | MultiPolygon
    score: float | None = None
    area_m2: float | None = None
    width_m: float | None = None
    height_m: float | None = None
    cell: str | None = None
    nodata_pct: float | None = None
    tile_ids: Sequence[str] = ()
    caption: str | None = None
    date_before: dt.date | None = None
    date_after: dt.date | None = None
    review: str | None = None
    reviewer: str | None = None
    reviewed_at: dt.datetime | None = None
    note: str | None = None
    answers: Sequence[str | None] = ()

    def value(self, name: str) -> Any:
        """Value of the field `name` of the layers ``boxes`` and ``outlines``."""
        if name.startswith("answer_"):
            return _answer(self, name)
        return getattr(self, "class_name" if name == "class" else name)


def _answer(record: TileRecord | BoxRecord, name: str) -> str | None:
    parts = name.split("_")
    values = record.answers
    if parts[-1] == "source" and isinstance(record, TileRecord):
        values = record.answer_sources
    index = int(parts[1]) - 1
    return values[index] if index < len(values) else None
