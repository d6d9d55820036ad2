"""Verdicts on counterfactual edits, from drawn claims."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training.evaluate.claims import limits_of, objects_of
from training.evaluate.models import Subject
from training.evaluate.on_edits import Verdict, judge, verdicts
from training.evaluate.steady import steady_edits
from training.scenes import edits

SIDE = 64
HOUSE, NEW, FAR = (4, 4, 14, 14), (30, 30, 42, 42), (50, 2, 60, 12)


def mask_of(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def claims(*boxes: tuple[int, int, int, int], appeared: float = 1.0, roads=()):
    lean = np.full((SIDE, SIDE), appeared)
    masks = {"building": mask_of(*boxes), "road": mask_of(*roads)}
    return {name: objects_of(mask, mask.astype(float), lean) for name, mask in masks.items()}


ADDED = mask_of(NEW)


@pytest.mark.parametrize(
    ("plain", "edited", "wanted"),
    [
        (claims(HOUSE), claims(HOUSE, NEW), Verdict(True, True, 0)),
        (claims(HOUSE), claims(HOUSE), Verdict(False, False, 0)),
        (claims(HOUSE), claims(NEW), Verdict(False, True, 1)),
        (claims(HOUSE), claims(HOUSE, NEW, FAR), Verdict(False, True, 1)),
        (claims(HOUSE), claims(HOUSE, FAR), Verdict(False, False, 1)),
        (claims(HOUSE), claims(HOUSE, (30, 30, 35, 35)), Verdict(False, False, 1)),
        (claims(HOUSE), claims(HOUSE, roads=[NEW]), Verdict(False, False, 1)),
        (claims(HOUSE), claims(HOUSE, NEW, roads=[FAR]), Verdict(False, True, 1)),
    ],
)
def test_one_house_more(plain, edited, wanted: Verdict) -> None:
    assert judge(plain, edited, ADDED, "added", "building") == wanted
    assert judge(edited, plain, ADDED, "removed", "building") == wanted


def test_a_claim_that_turns_its_action_is_another_claim() -> None:
    turned = claims(HOUSE, appeared=0.0)
    assert judge(claims(HOUSE), turned, ADDED, "added", "building").others == 2


@dataclasses.dataclass
class Edit:
    before: np.ndarray
    after: np.ndarray
    edited_before: np.ndarray
    edited_after: np.ndarray
    mask: np.ndarray
    action: str
    class_name: str = "building"
    gsd: float = 0.5
    place: str = "a"


def differing(before: np.ndarray, after: np.ndarray) -> dict[str, np.ndarray]:
    """A model that sees every difference and calls what is brighter new."""
    one, two = (
        before.astype(float).mean(1, keepdims=True),
        after.astype(float).mean(1, keepdims=True),
    )
    return {"change": np.abs(two - one) / 255, "appeared": (two > one).astype(float)}


def test_a_model_that_sees_every_difference_is_exact(tmp_path) -> None:
    plain = np.zeros((SIDE, SIDE, 3), np.uint8)
    changed = np.where(mask_of(HOUSE)[..., None], 255, plain).astype(np.uint8)
    both = np.where(mask_of(HOUSE, NEW)[..., None], 255, plain).astype(np.uint8)
    edits = [
        Edit(plain, changed, plain, both, ADDED, "added"),
        Edit(plain, both, plain, changed, ADDED, "removed"),
        Edit(plain, changed, plain, changed, ADDED, "added"),
        Edit(plain, changed, plain, both, ADDED, "added", "lake"),
    ]
    subject = Subject(tmp_path, {}, differing, limits_of({}, ("building",)))
    section = verdicts(subject, edits, "edits")
    assert section.measures["edits.exact"].value == round(2 / 3, 4)
    assert section.measures["edits.clean"].value == 1.0
    assert section.facts["edits"]["count"] == 3
    assert section.facts["edits"]["by kind"]["building removed"]["exact"] == 1.0


def test_objects_are_measured_at_their_own_pixel_size(tmp_path) -> None:
    plain = np.zeros((SIDE, SIDE, 3), np.uint8)
    built = np.where(mask_of(NEW)[..., None], 255, plain).astype(np.uint8)  # 144 pixels
    marks = {"thresholds": {"change": 0.5, "min_area_m2": 20.0, "min_score": 0.5}}
    subject = Subject(tmp_path, {}, differing, limits_of(marks, ("building",)))
    sizes = {0.5: 1.0, 0.3: 0.0}  # 36 and 13 m²
    for gsd, share in sizes.items():
        edits = [Edit(plain, plain, plain, built, ADDED, "added", gsd=gsd)]
        assert verdicts(subject, edits, "edits").measures["edits.exact"].value == share


def test_a_place_is_the_unit_of_the_bootstrap(tmp_path) -> None:
    plain = np.zeros((SIDE, SIDE, 3), np.uint8)
    built = np.where(mask_of(NEW)[..., None], 255, plain).astype(np.uint8)
    edits = [
        Edit(plain, plain, plain, edited, ADDED, "added", place=place)
        for place, edited in (("a", built), ("b", plain))
        for _ in range(50)
    ]
    subject = Subject(tmp_path, {}, differing, limits_of({}, ("building",)))
    exact = verdicts(subject, edits, "edits").measures["edits.exact"]
    assert exact.value == 0.5 and exact.units == ("a", "b")
    assert exact.interval() == [0.0, 1.0], "two places say little, however often they are edited"


def test_a_filter_that_drops_what_flickers_is_steadier(monkeypatch, tmp_path) -> None:
    plain = np.zeros((SIDE, SIDE, 3), np.uint8)
    changed = np.where(mask_of(HOUSE)[..., None], 255, plain).astype(np.uint8)
    edited = np.where(mask_of(HOUSE, NEW, (50, 2, 52, 6))[..., None], 255, plain).astype(np.uint8)
    edit = Edit(plain, changed, plain, edited, ADDED, "added")
    monkeypatch.setattr(edits, "counterfactuals", lambda pairs, count, seed: iter([edit] * count))
    subject = Subject(tmp_path, {}, differing, limits_of({}, ("building",)))
    options = [(0.5, 0.0, 0.5), (0.5, 10.0, 0.5)]  # the speck has 8 pixels, 2 m²
    found = steady_edits(subject, [], "building", options)
    assert found == {options[0]: 0.0, options[1]: 1.0}
