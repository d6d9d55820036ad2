"""Scores of masks drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.guide import bootstrap_f1, evaluate
from training.evaluate.objects import convincing, match, objects, overlaps
from training.evaluate.scores import Counts, score
from training.evaluate.window import positions, slide


def blank(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((100, 100), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_counts_of_two_masks() -> None:
    truth = blank((10, 10, 20, 20), (50, 50, 60, 60))
    found = blank((10, 10, 20, 18), (50, 57, 60, 67), (80, 80, 85, 85))
    counts = score(found, truth, gsd_m=0.5)
    assert (counts.true_px, counts.false_px, counts.missed_px) == (110, 95, 90)
    assert (counts.truth, counts.predicted, counts.matched) == (2, 3, 1)
    assert counts.false_objects == 1
    assert counts.unchanged_m2 == (10000 - 200) * 0.25
    summary = counts.summary()
    assert summary["f1"] == round(220 / 405, 4) and summary["iou"] == round(110 / 295, 4)
    assert summary["false_objects_per_km2"] == round(1 / 0.00245, 4)


def test_direction_is_the_objects_mean_and_only_where_known() -> None:
    truth = blank((10, 10, 20, 20), (50, 50, 60, 60), (80, 10, 90, 20))
    appeared = np.where(blank((0, 0, 40, 100)), 0.9, 0.2)
    direction, known = blank((0, 0, 100, 100)), blank((0, 0, 70, 100))
    counts = score(truth, truth, 0.5, appeared, direction, known)
    assert (counts.directed, counts.direction_right) == (2, 1)


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


def test_weak_objects_go() -> None:
    mask = blank((0, 0, 10, 10), (50, 50, 60, 60), (90, 90, 92, 92))
    probability = np.where(blank((0, 0, 40, 40)), 0.9, 0.6)
    assert (convincing(mask, probability, 6, 0.7) == blank((0, 0, 10, 10))).all()
    assert convincing(mask, probability, 6, 0.0).sum() == 200


def test_empty_sets_have_no_ratios() -> None:
    summary = Counts().summary()
    assert summary["f1"] is None and summary["false_objects_per_km2"] is None


def test_bootstrap_holds_the_score() -> None:
    each = {str(n): Counts(true_px=50 + n, false_px=10, missed_px=20) for n in range(8)}
    low, high = bootstrap_f1(each)
    assert low < sum(each.values(), Counts()).summary()["f1"] < high


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


def test_no_sweep_on_the_report_set(tmp_path) -> None:
    with pytest.raises(ValueError, match="report"):
        evaluate(tmp_path, tmp_path, "report", swept=True)
