"""A plan with the extent of every item, so that a window takes only what it can see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scenes.plan import Plan

Boxes = npt.NDArray[np.float64]

_RINGS: dict[str, Callable[[Any], Any]] = {
    "patches": lambda item: item.polygon,
    "streets": lambda item: item.shoulder,
    "buildings": lambda item: item.footprint,
    "fences": lambda item: item.ring,
}


class Stock:
    """One plan, ready to be searched.

    Parameters
    ----------
    plan : Plan
        Not changed afterwards.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._boxes = {
            name: _boxes([ring(item) for item in getattr(plan, name)])
            for name, ring in _RINGS.items()
        }
        for name in ("trees", "cars"):
            spots = np.array([(item.x, item.y) for item in getattr(plan, name)]).reshape(-1, 2)
            self._boxes[name] = np.concatenate([spots - 5.0, spots + 5.0], axis=1)

    def near(self, box: tuple[float, float, float, float], margin: float, into: Plan) -> None:
        """Append to a plan what touches a box (x0, y0, x1, y1 in metres) with a margin."""
        x0, y0, x1, y1 = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
        for name, boxes in self._boxes.items():
            if not len(boxes):
                continue
            seen = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1)
            seen &= boxes[:, 3] > y0
            items = getattr(self.plan, name)
            getattr(into, name).extend(items[k] for k in np.flatnonzero(seen))


def _boxes(rings: Sequence[npt.NDArray[np.float64]]) -> Boxes:
    """West, north, east, south of each polygon (n, 4)."""
    if not rings:
        return np.zeros((0, 4))
    starts = np.cumsum([0] + [len(ring) for ring in rings[:-1]])
    points = np.concatenate(rings)
    return np.concatenate(
        [np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)], axis=1
    )
