"""Pixel and object scores, summed over tiles before any ratio is taken."""

from __future__ import annotations

import dataclasses

import numpy as np

from training.evaluate.objects import match, objects, overlaps
from training.evaluate.window import Array


def ratio(part: float, whole: float) -> float | None:
    """``part / whole`` to four places, None when there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


@dataclasses.dataclass
class Counts:
    """Sums over the tiles of a set."""

    true_px: int = 0
    false_px: int = 0
    missed_px: int = 0
    pixels: int = 0
    predicted: int = 0
    truth: int = 0
    matched: int = 0
    false_objects: int = 0
    unchanged_m2: float = 0.0
    directed: int = 0
    direction_right: int = 0

    def __add__(self, other: Counts) -> Counts:
        values = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Counts(*(a + b for a, b in values))

    def summary(self) -> dict[str, float | int | None]:
        """Ratios and sums for a report; areas in km²."""
        tp, fp, fn = self.true_px, self.false_px, self.missed_px
        return {
            "precision": ratio(tp, tp + fp),
            "recall": ratio(tp, tp + fn),
            "f1": ratio(2 * tp, 2 * tp + fp + fn),
            "iou": ratio(tp, tp + fp + fn),
            "objects_truth": self.truth,
            "objects_predicted": self.predicted,
            "objects_matched": self.matched,
            "object_precision": ratio(self.matched, self.predicted),
            "object_recall": ratio(self.matched, self.truth),
            "object_f1": ratio(2 * self.matched, self.predicted + self.truth),
            "false_objects": self.false_objects,
            "false_objects_per_km2": ratio(self.false_objects, self.unchanged_m2 / 1e6),
            "direction_accuracy": ratio(self.direction_right, self.directed),
            "directed_objects": self.directed,
        }


def pixel_counts(predicted: Array, truth: Array) -> tuple[int, int, int]:
    """True, false and missed pixels of two boolean masks."""
    return (
        int(np.count_nonzero(predicted & truth)),
        int(np.count_nonzero(predicted & ~truth)),
        int(np.count_nonzero(~predicted & truth)),
    )


def score(
    predicted: Array,
    truth: Array,
    gsd_m: float = 0.5,
    appeared: Array | None = None,
    direction: Array | None = None,
    known: Array | None = None,
) -> Counts:
    """Compare two masks of one tile.

    Parameters
    ----------
    predicted, truth : ndarray
        bool (H, W).
    gsd_m : float
        Ground size of a pixel in metres.
    appeared, direction, known : ndarray, optional
        Predicted probability that an object appeared, its truth (bool), and where that truth is
        known (bool), each (H, W). An object's direction is the mean over its pixels.
    """
    counts = Counts(*pixel_counts(predicted, truth), pixels=truth.size)
    found, n_found = objects(predicted)
    real, n_real = objects(truth)
    pairs = match(*overlaps(found, n_found, real, n_real))
    touching = np.unique(found[truth])
    counts.predicted, counts.truth, counts.matched = n_found, n_real, len(pairs)
    counts.false_objects = n_found - int(np.count_nonzero(touching))
    counts.unchanged_m2 = float(np.count_nonzero(~truth)) * gsd_m**2
    if appeared is not None and direction is not None and known is not None:
        for i, j in pairs:
            inside = real == j
            if known[inside].mean() < 0.5:
                continue
            counts.directed += 1
            guess = appeared[found == i].mean() > 0.5
            counts.direction_right += int(guess == (direction[inside].mean() > 0.5))
    return counts
