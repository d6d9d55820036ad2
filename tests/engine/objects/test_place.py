"""Ids of objects."""

from __future__ import annotations

import itertools

import numpy as np
import shapely

from engine.objects import ChangeObject
from engine.objects.place import BoxIds


def thing(class_name: str, pixels: int, left: int = 0) -> ChangeObject:
    outline = shapely.box(left, 0, left + 1, pixels)
    return ChangeObject(
        1, class_name, "appeared", 0.9, 1.0, pixels, (left, 0, left + 1, pixels),
        (left + 0.5, pixels / 2), outline, 0.0,
    )  # fmt: skip


HERE, THERE = (10.40744, 57.64911), (10.50744, 57.64911)


def test_class_and_place() -> None:
    ids = BoxIds().assign([thing("road", 9), thing("building", 9)], np.array([HERE, HERE]))
    assert ids == ["road-u4pruydqqvj", "building-u4pruydqqvj"]


def test_shared_places_do_not_depend_on_the_order() -> None:
    things = [thing("road", size) for size in (7, 9, 30)]
    for order in itertools.permutations(range(3)):
        ids = BoxIds().assign([things[i] for i in order], np.array([HERE] * 3))
        assert [ids[order.index(i)] for i in range(3)] == [
            "road-u4pruydqqvj",
            "road-u4pruydqqvj-2",
            "road-u4pruydqqvj-3",
        ]


def test_places_stay_taken() -> None:
    ids = BoxIds()
    first = ids.assign([thing("road", 9)], np.array([HERE]))
    second = ids.assign([thing("road", 30), thing("road", 9, 50)], np.array([HERE, THERE]))
    third = ids.assign([thing("road", 9)], np.array([HERE]))
    assert [*first, second[0], *third] == [
        "road-u4pruydqqvj",
        "road-u4pruydqqvj-2",
        "road-u4pruydqqvj-3",
    ]
    assert "-2" not in second[1]
