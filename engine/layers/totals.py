"""Totals of a run, gathered object by object in bounded memory: for report, picture and item."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .records import BoxRecord
from .schema import CLASSES

SIZE_EDGES = (0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, math.inf)
"""Bins of the size histogram in m²."""

SCORE_BINS = 10

KEEP = 500
"""So many of the largest objects are kept whole."""


@dataclass
class Totals:
    """Counts and areas of objects; each object counts once.

    Attributes
    ----------
    count, area_m2 : mapping
        By (class, action).
    sizes, scores : Counter
        By (bin, action).
    cells : Counter
        Objects by place in the area of interest.
    """

    count: Counter[tuple[str, str]] = field(default_factory=Counter)
    area_m2: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    sizes: Counter[tuple[int, str]] = field(default_factory=Counter)
    scores: Counter[tuple[int, str]] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    _heap: list[tuple[float, int, BoxRecord]] = field(default_factory=list)

    def add(self, records: Iterable[BoxRecord]) -> None:
        """Count records."""
        for record in records:
            key = (record.class_name, record.action)
            area = record.area_m2 or 0.0
            self.count[key] += 1
            self.area_m2[key] += area
            if record.area_m2 is not None:
                self.sizes[_size_bin(area), record.action] += 1
            if record.score is not None:
                score = min(int(record.score * SCORE_BINS), SCORE_BINS - 1)
                self.scores[score, record.action] += 1
            if record.cell is not None:
                self.cells[record.cell] += 1
            # The running number breaks ties: records themselves have no order.
            entry = (area, -self.objects, record)
            self.objects += 1
            if len(self._heap) < KEEP:
                heapq.heappush(self._heap, entry)
            elif entry > self._heap[0]:
                heapq.heapreplace(self._heap, entry)

    @property
    def total_area_m2(self) -> float:
        """Sum of all areas, m²."""
        return sum(self.area_m2.values())

    def classes(self) -> list[str]:
        """Classes met, those of the schema first and in its order."""
        met = {name for name, _ in self.count}
        known = [name for name in CLASSES if name in met]
        return known + sorted(met.difference(CLASSES))

    def largest(self, number: int = KEEP) -> list[BoxRecord]:
        """The largest objects, largest first (at most :data:`KEEP`)."""
        return [record for _, _, record in sorted(self._heap, reverse=True)[:number]]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: objects and area by class and action."""
        return {
            "objects": self.objects,
            "area_m2": round(self.total_area_m2, 1),
            "by_class": [
                {
                    "class": name,
                    "action": action,
                    "objects": self.count[name, action],
                    "area_m2": round(self.area_m2[name, action], 1),
                }
                for name, action in sorted(self.count)
            ],
        }


def _size_bin(area: float) -> int:
    return next(i for i, edge in enumerate(SIZE_EDGES[1:]) if area < edge)
