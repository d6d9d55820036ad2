"""What tuning is worth, measured with truth masks as the reviewer."""

from __future__ import annotations

import numpy as np

from training.adapt.choice import values_of
from training.evaluate.adapt import Place, as_kept, measured, review, summary, tuned_once
from training.evaluate.claims import Limits

LIMITS = Limits({"building": 0.4}, {"building": 10.0}, {"building": 0.6})


def place(name: str, false: int = 6, true: int = 6) -> Place:
    """True things of 24 pixels a side, false ones of 8 with lower scores."""
    change = np.zeros((1, 80, 40 * max(false, true)), np.float32)
    truth = np.zeros(change.shape[1:], bool)
    for index in range(true):
        where = np.s_[4:28, 40 * index + 4 : 40 * index + 28]
        change[0][where], truth[where] = 0.9, True
    for index in range(false):
        change[0, 44:52, 40 * index + 4 : 40 * index + 12] = 0.7
    blank = np.zeros((*truth.shape, 3), np.uint8)
    return Place(name, blank, blank, change, truth, LIMITS)


def test_the_reviewer_starts_with_the_lowest_scores_and_knows_the_truth() -> None:
    grounds = review([place("a"), place("b")], 14)
    assert sum(ground.verdicts[1] for ground in grounds) == 12
    assert sum(ground.verdicts[0] for ground in grounds) == 2
    unseen = [mark for ground in grounds for mark in ground.marks if not mark.reviewed]
    assert len(unseen) == 10 and all(mark.right for mark in unseen)


def test_measures_are_those_of_the_tiles_together() -> None:
    start = values_of(LIMITS, "building")
    found = measured([place("a"), place("b", false=0)], start)
    km2 = (2 * 80 * 240 - 12 * 24**2) * 0.25 / 1e6
    assert found["false_objects"] == 6 and found["object_recall"] == 1
    assert found["false_objects_per_km2"] == round(6 / km2, 4)


def test_half_is_reviewed_and_the_other_half_and_other_places_are_measured() -> None:
    places = [place(name) for name in "abcd"]
    runs = [tuned_once(places, [place("x", false=0)], LIMITS, seed, 20) for seed in (0, 1)]
    assert all((run["confirmed"], run["rejected"]) == (8, 12) for run in runs)
    told = summary(runs)
    assert told["held_back"]["false_objects_change"] == -1
    assert told["held_back"]["object_recall_change"] == 0
    assert told["elsewhere"]["false_objects_change"] is None  # there were none
    assert told["elsewhere"]["pixel_f1_worst"] == 0
    assert as_kept(runs) == {"kept": 2} | told
    refused = [run | {"trial": {"better": False}} for run in runs]
    stays = as_kept(refused)
    assert stays["kept"] == 0 and stays["held_back"]["false_objects_change"] == 0
