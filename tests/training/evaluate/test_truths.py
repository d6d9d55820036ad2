"""Claims of drawn readings and their scores against drawn truths."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.numpy import arrays

from training.evaluate.claims import Limits, limits_of, objects_of, read_claims
from training.evaluate.crops import CropScores, FlagScores, QuietScores
from training.evaluate.on_roads import RoadScores
from training.evaluate.quiet import false_objects
from training.evaluate.truths import ClassScores

SIDE = 60
MASKS = arrays(np.bool_, (4, 4)).map(lambda small: np.kron(small, np.ones((15, 15), bool)))

PATIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def box(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def as_claims(mask: np.ndarray, appeared: float = 1.0):
    return objects_of(mask, mask.astype(np.float32), np.full(mask.shape, appeared, np.float32))


def values(measures: dict) -> dict:
    return {name.split(".")[-1]: measure.value for name, measure in measures.items()}


def scored(found: np.ndarray, truth: np.ndarray) -> dict:
    scores, crops, roads = ClassScores(), CropScores(), RoadScores()
    scores.add("a", as_claims(found), truth, 0.5, np.ones_like(truth), np.ones_like(truth))
    crops.add("a", found, truth)
    roads.add("a", found, truth)
    return values(scores.measures("x") | crops.measures("x") | roads.measures("x"))


def test_the_most_probable_class_claims_a_pixel_if_it_reaches_its_own_threshold() -> None:
    change = np.zeros((2, SIDE, SIDE), np.float32)
    change[0], change[1] = np.where(box((0, 0, 20, 20)), 0.6, 0.1), 0.3
    limits = Limits({"building": 0.5, "road": 0.25}, {"building": 0, "road": 0},
                    {"building": 0, "road": 0})  # fmt: skip
    claims = read_claims(change, np.full((SIDE, SIDE), 0.9), limits)
    assert (claims["building"].mask == box((0, 0, 20, 20))).all()
    assert (claims["road"].mask == ~box((0, 0, 20, 20))).all()
    strict = Limits({"building": 0.7, "road": 0.25}, *[{"building": 0, "road": 0}] * 2)
    claims = read_claims(change, np.full((SIDE, SIDE), 0.9), strict)
    assert claims["building"].count == 0
    assert not claims["road"].mask[:20, :20].any()


def test_filters_are_square_metres_and_mean_probability() -> None:
    mask = box((0, 0, 4, 10), (20, 20, 30, 30), (50, 50, 52, 52))
    change = np.where(mask, 0.9, 0.0)[None].astype(np.float32)
    change[0, 20:30, 20:30] = 0.6
    appeared = np.where(box((0, 0, 4, 10)), 0.2, 0.8)
    named = {"thresholds": {"change": 0.5, "min_area_m2": 10, "min_score": 0.5}}
    claims = read_claims(change, appeared, limits_of(named, ("building",)))["building"]
    assert claims.pixels.tolist() == [40, 100]  # 4 px are no object at all
    assert claims.actions == ["disappeared", "appeared"]
    for thresholds, left in (({"min_area_m2": 10.5}, [100]), ({"min_score": 0.65}, [40])):
        limits = limits_of({"thresholds": thresholds}, ("building",))
        assert read_claims(change, appeared, limits)["building"].pixels.tolist() == left


def test_the_direction_is_weighted_by_the_probability() -> None:
    mask = box((0, 0, 10, 10))
    chance = np.where(box((0, 0, 5, 10)), 0.9, 0.1)
    lean = np.where(box((0, 0, 5, 10)), 1.0, 0.0)
    assert np.isclose(objects_of(mask, chance, lean).appeared[0], 0.9)


def test_two_houses_one_missed_one_false() -> None:
    truth = box((0, 0, 10, 10), (30, 30, 40, 40))
    found = box((0, 0, 10, 8), (50, 0, 60, 10))
    result = scored(found, truth)
    assert result["object_precision"] == result["object_recall"] == 0.5
    assert result["pixel_iou"] == round(80 / 300, 4)
    assert result["false_objects_per_km2"] == round(1 / ((3600 - 200) * 0.25e-6), 4)
    assert result["direction"] == 1.0
    assert (result["count_mae"], result["count_relative_mae"]) == (0.0, 0.0)
    assert result["cells_subset"] == 0.0
    assert result["cells_example_accuracy"] == round(1 / 3, 4)


def test_relative_mae_is_over_the_mean_true_count() -> None:
    crops = CropScores()
    two, one, none = box((0, 0, 9, 9), (20, 20, 29, 29)), box((0, 0, 9, 9)), box()
    crops.add("a", one, two)
    crops.add("b", one, none)
    result = values(crops.measures("x"))
    assert (result["count_mae"], result["count_relative_mae"]) == (1.0, 1.0)
    assert result["cells_example_accuracy"] == 0.25


def test_an_object_that_only_changed_has_the_wrong_direction() -> None:
    truth = box((0, 0, 10, 10))
    for lean, wanted in ((0.9, 1.0), (0.5, 0.0), (0.1, 0.0)):
        scores = ClassScores()
        known = np.ones_like(truth)
        scores.add("a", as_claims(truth, lean), truth, 0.5, truth, known)
        assert values(scores.measures("x"))["direction"] == wanted


def test_unknown_direction_is_not_counted() -> None:
    truth, scores = box((0, 0, 10, 10)), ClassScores()
    scores.add("a", as_claims(truth), truth, 0.5, truth, box((0, 0, 10, 4)))
    assert values(scores.measures("x"))["direction"] is None


@PATIENT
@given(MASKS)
def test_a_perfect_reading_scores_one(mask: np.ndarray) -> None:
    result = scored(mask, mask)
    assert result["cells_example_accuracy"] == result["cells_subset"] == 1.0
    assert result["count_mae"] == 0.0
    if mask.any():
        for name in ("pixel_f1", "pixel_iou", "object_f1", "cells_f1", "relaxed_f1", "iou"):
            assert result[name] == 1.0
        assert result["count_relative_mae"] == 0.0
    if not mask.all():
        assert result["false_objects_per_km2"] == 0.0


@PATIENT
@given(MASKS, MASKS)
def test_turning_the_roles_swaps_precision_and_recall(one: np.ndarray, two: np.ndarray) -> None:
    forth, back = scored(one, two), scored(two, one)
    for part in ("pixel", "object", "cells", "relaxed"):
        assert forth[f"{part}_precision"] == back[f"{part}_recall"]
    for name in ("pixel_iou", "relaxed_f1", "cells_example_accuracy", "count_mae"):
        assert forth[name] == back[name]


@PATIENT
@given(MASKS, MASKS)
def test_turning_the_image_changes_no_pixel_or_object_score(one, two) -> None:
    forth, turned = scored(one, two), scored(np.rot90(one), np.rot90(two))
    for name in ("pixel_f1", "object_f1", "relaxed_f1", "false_objects_per_km2", "count_mae"):
        assert forth[name] == turned[name]


def test_roads_within_three_pixels_count_and_no_farther() -> None:
    truth = box((0, 20, 60, 21))
    for shift, wanted in ((0, 1.0), (3, 1.0), (4, None)):
        roads = RoadScores()
        roads.add("a", box((0, 20 + shift, 60, 21 + shift)), truth)
        assert values(roads.measures("x"))["relaxed_f1"] == wanted
        assert values(roads.measures("x"))["relaxed_recall"] == (wanted or 0.0)


def test_flags() -> None:
    flags = FlagScores()
    for said, changed in ((True, True), (True, False), (False, True), (False, False), (True, True)):
        flags.add("a", said, changed)
    result = values(flags.measures())
    assert result["accuracy"] == 0.6
    assert result["precision"] == result["recall"] == result["f1"] == round(2 / 3, 4)


def test_quiet_ground() -> None:
    found, truth = box((0, 0, 10, 10), (30, 30, 40, 40)), box((5, 5, 20, 20))
    centres = false_objects(as_claims(found), truth)
    assert centres.tolist() == [[34.5, 34.5]]
    assert false_objects(as_claims(box()), truth).shape == (0, 2)
    quiet = QuietScores()
    quiet.add("a", 1, 40_000, 0.5, flagged=True)
    quiet.add("b", 0, 40_000, 0.5)
    assert quiet.rate().value == 50.0 and quiet.flagged().value == 0.5
    assert quiet.facts() == {"false_objects": 1, "km2": 0.02, "crops": 2}
