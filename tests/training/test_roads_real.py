"""Roads painted over and crossed: pixels, labels and directions agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.noise_pairs import place_with_road, texture

from training.guide.tiles import ANY, BACKGROUND, ROAD
from training.scenes.inpaint import FEATHER, fill, widen
from training.scenes.roads_real import decoy, paint_over_roads, road_pair, stretch, xor_pair

SEEDS = st.integers(0, 2**20)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_fill_leaves_the_rest_alone_and_copies_only_what_is_usable(seed: int) -> None:
    image, road = place_with_road(seed)
    filled, failed = fill(image, road, ~widen(road, 2), np.random.default_rng(seed))
    assert np.array_equal(filled[~widen(road, FEATHER)], image[~widen(road, FEATHER)])
    assert not failed.any()
    assert image[road].mean() > 170
    # The tint spreads what is left between patch and rim: nothing of the road's own brightness.
    assert abs(filled[road].mean() - image[~widen(road, 6)].mean()) < 15


def test_fill_keeps_texture_where_inpainting_would_smear_it() -> None:
    image, road = place_with_road(5)
    filled, _ = fill(image, road, ~widen(road, 2), np.random.default_rng(0))
    grain = np.abs(np.diff(filled.astype(int), axis=1)).mean(axis=2)
    inside, outside = road[:, 1:] & road[:, :-1], ~widen(road, 6)[:, 1:]
    assert 0.7 < grain[inside].mean() / grain[outside].mean() < 1.3


def test_fill_says_where_it_found_nothing() -> None:
    image = texture(np.random.default_rng(0))
    hole = np.ones(image.shape[:2], bool)
    filled, failed = fill(image, hole, np.zeros_like(hole), np.random.default_rng(0))
    assert failed.all()
    assert np.array_equal(filled, image)


def test_paint_over_roads_is_decided_by_the_generator() -> None:
    image, road = place_with_road(1)
    given_ = image.copy()
    one, two, other = (
        paint_over_roads(image, road, np.random.default_rng(seed)) for seed in (4, 4, 5)
    )
    assert np.array_equal(one, two) and not np.array_equal(one, other)
    assert np.array_equal(image, given_)
    rest = ~widen(widen(road, 3), FEATHER)
    assert np.array_equal(one[rest], image[rest])


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_road_pair_labels_what_was_painted(seed: int) -> None:
    image, road = place_with_road(seed % 7)
    pair = road_pair(image, road, np.random.default_rng(seed))
    labelled = pair.allowed == ROAD
    assert labelled.any() and not (labelled & ~road).any()
    way = np.unique(pair.direction[labelled])
    assert len(way) == 1 and way[0] in (1, 2)
    assert not pair.direction[~labelled].any()
    with_road, without = (pair.after, pair.before) if way[0] == 1 else (pair.before, pair.after)
    assert with_road[labelled].mean() > without[labelled].mean() + 50
    # Where the label says that nothing changed, nothing did; repaved roads are still roads.
    calm = (pair.allowed == BACKGROUND) & ~widen(road, FEATHER)
    assert np.array_equal(pair.before[calm], pair.after[calm])
    assert np.all(pair.allowed > 0)


def test_roads_appear_and_disappear_about_as_often() -> None:
    image, road = place_with_road(2)
    ways = [road_pair(image, road, np.random.default_rng(s)).direction.max() for s in range(24)]
    assert 4 < ways.count(1) < 20


def test_traces_of_painting_are_no_evidence() -> None:
    image, road = place_with_road(3)
    traces = 0
    for seed in range(16):
        pair = road_pair(image, road, np.random.default_rng(seed))
        touched = (pair.before != image).any(axis=2) | (pair.after != image).any(axis=2)
        aside = touched & ~widen(road, 10)
        assert not (pair.allowed[aside] == ROAD).any()
        traces += bool(aside.any())
    assert traces > 4


def test_decoys_keep_away_from_roads() -> None:
    _, road = place_with_road(4)
    found = [decoy(road, np.random.default_rng(seed)) for seed in range(20)]
    assert any(mask.any() for mask in found)
    assert not any((mask & widen(road, 4)).any() for mask in found)


def test_stretch_is_a_part() -> None:
    _, road = place_with_road(4)
    parts = [stretch(road, np.random.default_rng(seed), whole=0) for seed in range(20)]
    assert all(part.any() and not (part & ~road).any() for part in parts)
    assert any(part.sum() < road.sum() / 2 for part in parts)


def test_where_the_mask_says_nothing_nothing_is_labelled() -> None:
    image, road = place_with_road(6)
    known = np.ones_like(road)
    known[:, :80] = False
    for seed in range(5):
        pair = road_pair(image, road, np.random.default_rng(seed), known=known)
        assert not (pair.allowed[~known] == ROAD).any()
        pair = xor_pair(image, road, *place_with_road(7), np.random.default_rng(seed), known=known)
        assert np.all(pair.allowed[~known] == ANY)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_xor_pair(seed: int) -> None:
    (image, road), (other, second) = place_with_road(seed % 5), place_with_road(5 + seed % 5)
    pair = xor_pair(image, road, other, second, np.random.default_rng(seed))
    labelled = pair.allowed == ROAD
    assert np.array_equal(pair.direction > 0, labelled)
    assert not (labelled & ~(road ^ second)).any()
    known = pair.allowed != ANY
    assert np.all(pair.allowed[known & ~(road ^ second)] == ANY - ROAD)
    first = pair.direction[labelled & road]
    assert len(np.unique(first)) == 1 and len(np.unique(pair.direction[labelled & second])) == 1
    assert first[0] != pair.direction[labelled & second][0]


def test_xor_pair_of_two_sizes() -> None:
    image, road = place_with_road(1)
    pair = xor_pair(image, road, image[:120, :140], road[:120, :140], np.random.default_rng(0))
    assert pair.before.shape == pair.after.shape == (120, 140, 3)
    with pytest.raises(ValueError, match="one size"):
        xor_pair(
            image, road, image[:120], road[:120], np.random.default_rng(0), known=np.ones_like(road)
        )
