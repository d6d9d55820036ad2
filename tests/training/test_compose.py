"""Compositions: pixels outside an edit stay, and labels say what was done."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.noise_pairs import pair

from engine.objects.components import label
from training.guide.tiles import ANY, BACKGROUND, BUILDING, Pair
from training.scenes.compose import BOTH, compose, paste
from training.scenes.cutouts import cut_out, pick, shadow_angle, standing
from training.scenes.inpaint import FEATHER, widen
from training.scenes.sheet import outlined
from training.scenes.undo import remove, undo

SEEDS = st.integers(0, 2**20)
EMPTY = pair(100, houses=0)
DONOR = pair(200)


def same(one: Pair, two: Pair) -> bool:
    parts = ("before", "after", "allowed", "direction")
    return all(np.array_equal(getattr(one, part), getattr(two, part)) for part in parts)


def touched(one: Pair, two: Pair) -> np.ndarray:
    return (one.before != two.before).any(axis=2) | (one.after != two.after).any(axis=2)


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.sampled_from([0, 1, BOTH]))
def test_paste(seed: int, when: int) -> None:
    result = paste(EMPTY, DONOR, np.random.default_rng(seed), when)
    mask = result.allowed == BUILDING
    edited = [(a != b).any() for a, b in zip(*((p.before, p.after) for p in (EMPTY, result)))]  # noqa: B905
    if when == BOTH:
        assert all(edited) and not mask.any() and not result.direction.any()
        assert (result.allowed == BACKGROUND).sum() >= 60
    else:
        assert edited == [when == 0, when == 1]
        assert label(mask)[1] == 1 and mask.sum() >= 60
        assert np.all(result.direction[mask] == (1 if when else 2))
        assert not result.direction[~mask].any()
        assert np.array_equal(result.allowed[~mask], EMPTY.allowed[~mask])
        # What comes along with a building lies around it.
        assert not touched(EMPTY, result)[~widen(mask, 26)].any()


@settings(max_examples=7, deadline=None)
@given(SEEDS)
def test_adding_then_removing_leaves_no_building(seed: int) -> None:
    rng = np.random.default_rng(seed)
    added = paste(EMPTY, DONOR, rng, 1)
    for keep in (False, True):
        gone = remove(added, rng, keep)
        assert not (gone.allowed == BUILDING).any() and not gone.direction.any()
        mask = added.allowed == BUILDING
        assert not (gone.allowed[mask] & BUILDING).any()
        difference = np.abs(gone.after.astype(int) - gone.before)[mask].mean()
        assert difference < 25 < np.abs(added.after.astype(int) - added.before)[mask].mean()


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.booleans())
def test_remove_takes_one_building_and_leaves_the_others(seed: int, keep: bool) -> None:
    given_ = pair(seed)
    result = remove(given_, np.random.default_rng(seed), keep)
    before, after = given_.allowed == BUILDING, result.allowed == BUILDING
    assert label(after)[1] == label(before)[1] - 1 and not (after & ~before).any()
    assert np.array_equal(result.after[after], given_.after[after])
    assert not touched(given_, result)[~widen(before & ~after, 24)].any()
    untouched_date = "after" if keep else "before"
    assert np.array_equal(getattr(result, untouched_date), getattr(given_, untouched_date))


@pytest.mark.parametrize("keep", [False, True])
def test_remove_is_the_same_with_dates_swapped(keep: bool) -> None:
    for seed in range(4):
        given_ = pair(seed)
        straight = remove(given_, np.random.default_rng(seed), keep)
        turned = remove(given_.swapped(), np.random.default_rng(seed), keep)
        assert same(straight.swapped(), turned)


@pytest.mark.parametrize("when", [0, 1])
def test_paste_is_the_same_with_dates_swapped(when: int) -> None:
    for seed in range(4):
        straight = paste(pair(seed, 1), DONOR, np.random.default_rng(seed), when)
        turned = paste(pair(seed, 1).swapped(), DONOR, np.random.default_rng(seed), 1 - when)
        assert same(straight.swapped(), turned)


def test_undoing_knows_only_what_it_did() -> None:
    given_ = pair(3)
    mask = pick(given_, np.random.default_rng(0))
    assert mask is not None
    # The ground is the same on both dates here, so that the other date's fits in.
    plain = undo(given_, mask, False, np.random.default_rng(0))
    assert np.all(plain.allowed[mask] == BACKGROUND)
    strange = dataclasses.replace(given_, before=np.roll(given_.before, 40, axis=0))
    strange.before[:] = np.where(np.indices((160, 160)).sum(0)[..., None] % 40 < 20, 240, 20)
    filled = undo(strange, mask, False, np.random.default_rng(0))
    assert np.all(filled.allowed[mask] == ANY - BUILDING)


def test_unknown_direction_is_left_alone() -> None:
    given_ = dataclasses.replace(pair(1), direction=np.zeros((160, 160), np.uint8))
    rng = np.random.default_rng(0)
    assert pick(given_, rng) is None
    assert remove(given_, rng) is given_
    assert cut_out(given_, rng) is None
    assert paste(EMPTY, given_, rng) is EMPTY


def test_no_room_no_paste() -> None:
    full = dataclasses.replace(EMPTY, allowed=np.full_like(EMPTY.allowed, BUILDING))
    assert paste(full, DONOR, np.random.default_rng(0)) is full
    black = dataclasses.replace(EMPTY, before=np.zeros_like(EMPTY.before))
    assert paste(black, DONOR, np.random.default_rng(0)) is black


def test_shadows_are_found() -> None:
    given_ = pair(7)
    angle = shadow_angle(given_.after, standing(given_, 1))
    assert angle is not None
    assert np.cos(angle - np.deg2rad(-135)) > np.cos(np.pi / 6)
    turned = shadow_angle(np.rot90(given_.after).copy(), np.rot90(standing(given_, 1)).copy())
    assert turned is not None
    assert np.cos(turned - (angle - np.pi / 2)) > np.cos(np.pi / 6)
    assert shadow_angle(given_.before, standing(given_, 1)) is None


@settings(max_examples=7, deadline=None)
@given(SEEDS)
def test_compose(seed: int) -> None:
    given_ = pair(seed % 9)
    kept = [part.copy() for part in (given_.before, given_.after, given_.allowed, given_.direction)]
    one = compose(given_, [DONOR, given_], np.random.default_rng(seed))
    two = compose(given_, [DONOR, given_], np.random.default_rng(seed))
    assert same(one, two)
    now = (given_.before, given_.after, given_.allowed, given_.direction)
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))
    assert np.all((one.direction > 0) == (one.allowed == BUILDING))
    assert np.all((one.allowed > 0) & (one.allowed <= ANY))
    changed = one.allowed != given_.allowed
    assert not (changed & ~widen(touched(given_, one), FEATHER + 2)).any()
    assert one.sentences == []


def test_outlines_show_directions() -> None:
    given_ = pair(2)
    red, blue = (outlined(p) for p in (given_, given_.swapped()))
    rim = (given_.allowed == BUILDING) & widen(given_.allowed != BUILDING, 1)
    assert np.all(red[rim] == (255, 40, 40)) and np.all(blue[rim] == (60, 90, 255))
    assert np.array_equal(red[~widen(rim, 1)], given_.after[~widen(rim, 1)])
