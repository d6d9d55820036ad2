"""What a sentence may say of a pair: counts, kinds and places, read from the exact truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np

from engine.objects.components import count_cells
from training.scenes.scene import LAND, Mask, ScenePair

LEAST = 60.0
"""Square metres of other change below which nobody would mention it."""

_NEAR = 26.0  # metres: a building that close to a carriageway is along the road


@dataclass(frozen=True)
class Fact:
    """One kind of change.

    Attributes
    ----------
    thing : str
        house, villa, building, warehouse, road, tree, pond, soil, parking or pool.
    appeared : bool
    count : int
        Objects; 0 where only the area matters.
    share : float
        Of the picture's area.
    cells : tuple of str
        The engine's words for where it is.
    by_road : bool
        Nearly all of it lies beside a road of its date.
    was : str
        Land class that lay under most of it on the other date.
    """

    thing: str
    appeared: bool
    count: int
    share: float
    cells: tuple[str, ...]
    by_road: bool = False
    was: str = "ground"


def read_facts(pair: ScenePair) -> list[Fact]:
    """The changes of a pair, the most telling first; empty where nothing changed.

    Parameters
    ----------
    pair : ScenePair
    """
    found = []
    for appeared in (True, False):
        mask = pair.building_change & (pair.appeared == appeared)
        count, cells = count_cells(mask)
        if count:
            found.append(
                Fact(_kind(pair, appeared), appeared, count, float(mask.mean()), tuple(cells),
                     _by_road(pair, mask, appeared), _under(pair, mask, appeared))
            )  # fmt: skip
    there = pair.land[1] == LAND.index("road")
    for appeared in (True, False):
        mask = pair.road_change & (there == appeared)
        if count_cells(mask)[0]:
            count = sum(o["class"] == "road" and (o["action"] == "appeared") == appeared
                        for o in pair.objects)  # fmt: skip
            found.append(
                Fact(
                    "road",
                    appeared,
                    max(1, count),
                    float(mask.mean()),
                    tuple(count_cells(mask)[1]),
                    was=_under(pair, mask, appeared),
                )
            )
    return found + _other(pair)


def _other(pair: ScenePair) -> list[Fact]:
    """Trees, water, soil, parking lots and pools that came or went."""
    if pair.other_change.sum() * pair.gsd**2 < LEAST:
        return []
    found = []
    for thing, name in (("tree", "vegetation"), ("pond", "water"), ("soil", "bare"),
                        ("parking", "paved")):  # fmt: skip
        code = LAND.index(name)
        for appeared in (True, False):
            if thing in ("soil", "parking") and not appeared:
                continue
            mask = pair.other_change & (pair.land[int(appeared)] == code)
            area = float(mask.sum()) * pair.gsd**2
            named, least = thing, {"parking": 700.0, "soil": 400.0}.get(thing, LEAST)
            if thing == "pond":
                kinds = {
                    o["kind"]
                    for o in pair.objects
                    if o["class"] == "other" and (o["action"] == "appeared") == appeared
                }
                named = "pond" if "pond" in kinds else "pool"
                least = LEAST if named == "pond" else 15.0
            if area >= least:
                count = sum(o["kind"] == named and (o["action"] == "appeared") == appeared
                            for o in pair.objects)  # fmt: skip
                found.append(
                    Fact(
                        named,
                        appeared,
                        count,
                        float(mask.mean()),
                        tuple(count_cells(mask)[1]),
                        was=_under(pair, mask, appeared),
                    )
                )
    return found


def _kind(pair: ScenePair, appeared: bool) -> str:
    """The word that fits all of the buildings."""
    action = "appeared" if appeared else "disappeared"
    kinds = Counter(o["kind"] for o in pair.objects
                    if o["class"] == "building" and o["action"] == action)  # fmt: skip
    homes = kinds["house"] + kinds["shed"]
    if homes == sum(kinds.values()):
        return "house"
    if kinds["warehouse"] == sum(kinds.values()):
        return "warehouse"
    return "building"


def _by_road(pair: ScenePair, mask: Mask, appeared: bool) -> bool:
    roads = (pair.land[int(appeared)] == LAND.index("road")).astype(np.uint8)
    reach = max(1, round(_NEAR / pair.gsd))
    away = cv2.distanceTransform(1 - roads, cv2.DIST_L2, 3) if roads.any() else None
    return away is not None and float((away[mask] < reach).mean()) > 0.8


def _under(pair: ScenePair, mask: Mask, appeared: bool) -> str:
    """The land class most of a change lies on, on the date it is not there."""
    codes = pair.land[int(not appeared)][mask]
    return LAND[int(np.bincount(codes, minlength=len(LAND)).argmax())] if codes.size else "ground"
