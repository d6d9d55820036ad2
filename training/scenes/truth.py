"""What is true of a window: land on both dates, what changed, and the objects that did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scenes import draw
from training.scenes.plan import Plan
from training.scenes.river import world_river
from training.scenes.scene import LAND, Mask, Pixels, Points
from training.scenes.view import View

_CODE = {name: code for code, name in enumerate(LAND)}
_LAND_OF = {
    "graded": "bare", "track": "bare", "water": "water", "drive": "paved", "parking": "paved",
    "line": "paved", "pool": "water", "turf": "ground",
}  # fmt: skip
_OTHER = {"graded": "soil", "water": "pond", "parking": "parking", "pool": "pool"}


@dataclass(frozen=True)
class Truth:
    """The truth of one window.

    Attributes
    ----------
    land : uint8 array (2, h, w)
        Codes of :data:`training.scenes.scene.LAND` on each date.
    building, appeared, road, other : bool arrays (h, w)
    objects : list of dict
    """

    land: Pixels
    building: Mask
    appeared: Mask
    road: Mask
    other: Mask
    objects: list[dict[str, Any]]

    def masks(self) -> tuple[Mask, Mask, Mask, Mask]:
        """Building change, where buildings appeared, road change, other change."""
        return self.building, self.appeared, self.road, self.other


def read_truth(seed: int, plan: Plan, view: View) -> Truth:
    """Draw what a plan says into a window, by pixel centres.

    Parameters
    ----------
    seed : int
        Of the world: its rivers.
    plan : Plan
        At least everything that touches the window.
    view : View
    """
    shape = (view.height, view.width)
    canvas = _Canvas(view)
    land = np.zeros((2, *shape), dtype=np.uint8)
    canvas.put(land, ((p.polygon, p.before, p.after) for p in plan.patches if p.kind == "graded"),
               "bare")  # fmt: skip
    lawns = ((p.polygon, p.before, p.after) for p in plan.patches if p.kind == "lawn")
    canvas.put(land, lawns, "ground")
    shore = world_river(seed).distance_map(view)
    if shore is not None:
        land[:, shore < 0] = _CODE["water"]
    canvas.put(land, ((p.polygon, p.before, p.after) for p in plan.patches if p.kind == "water"),
               "water")  # fmt: skip
    for tree in plan.trees:
        canvas.disc(land, tree.x, tree.y, tree.radius, (tree.before, tree.after))
    # Streets first and what lies on top of them last, as they are painted.
    roads = np.zeros((2, *shape), dtype=bool)
    for street in plan.streets:
        rows, cols, mask = canvas.inside(street.polygon)
        for when, there in enumerate((street.before, street.after)):
            if there:
                roads[when][rows, cols] |= mask
    land[roads] = _CODE["road"]
    for kind, name in _LAND_OF.items():
        if kind not in ("graded", "water", "line"):
            rings = ((p.polygon, p.before, p.after) for p in plan.patches if p.kind == kind)
            canvas.put(land, rings, name, below=_CODE["road"])
    building, appeared = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for house in plan.buildings:
        rows, cols, mask = canvas.inside(house.footprint)
        for when, there in enumerate((house.before, house.after)):
            if there:
                land[when][rows, cols][mask] = _CODE["building"]
        if house.before != house.after:
            building[rows, cols] |= mask
            if house.after:
                appeared[rows, cols] |= mask
    road = (roads[0] != roads[1]) & ~building
    other = (land[0] != land[1]) & ~building & ~road
    return Truth(land, building, appeared, road, other, _objects(plan, view))


class _Canvas:
    """Exact drawing into a window."""

    def __init__(self, view: View) -> None:
        self.view = view

    def inside(self, polygon: Points) -> tuple[slice, slice, Mask]:
        return draw.inside(self.view.to_px(polygon), self.view.height, self.view.width)

    def put(
        self, land: Pixels, rings: Iterable[tuple[Points, bool, bool]], name: str,
        below: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a class on the dates it is there; ``below`` keeps pixels of that code."""
        for polygon, *dates in rings:
            rows, cols, mask = self.inside(polygon)
            if not mask.any():
                continue
            for when, there in enumerate(dates):
                if there:
                    part = land[when][rows, cols]
                    part[mask if below is None else mask & (part != below)] = _CODE[name]

    def disc(
        self, land: Pixels, x: float, y: float, radius: float, dates: tuple[bool, bool]
    ) -> None:
        """Draw a crown."""
        view = self.view
        px, py, r = x / view.gsd - view.col0, y / view.gsd - view.row0, radius / view.gsd
        col0, col1 = max(0, int(px - r)), min(view.width, int(px + r) + 2)
        row0, row1 = max(0, int(py - r)), min(view.height, int(py + r) + 2)
        if col0 >= col1 or row0 >= row1:
            return
        across = np.arange(col0, col1) + (0.5 - px)
        down = np.arange(row0, row1) + (0.5 - py)
        mask = (across * across)[None, :] + (down * down)[:, None] < r * r
        for when in (0, 1):
            if dates[when]:
                land[when][row0:row1, col0:col1][mask] = _CODE["vegetation"]


def _objects(plan: Plan, view: View) -> list[dict[str, Any]]:
    """What differs between the dates, as polygons in pixels."""
    found: list[tuple[str, str, bool, Points]] = []
    for building in plan.buildings:
        if building.before != building.after:
            found.append(("building", building.kind, building.after, building.footprint))
    for street in plan.streets:
        if street.before != street.after:
            found.append(("road", "road", street.after, street.polygon))
    for patch in plan.patches:
        if patch.before != patch.after and patch.kind in _OTHER:
            found.append(("other", _OTHER[patch.kind], patch.after, patch.polygon))
    for tree in plan.trees:
        if tree.before != tree.after:
            found.append(("other", "tree", tree.after, _ring(tree.x, tree.y, tree.radius)))
    objects = []
    for name, kind, after, polygon in found:
        ring = view.to_px(polygon)
        _, _, mask = draw.inside(ring, view.height, view.width)
        if mask.any():
            action = "appeared" if after else "disappeared"
            objects.append({"class": name, "kind": kind, "action": action, "polygon": ring})
    return objects


def _ring(x: float, y: float, radius: float) -> npt.NDArray[np.float64]:
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)
