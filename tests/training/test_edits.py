"""Counterfactuals differ in one object, and are decided by their seed."""

from __future__ import annotations

import numpy as np
import pytest
from support.noise_pairs import pair, place_with_road

from engine.objects.components import label
from training.guide.singles import Single
from training.scenes.edits import WINDOW, Counterfactual, counterfactuals
from training.scenes.inpaint import widen

PAIRS = [pair(seed, size=300) for seed in range(3)]
ROADS = [Single(f"road_{s}", "epfl", *place_with_road(s, 300), 0.3) for s in range(3)]


def edited(edit: Counterfactual) -> np.ndarray:
    first = (edit.before != edit.edited_before).any(axis=2)
    return np.asarray(first | (edit.after != edit.edited_after).any(axis=2))


def test_one_object_is_edited_and_nothing_else() -> None:
    edits = list(counterfactuals(PAIRS, 12, 0))
    assert [edit.action for edit in edits] == ["added", "removed"] * 6
    for edit in edits:
        assert edit.mask.shape == (WINDOW, WINDOW) == edit.before.shape[:2]
        assert label(edit.mask)[1] == 1 and edit.mask.sum() >= 60
        rim = np.ones_like(edit.mask)
        rim[1:-1, 1:-1] = False
        assert not (edit.mask & rim).any()
        where = edited(edit)
        assert where[edit.mask].mean() > 0.8
        assert not where[~widen(edit.mask, 26)].any()
        (source,) = (pair for pair in PAIRS if pair.name == edit.place)
        assert edit.gsd == source.gsd and inside(edit.before, source.before)


def inside(window: np.ndarray, image: np.ndarray) -> bool:
    """Whether a window was cut out of an image."""
    corners = np.argwhere((image[: 300 - WINDOW + 1, : 300 - WINDOW + 1] == window[0, 0]).all(2))
    return any(np.array_equal(image[y : y + WINDOW, x : x + WINDOW], window) for y, x in corners)


def test_the_change_is_there_or_not() -> None:
    for edit in counterfactuals(PAIRS, 8, 1):
        plain = np.abs(edit.after.astype(int) - edit.before)[edit.mask].mean()
        after = np.abs(edit.edited_after.astype(int) - edit.edited_before)[edit.mask].mean()
        more, less = (after, plain) if edit.action == "added" else (plain, after)
        assert less < 25 and more > less + 20


def test_seed_decides() -> None:
    one, two, other = (list(counterfactuals(PAIRS, 3, seed, ROADS, 0.5)) for seed in (5, 5, 6))
    for left, right in zip(one, two, strict=True):
        assert np.array_equal(left.edited_after, right.edited_after)
        assert np.array_equal(left.edited_before, right.edited_before)
    assert any(not np.array_equal(a.before, b.before) for a, b in zip(one, other, strict=True))


def test_roads() -> None:
    edits = list(counterfactuals(PAIRS, 6, 2, ROADS, 1.0))
    assert {edit.class_name for edit in edits} == {"road"} and {edit.gsd for edit in edits} == {0.3}
    assert {edit.place for edit in edits} <= {f"epfl/road_{number}" for number in range(3)}
    for edit in edits:
        more = edit if edit.action == "removed" else None
        with_road = (edit.before, edit.after) if more else (edit.edited_before, edit.edited_after)
        without = (edit.edited_before, edit.edited_after) if more else (edit.before, edit.after)
        assert np.array_equal(*without) and not np.array_equal(*with_road)
        assert not edited(edit)[~widen(edit.mask, 8)].any()


def test_nothing_to_edit_is_said() -> None:
    with pytest.raises(ValueError, match="nothing to edit"):
        list(counterfactuals([pair(0, houses=0, size=64)], 1, 0))
