"""Reliability, temperature and the plot."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.evaluate.calibration import BINS, Reliability, fit_temperature, tempered
from training.evaluate.plot import drawing

CHANCES = st.lists(st.floats(0.001, 0.3), min_size=3, max_size=3).map(
    lambda values: np.array(values, np.float32)[:, None]
)

PATIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_expected_error_by_hand() -> None:
    bins = Reliability()
    bins.add("a", np.array([0.9, 0.9, 0.1, 0.1]), np.array([True, False, False, False]))
    assert bins.error().value == pytest.approx((2 * 0.4 + 2 * 0.1) / 4)
    row = bins.table()[int(0.9 * BINS)]
    assert (row["count"], row["probability"], row["share_true"]) == (2, 0.9, 0.5)
    assert bins.error(first_bin=5).value == pytest.approx(0.4)


def test_the_certain_and_right_have_no_error() -> None:
    bins, truth = Reliability(), np.array([True, False, True])
    bins.add("a", truth.astype(float), truth)
    assert bins.error().value == 0.0


@PATIENT
@given(CHANCES)
def test_a_temperature_of_one_changes_nothing(change: np.ndarray) -> None:
    np.testing.assert_allclose(tempered(change, 1.0), change, rtol=1e-4)


@PATIENT
@given(CHANCES, st.floats(0.7, 4))
def test_tempering_keeps_the_order_and_stays_a_share(change: np.ndarray, t: float) -> None:
    warm = tempered(change, t)
    order = np.argsort(change[:, 0], kind="stable")
    assert (np.diff(warm[order, 0]) >= -1e-6).all() and 0 < warm.sum() < 1
    np.testing.assert_allclose(tempered(warm, 1 / t), change, rtol=2e-2, atol=1e-4)


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_a_known_temperature_is_found(temperature: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (1, 60_000))
    true = 1 / (1 + np.exp(-logits))
    truth = rng.random(true.shape[1]) < true[0]
    sharpened = 1 / (1 + np.exp(-logits * temperature))
    assert fit_temperature(sharpened, 0, truth) == pytest.approx(temperature, rel=0.05)


def test_the_plot_is_well_formed_and_holds_every_filled_bin() -> None:
    bins = Reliability()
    bins.add("a", np.array([0.05, 0.5, 0.95]), np.array([False, True, True]))
    tables = {"pixels": bins.table(), "objects": bins.table()[:1]}
    drawn = drawing(tables)
    assert ET.fromstring(drawn).tag.endswith("svg") and drawn == drawing(tables)
    for text in ("pixels", "objects", "share that is true"):
        assert f"<!-- {text} -->" in drawn
