"""Sums, formulas and bootstraps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.evaluate import measure as m

COUNTS = st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=2, max_size=8)

PATIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def filled(rows: list[tuple[int, ...]], fields: tuple[str, ...] = ("tp", "fp", "fn", "tn")):
    sums = m.Sums(*fields)
    for index, row in enumerate(rows):
        sums.add(f"place {index}", **dict(zip(fields, row, strict=True)))
    return sums


def test_ratios_are_taken_of_sums_not_of_places() -> None:
    sums = filled([(1, 0, 0, 9), (1, 3, 1, 5)])
    assert sums.measure(m.precision).value == 0.4
    assert sums.measure(m.recall).value == round(2 / 3, 4)
    assert sums.measure(m.f1).value == 0.5
    assert sums.measure(m.iou).value == round(2 / 6, 4)
    assert sums.measure(m.accuracy).value == 0.8
    assert sums.measure(m.balanced_accuracy).value == round((2 / 3 + 14 / 17) / 2, 4)


def test_a_place_may_add_more_than_once_and_nothing_unnamed() -> None:
    sums = m.Sums("hit", "all")
    sums.add("a", hit=1, all=2)
    sums.add("a", all=2)
    assert sums.ratio("hit", "all").value == 0.25 and sums.ratio("hit", "all").units == ("a",)
    with pytest.raises(KeyError):
        sums.add("a", miss=1)


def test_nothing_to_divide_by_has_no_value() -> None:
    nothing = filled([(0, 0, 0, 0), (0, 0, 0, 0)]).measure(m.f1)
    assert nothing.value is None and nothing.interval() is None
    assert nothing.report() == {"value": None, "interval": None, "units": 2}


def test_one_place_has_no_interval() -> None:
    assert filled([(5, 1, 1, 1)]).measure(m.f1).interval() is None


@PATIENT
@given(COUNTS, st.randoms())
def test_the_order_of_places_does_not_matter(rows, random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    for formula in (m.f1, m.iou, m.balanced_accuracy):
        assert filled(rows).measure(formula).value == filled(shuffled).measure(formula).value


@PATIENT
@given(COUNTS)
def test_draws_are_measures_of_places(rows) -> None:
    measure = filled(rows).measure(m.iou)
    draws = measure.draws(50)
    singles = [filled([row]).measure(m.iou).value for row in rows]
    known = [value for value in singles if value is not None]
    finite = draws[~np.isnan(draws)]
    if known and finite.size:
        assert finite.min() >= min(known) - 1e-3 and finite.max() <= max(known) + 1e-3


@PATIENT
@given(COUNTS)
def test_a_model_does_not_differ_from_itself(rows) -> None:
    measure = filled(rows).measure(m.f1)
    result = m.compare(measure, measure)
    assert result["difference"] in (0.0, None) and result["interval"] in ([0.0, 0.0], None)


def test_a_paired_comparison_sees_what_single_intervals_hide() -> None:
    rng = np.random.default_rng(0)
    rows = [(int(n), 10, 10, 0) for n in rng.integers(10, 200, 12)]
    better = [(tp + 3, fp, fn, tn) for tp, fp, fn, tn in rows]
    one, two = (filled(part).measure(m.f1) for part in (better, rows))
    low, high = m.compare(one, two)["interval"]
    assert 0 < low < high
    assert one.interval()[0] < two.value
    turned = m.compare(two, one)["interval"]
    assert turned == pytest.approx([-high, -low], abs=1e-4)


def test_other_places_cannot_be_paired() -> None:
    one = filled([(1, 1, 1, 1), (2, 1, 1, 1)]).measure(m.f1)
    two = filled([(1, 1, 1, 1)]).measure(m.f1)
    with pytest.raises(ValueError, match="same places"):
        m.compare(one, two)
