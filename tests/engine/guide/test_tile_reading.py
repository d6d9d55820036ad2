"""A tile's class map read by the one counter."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.guide.reading import Finding
from engine.guide.tile_reading import ClassReading, read_tile
from engine.objects.sketch import CORNERS, sketches

CLASSES = ("building", "road", "other")


def _map() -> tuple[np.ndarray, np.ndarray]:
    classes, actions = np.zeros((90, 90), np.uint8), np.zeros((90, 90), np.uint8)
    classes[2:12, 2:12] = 1  # top left corner, appeared
    classes[40:50, 70:80] = 1  # right, disappeared
    actions[40:50, 70:80] = 1
    classes[86:88, 40:42] = 1  # 4 pixels: not counted
    classes[60:64, 0:90] = 2  # lower, changed
    actions[60:64] = 2
    return classes, actions


def test_counts_cells_and_actions() -> None:
    classes, actions = _map()
    reading = read_tile(classes, actions, CLASSES, caption="houses appear", change_score=0.5)
    assert reading.changed and reading.size == (90, 90) and reading.caption == "houses appear"
    building, road, other = reading.classes
    assert (building.count, building.cells) == (2, ("top left corner", "right"))
    assert (road.count, road.cells) == (1, ("lower",))
    assert (other.count, other.cells, other.findings) == (0, (), ())
    assert reading.findings == (
        Finding("building", "appeared", 1, ["top left corner"]),
        Finding("building", "disappeared", 1, ["right"]),
        Finding("road", "changed", 1, ["lower"]),
    )


def test_what_is_not_known_stays_open() -> None:
    classes, _ = _map()
    reading = read_tile(classes, None, CLASSES[:1])
    assert reading.of("road") is None and reading.findings == ()
    assert reading.change_score is None and reading.classes[0].score is None


def test_flag_follows_the_count_unless_the_global_branch_speaks() -> None:
    empty = np.zeros((8, 8), np.uint8)
    assert read_tile(empty, None, CLASSES).changed is False
    assert read_tile(empty, None, CLASSES, changed=True).changed is True


def test_confidence_is_the_mean_over_the_class() -> None:
    classes, _ = _map()
    probability = np.where(classes == 2, 0.75, 0.25).astype(np.float32)
    building, road, other = read_tile(classes, None, CLASSES, probability=probability).classes
    assert (building.score, road.score, other.score) == (0.25, 0.75, None)


def test_sketches_are_what_is_counted_largest_first() -> None:
    classes, _ = _map()
    classes[20:40, 20:40] = 1
    reading = read_tile(classes, None, CLASSES, sketched=True)
    drawn = reading.classes[0].sketches
    assert len(drawn) == reading.classes[0].count == 3
    assert set(drawn[0]) == {(20, 20), (20, 39), (39, 39), (39, 20)}


def test_a_round_outline_keeps_to_eight_corners_and_to_its_place() -> None:
    y, x = np.mgrid[:64, :64]
    wavy = np.hypot(x - 32, y - 32) < 20 + 6 * np.sin(7 * np.arctan2(y - 32, x - 32))
    (one,) = sketches(wavy)
    assert 3 <= len(one) <= CORNERS
    assert all(wavy[max(0, b - 1) : b + 2, max(0, a - 1) : a + 2].any() for a, b in one)


def test_a_star_is_simplified_until_eight_corners_are_left() -> None:
    angles = np.arange(10) * np.pi / 5
    radius = np.where(np.arange(10) % 2, 12, 60)
    corners = np.stack([64 + radius * np.sin(angles), 64 - radius * np.cos(angles)], axis=1)
    star = cv2.fillPoly(np.zeros((128, 128), np.uint8), [corners.round().astype(np.int32)], 1)
    (one,) = sketches(star)
    assert 3 <= len(one) <= CORNERS


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 objects"):
        ClassReading("road", -1)
    with pytest.raises(ValueError, match="upper left"):
        ClassReading("road", 1, ("upper left",))
