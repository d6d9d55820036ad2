"""The bound of the stop against counting every possible sample."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.review_stop import Limits, stop_rank
from engine.review_stop.bound import (
    chance_of_error,
    most_below,
    reviews_needed,
    share_interval,
)

USUAL = Limits(Fraction(1, 20), 0.05)
SHARES = st.sampled_from([Fraction(1, 20), Fraction(1, 5), Fraction(1, 3)])
RISKS = st.sampled_from([0.05, 0.2, 0.4])


def misses_too_much(truth: list[bool], drawn: set[int], stop: int, missed: Fraction) -> bool:
    """`truth` and `drawn` by place in the list, from 0."""
    lost = sum(truth[place] and place not in drawn for place in range(stop, len(truth)))
    return lost > missed * sum(truth)


def stop_of(truth: list[bool], drawn: set[int], limits: Limits) -> int | None:
    changed = [place + 1 for place in sorted(drawn) if truth[place]]
    return stop_rank(len(truth), len(drawn), changed, limits)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=10), st.data(), SHARES, RISKS)
def test_of_all_samples_no_more_than_the_risk_goes_wrong(
    truth: list[bool], data: st.DataObject, missed: Fraction, risk: float
) -> None:
    size = data.draw(st.integers(1, len(truth)))
    wrong, every = Counter[int](), Counter[int]()
    for chosen in combinations(range(len(truth)), size):
        drawn = set(chosen)
        stop = stop_of(truth, drawn, Limits(missed, risk))
        changed = sum(truth[place] for place in drawn)
        every[changed] += 1
        wrong[changed] += stop is not None and misses_too_much(truth, drawn, stop, missed)
    # Also among the samples of one number of changed tiles: whether there is a stop depends on it.
    assert all(wrong[changed] <= risk * every[changed] + 1e-9 for changed in every)


@pytest.mark.parametrize("truth", list(product([False, True], repeat=6))[::5])
def test_reviewing_on_while_too_few_changed_costs_no_confidence(truth: tuple[bool, ...]) -> None:
    limits, wrong, every = Limits(Fraction(1, 3), 0.3), 0, 0
    for order in permutations(range(6)):
        for size in range(2, 7):
            drawn = set(order[:size])
            stop = stop_of(list(truth), drawn, limits)
            if stop is not None:
                wrong += misses_too_much(list(truth), drawn, stop, limits.missed)
                break
        every += 1
    assert wrong <= limits.risk * every


@settings(max_examples=150, deadline=None)
@given(st.data(), SHARES)
def test_the_chance_is_the_worst_of_all_lists(data: st.DataObject, missed: Fraction) -> None:
    total = data.draw(st.integers(1, 40))
    reviewed = data.draw(st.integers(1, total))
    changed = data.draw(st.integers(0, reviewed))
    below = data.draw(st.integers(0, changed))
    worst = Fraction(0)
    for whole in range(changed, total - reviewed + changed + 1):
        lowest = int(missed * whole) + 1 + below
        if lowest <= whole:
            ways = sum(
                comb(lowest, hit) * comb(whole - lowest, changed - hit)
                for hit in range(min(below, changed) + 1)
            )
            worst = max(worst, Fraction(ways, comb(whole, changed)))
    found = chance_of_error(total, reviewed, changed, below, missed)
    assert found == pytest.approx(float(worst), rel=1e-9, abs=1e-12)


def test_a_long_list_needs_59_changed_tiles() -> None:
    assert 0.95**59 < 0.05 < 0.95**58
    assert most_below(100_000, 300, 58, USUAL) is None
    assert most_below(100_000, 300, 59, USUAL) == 0
    # One may lie below from 93 on: the classical tolerance limit.
    assert [most_below(100_000, 300, m, USUAL) for m in (92, 93)] == [0, 1]


def test_a_list_reviewed_whole_needs_no_more() -> None:
    assert stop_rank(40, 40, [1, 5, 39], USUAL) == 0
    assert stop_rank(40, 40, [], USUAL) == 0
    assert stop_rank(40, 39, [], USUAL) is None


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 300), min_size=40, max_size=120), st.data())
def test_more_reviews_of_the_same_kind_never_cost_more(
    ranks: set[int], data: st.DataObject
) -> None:
    missed = Limits(Fraction(1, 20), 0.1)
    size = data.draw(st.integers(len(ranks), 299))
    stop = stop_rank(300, size, sorted(ranks), missed)
    assert stop_rank(300, 300, sorted(ranks), missed) == 0
    if stop is None:
        return
    quieter = stop_rank(300, size + 1, sorted(ranks), missed)
    assert quieter is not None and quieter <= stop
    high = next((rank for rank in range(1, max(stop, 1)) if rank not in ranks), None)
    if high is not None:
        better = stop_rank(300, size + 1, sorted({*ranks, high}), missed)
        assert better is not None and better <= stop
    looser = stop_rank(300, size, sorted(ranks), Limits(Fraction(1, 10), 0.1))
    assert looser is not None and looser <= stop


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(1, 200), min_size=30, max_size=60), st.integers(1, 3), st.data())
def test_a_stop_holds_whatever_the_unsure_tiles_are(
    ranks: set[int], count: int, data: st.DataObject
) -> None:
    limits = Limits(Fraction(1, 10), 0.1)
    free = sorted(set(range(1, 201)) - ranks)
    unsure = data.draw(st.lists(st.sampled_from(free), min_size=count, max_size=count, unique=True))
    stop = stop_rank(200, 120, sorted(ranks), limits, unsure)
    for truth in product([False, True], repeat=count):
        real = ranks | {rank for rank, changed in zip(unsure, truth, strict=True) if changed}
        known = stop_rank(200, 120, sorted(real), limits)
        assert stop is None or (known is not None and known <= stop)


def test_how_many_reviews_it_takes() -> None:
    needed = reviews_needed(10_000, 200, 10, USUAL)
    assert most_below(10_000, needed, needed // 20, USUAL) == 0
    assert 1100 < needed < 1200
    assert reviews_needed(300, 200, 1, USUAL) <= 300


def test_the_interval_of_a_share() -> None:
    # Values of the original paper's charts, as every statistics package gives them.
    assert share_interval(0, 20, 0.05) == pytest.approx((0, 0.16843), abs=1e-5)
    assert share_interval(5, 20, 0.05) == pytest.approx((0.08657, 0.49105), abs=1e-5)
    assert share_interval(20, 20, 0.05) == pytest.approx((0.83157, 1), abs=1e-5)
    assert share_interval(0, 0, 0.05) == (0, 1)
