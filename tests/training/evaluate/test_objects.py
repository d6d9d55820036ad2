"""Objects of masks, their matching, and windows over images of any size."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.objects import match, merged, objects, overlaps
from training.evaluate.sensor import as_other_sensor, stretched
from training.evaluate.window import positions, slide


def blank(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((100, 100), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_diagonal_pixels_are_one_object_and_small_ones_none() -> None:
    mask = np.eye(10, dtype=bool)
    mask[9, 0] = True
    labels, count = objects(mask)
    assert count == 1 and labels[9, 0] == 0 and labels.max() == 1


def test_matching_is_one_to_one() -> None:
    truth, found = blank((0, 0, 10, 20)), blank((0, 0, 10, 9), (0, 10, 10, 20))
    pairs = match(*overlaps(*objects(found), *objects(truth)))
    assert pairs == [(2, 1)]
    assert match(*overlaps(*objects(blank()), *objects(truth))) == []


def test_neighbours_in_one_found_object_are_merged() -> None:
    truth = blank((0, 0, 10, 10), (0, 12, 10, 22), (40, 0, 50, 10), (60, 0, 70, 10))
    found = blank((0, 0, 10, 22), (40, 0, 50, 8))
    assert merged(*objects(found), *objects(truth)).tolist() == [True, True, False, False]
    assert not merged(*objects(truth), *objects(truth)).any()
    assert not merged(*objects(blank()), *objects(truth)).any()


@pytest.mark.parametrize("length", [10, 256, 257, 500, 1024])
def test_windows_cover(length: int) -> None:
    starts = positions(length, 256, 64)
    seen = np.zeros(max(length, 256), bool)
    for start in starts:
        seen[start : start + 256] = True
    assert seen.all() and starts[-1] + 256 == max(length, 256)


def test_sliding_a_pixelwise_model_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    before, after = (rng.integers(0, 256, (90, 140, 3), dtype=np.uint8) for _ in range(2))

    def model(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        difference = np.abs(first[:, :1] / 255 - second[:, :1] / 255)
        return difference.astype(np.float32), (second[:, :1] / 255).astype(np.float32)

    change, appeared = slide(model, before, after, tile=64, overlap=16)
    wanted = np.abs(before[..., 0] / 255 - after[..., 0] / 255)
    np.testing.assert_allclose(change[0], wanted, atol=1e-5)
    np.testing.assert_allclose(appeared, after[..., 0] / 255, atol=1e-5)


def test_another_sensor_stretched_is_nearly_the_same_picture() -> None:
    rng = np.random.default_rng(1)
    ramp = np.linspace(20, 220, 150)[None, :, None] + rng.uniform(-5, 5, (120, 1, 3))
    image = ramp.round().astype(np.uint8)
    raw = as_other_sensor(image, 0.5)
    assert raw.dtype == np.uint16 and raw.shape == (100, 125, 3)
    low, high = np.percentile(image, (2, 98))
    again = stretched(raw, (low, high), image.shape[:2])
    assert again.shape == image.shape and again.dtype == np.uint8
    assert np.abs(again.astype(int) - image.astype(int))[5:-5, 5:-5].mean() < 5
