"""Counts of two masks, and ratios of counts."""

from __future__ import annotations

import numpy as np

from training.evaluate.window import Array


def ratio(part: float, whole: float) -> float | None:
    """``part / whole`` to four places, None when there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def pixel_counts(predicted: Array, truth: Array) -> tuple[int, int, int]:
    """True, false and missed pixels of two boolean masks."""
    return (
        int(np.count_nonzero(predicted & truth)),
        int(np.count_nonzero(predicted & ~truth)),
        int(np.count_nonzero(~predicted & truth)),
    )
