"""Crops are decided by seed and step, and truths stay with their pixels."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.guide import augment  # noqa: E402
from training.guide.config import FitConfig  # noqa: E402
from training.guide.data import Crops, batches  # noqa: E402
from training.guide.tiles import REPORT, Tile, names_of, speaks_of_removal  # noqa: E402


def tile(seed: int = 0, size: int = 256) -> Tile:
    rng = np.random.default_rng(seed)
    before = rng.integers(60, 120, (size, size, 3), dtype=np.uint8)
    after = before.copy()
    after[80:120, 60:130] = 230
    truth = np.full((size, size, 3), 255, np.uint8)
    truth[..., 0] = 0
    truth[80:120, 60:130, 0] = 255
    return Tile(f"tile_{seed}", before, after, truth)


CONFIG = FitConfig(steps=9, phases=((1.0, 64, 3),))


def test_batches_depend_on_the_step_alone() -> None:
    crops = Crops([tile()], CONFIG)
    whole = list(batches(crops, 0))
    later = list(batches(crops, 6, workers=2))
    assert len(whole) == 9 and len(later) == 3
    for left, right in zip(whole[6:], later, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(left, right, strict=True))
    assert not torch.equal(whole[0][0], whole[1][0])
    assert whole[0][0].shape == (3, 3, 64, 64) and whole[0][0].dtype == torch.uint8


def test_truth_follows_the_pixels() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        place = tile()
        matrix = augment.view(rng, place, 96, np.array([95.0, 100.0]))
        image = augment.warp(place.after, matrix, 96)[..., 0] > 175
        truth = augment.warp(place.truth, matrix, 96)[..., 0] > 127
        assert truth.any()
        assert (image != truth).mean() < 0.03


def test_same_date_has_no_change() -> None:
    rng = np.random.default_rng(2)
    for _ in range(10):
        *images, truth = augment.pair(rng, tile(), 64, np.array([95.0, 100.0]), same_date=True)
        assert not truth.any()
        assert all(image.shape == (64, 64, 3) and image.dtype == np.uint8 for image in images)


def test_scenes_are_drawn_by_share() -> None:
    marked = tile(1)
    marked.before[:] = marked.after[:] = 0
    config = dataclasses.replace(CONFIG, scene_share=1.0)
    flat = Crops([tile()], config, [marked])[0][0].float()
    real = Crops([tile()], config)[0][0].float()
    assert flat.std(dim=(2, 3)).mean() < real.std(dim=(2, 3)).mean()


def test_sentences_of_removal() -> None:
    assert speaks_of_removal(["the old house is demolished"])
    assert speaks_of_removal(["some villas disappear in the wood"])
    assert not speaks_of_removal(["trees are cut down and many villas appear"])


def test_report_tiles_are_in_no_training_group() -> None:
    groups = ("west", "seventeen", "middle", "train")
    assert not set(names_of(groups)) & set(REPORT)
    assert len(names_of(groups)) == 22 and len(REPORT) == 13
