"""The range section: fitted here, read by the engine, small enough for ``model.json``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.planted_model import planted_features

from engine.guide.imagery_range import RangeCheck
from engine.models import RangeSection
from training.guide.range import LARGEST, range_section, shrunk_covariance


def check(section: dict) -> RangeCheck:
    return RangeCheck(RangeSection.model_validate(json.loads(json.dumps(section))))


def drawn(seed: int, number: int, count: int, rank: int = 6) -> np.ndarray:
    """Features that live near a few directions, as those of a network do."""
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(99).normal(size=(rank, count))
    return rng.normal(size=(number, rank)) @ mix + 0.2 * rng.normal(size=(number, count)) + 5


@pytest.mark.parametrize("count", [1, 3, 24, 320])
def test_ordinary_tiles_are_in_and_others_out(count: int) -> None:
    train, held = drawn(1, 900, count), drawn(2, 400, count)
    section = range_section([train[:500], train[500:]], iter([held]), calibrated_on="drawn")
    assert len(json.dumps(section)) < LARGEST
    judge = check(section)
    inside = judge.scores(drawn(3, 400, count)) > 1
    assert inside.mean() <= 0.04
    far = drawn(4, 50, count) + 12 * train.std(axis=0)
    assert (judge.scores(far) > 1).all()


def test_unusual_combinations_of_usual_values_are_out() -> None:
    """Each feature within its range, but not together: what single limits would not see."""
    train = drawn(1, 900, 24)
    judge = check(range_section([train], [drawn(2, 400, 24)]))
    mixed = train.copy()
    for column in mixed.T:
        np.random.default_rng(int(abs(column[0]) * 1e6)).shuffle(column)
    assert (judge.scores(mixed) > 1).mean() > 0.95


def test_the_limit_is_the_percentile_of_the_held_out() -> None:
    held = drawn(2, 1000, 16)
    section = range_section([drawn(1, 600, 16)], [held], percentile=90)
    assert (check(section).scores(held) > 1).mean() == pytest.approx(0.1, abs=0.002)


def test_dead_features_and_broken_numbers() -> None:
    train, held = drawn(1, 200, 12), drawn(2, 100, 12)
    train[:, 3] = held[:, 3] = 0.0
    judge = check(range_section([train], [held]))
    assert np.isfinite(judge.scores(held)).all()
    awake = held.copy()
    awake[:, 3] = 10 * train.std()
    assert (judge.scores(awake) > 1).all()
    awake[0, 5], awake[1, 5] = np.nan, np.inf
    assert (judge.scores(awake[:2]) > 100).all()


def test_too_little_is_refused() -> None:
    some = drawn(1, 60, 8)
    with pytest.raises(ValueError, match="too few"):
        range_section([some], [some[:10]])
    with pytest.raises(ValueError, match="length"):
        range_section([some], [drawn(1, 60, 8), drawn(1, 60, 9)])
    with pytest.raises(ValueError, match="held out"):
        range_section([some], [drawn(1, 60, 9)])
    with pytest.raises(ValueError, match="finite"):
        range_section([some * np.inf], [some])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 50), st.integers(5, 60), st.integers(2, 20))
def test_a_shrunk_covariance_can_be_inverted(seed: int, number: int, count: int) -> None:
    values = np.random.default_rng(seed).normal(size=(number, count))
    values[:, 0] = values[:, 1]
    found = shrunk_covariance(values)
    assert np.allclose(found, found.T)
    assert np.linalg.eigvalsh(found).min() > 0
    assert np.trace(found) == pytest.approx((values**2).sum() / number, rel=1e-4)


def test_images_that_are_no_aerial_ones_are_out(tmp_path: Path) -> None:
    """Plain colour statistics as features: noise, inverted, flat grey and night tiles stand out."""
    rng = np.random.default_rng(0)

    def tiles(number: int) -> np.ndarray:
        tone = rng.normal([110, 112, 96], 9, (number, 3))[:, :, None, None]
        contrast = rng.normal(34, 5, (number, 1, 1, 1))
        shade = rng.normal(0, 1, (number, 1, 32, 32))
        colour = rng.normal(0, 0.2, (number, 3, 32, 32))
        return np.clip(tone + contrast * (shade + colour), 0, 255).astype(np.uint8)

    def features(tiles_: np.ndarray) -> np.ndarray:
        return planted_features(tiles_, tiles_[::-1])

    judge = check(range_section([features(tiles(400))], [features(tiles(300))]))
    usual = tiles(100)
    assert (judge.scores(features(usual)) > 1).mean() < 0.06
    for name, odd in {
        "noise": rng.integers(0, 256, usual.shape, dtype=np.uint8),
        "inverted": 255 - usual,
        "flat grey": np.full_like(usual, 128),
        "night": (usual * 0.15).astype(np.uint8),
    }.items():
        assert (judge.scores(features(odd)) > 1).all(), name
