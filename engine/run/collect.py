"""Closed objects in, box records out: measured, filtered, counted, written in batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.guide.reading import object_caption
from engine.layers import BoxRecord
from engine.layers.schema import ACTIONS
from engine.layers.totals import Totals
from engine.objects import ChangeObject, cell_of
from engine.objects.measure import Measurer
from engine.run.plan import TilePlan

BATCH = 10_000
"""Objects measured and written together: one geodesic pass, one write."""
MAX_NODATA = 0.5
DROPPED = 255
_ACTION_CODES = {action: code for code, action in enumerate(ACTIONS)}


@dataclass(frozen=True)
class Filters:
    """What an object must reach to be kept, by class.

    Attributes
    ----------
    min_area_m2 : mapping
        Least geodesic area, m².
    min_score : mapping
        Least score, 0…1.
    """

    min_area_m2: Mapping[str, float]
    min_score: Mapping[str, float]


@dataclass
class Collector:
    """Takes closed objects, keeps what passes the filters.

    Attributes
    ----------
    place : (float, float, float, float)
        Bounds (c0, r0, c1, r1) of the area of interest, pixels of the working grid; an object's
        ``cell`` is its place in it.
    write : callable
        Takes lists of box records.
    outside : callable
        Pixels of a box (c0, r0, c1, r1) beyond the area of interest: nobody looked there, which is
        not the same as no data.
    totals : Totals
        Of the kept objects; each counts once (design 5.5).
    """

    measurer: Measurer
    plan: TilePlan
    filters: Filters
    place: tuple[float, float, float, float]
    dates: tuple[date | None, date | None]
    write: Callable[[list[BoxRecord]], None]
    outside: Callable[[tuple[int, int, int, int]], int] = lambda box: 0
    totals: Totals = field(default_factory=Totals)
    _fate: bytearray = field(default_factory=lambda: bytearray([DROPPED]))
    _waiting: list[ChangeObject] = field(default_factory=list)

    def add(self, objects: list[ChangeObject]) -> None:
        """Take objects that no later strip can touch."""
        self._waiting += objects
        while len(self._waiting) >= BATCH:
            self._measure(self._waiting[:BATCH])
            del self._waiting[:BATCH]

    def flush(self) -> None:
        """Measure and write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._measure(waiting)

    def _measure(self, waiting: list[ChangeObject]) -> None:
        self._make_room(max(thing.number for thing in waiting))
        unseen = {
            thing.number: share
            for thing in waiting
            if round(thing.score, 3) >= self.filters.min_score[thing.class_name]
            and (share := self._nodata(thing)) <= MAX_NODATA
        }
        objects = [thing for thing in waiting if thing.number in unseen]
        records = []
        for thing, measured in zip(objects, self.measurer.measure(objects), strict=True):
            if measured.area_m2 < self.filters.min_area_m2[thing.class_name]:
                continue
            self._fate[thing.number] = _ACTION_CODES[thing.action]
            cell = self._cell(thing)
            records.append(
                BoxRecord(
                    box_id=measured.box_id,
                    class_name=thing.class_name,
                    action=thing.action,
                    box=measured.box,
                    outline=measured.outline,
                    score=round(thing.score, 3),
                    area_m2=round(measured.area_m2, 1),
                    width_m=round(measured.width_m, 1),
                    height_m=round(measured.height_m, 1),
                    cell=cell,
                    nodata_pct=round(100 * unseen[thing.number], 1),
                    tile_ids=self.plan.tile_ids_touching(thing.bbox_px),
                    caption=object_caption(
                        thing.class_name,
                        thing.action,
                        measured.area_m2,
                        measured.width_m,
                        measured.height_m,
                        cell,
                        self.dates,
                        perimeter_m=measured.perimeter_m,
                    ),
                    date_before=self.dates[0],
                    date_after=self.dates[1],
                )
            )
        self.totals.add(records)
        self.write(records)

    def _nodata(self, thing: ChangeObject) -> float:
        """Share of an object's box, as far as it lies in the area of interest, without data."""
        if not thing.nodata_fraction:
            return 0.0
        c0, r0, c1, r1 = thing.bbox_px
        size, outside = (c1 - c0) * (r1 - r0), self.outside(thing.bbox_px)
        return max(0.0, (thing.nodata_fraction * size - outside) / max(1, size - outside))

    def _make_room(self, number: int) -> None:
        """Until it is kept, an object counts as dropped."""
        self._fate.extend(bytes([DROPPED]) * (number + 1 - len(self._fate)))

    def fates(self) -> NDArray[np.uint8]:
        """By object number: index into ``ACTIONS``, or ``DROPPED``."""
        return np.frombuffer(bytes(self._fate), np.uint8)

    def _cell(self, thing: ChangeObject) -> str:
        c0, r0, c1, r1 = self.place
        x, y = thing.centroid_px
        width, height = c1 - c0, r1 - r0
        inside_x, inside_y = min(max(x - c0, 0.0), width), min(max(y - r0, 0.0), height)
        return cell_of(inside_x, inside_y, width, height)
