"""Perturbations of unchanged images."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.perturb import KINDS, LEAN_PX, misregistered, relief, season, shadow


@pytest.fixture
def image() -> np.ndarray:
    rng = np.random.default_rng(3)
    ground = rng.integers(60, 120, (128, 128, 3), dtype=np.uint8)
    ground[30:60, 40:75] = (200, 190, 180)
    ground[80:110, 10:40] = (90, 160, 60)
    return ground


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_an_image_again_and_always_the_same(kind: str, image: np.ndarray) -> None:
    copy = image.copy()
    one, two = (KINDS[kind](image, np.random.default_rng(7)) for _ in range(2))
    assert one.shape == image.shape and one.dtype == np.uint8
    assert (one == two).all() and (image == copy).all()
    assert (one != image).any() == (kind != "none")


def test_shadows_only_darken_and_leave_most_alone(image: np.ndarray) -> None:
    shaded = shadow(image, np.random.default_rng(1)).astype(int)
    assert (shaded <= image).all()
    assert 0.02 < (shaded < image - 10).any(axis=2).mean() < 0.7


@pytest.mark.parametrize("pixels", [1, 2, 3])
def test_a_shift_is_as_long_as_it_says(pixels: int) -> None:
    rows, columns = np.mgrid[:64, :64]
    ramp = np.stack([2 * columns, 2 * rows, 0 * rows], -1).astype(np.uint8)
    moved = misregistered(pixels)(ramp, np.random.default_rng(pixels)).astype(float)
    inner = np.s_[8:-8, 8:-8]
    shift = [(ramp[inner].astype(float) - moved[inner])[..., band].mean() / 2 for band in (0, 1)]
    assert np.hypot(*shift) == pytest.approx(pixels, abs=0.15)


def test_the_season_turns_plants_more_than_roofs(image: np.ndarray) -> None:
    turned = season(image, np.random.default_rng(2)).astype(float)
    ratio = turned / np.maximum(image, 1)

    # What every pixel shares is the light; what is left is the plants' own colour.
    def tint(block: np.ndarray) -> float:
        mean = block.mean(axis=(0, 1))
        return float(mean.max() / mean.min())

    assert tint(ratio[82:108, 12:38]) > tint(ratio[32:58, 42:73]) + 0.02


def test_relief_moves_roofs_a_little_and_open_ground_not_at_all(image: np.ndarray) -> None:
    leaning = relief(image, np.random.default_rng(4))
    moved = (leaning != image).any(axis=2)
    assert moved[20:70, 30:85].any()
    far = np.ones(moved.shape, bool)
    far[24 - int(LEAN_PX) : 66 + int(LEAN_PX), 34 - int(LEAN_PX) : 81 + int(LEAN_PX)] = False
    far[70:120, 0:50] = False
    assert moved[far].mean() < 0.05
