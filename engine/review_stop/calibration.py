"""What a change score is worth in this list: the share of such tiles that did change.

Isotonic regression (Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete
Information", Annals of Mathematical Statistics 26, 1955): it assumes nothing but that a higher
score means no smaller chance, so it cannot change the order of the list; between the reviewed
scores it is interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.review_stop.bound import share_interval

GROUPS = 10
"""Rows of the table at most."""


@dataclass(frozen=True)
class Calibration:
    """A rising map from scores to probabilities.

    Attributes
    ----------
    knots, values : float64 array (k,)
        Scores and their probabilities.
    """

    knots: NDArray[np.float64]
    values: NDArray[np.float64]

    def __call__(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of tiles with these scores."""
        return np.asarray(np.interp(scores, self.knots, self.values), np.float64)


def fit(scores: NDArray[np.float64], changed: NDArray[np.bool_]) -> Calibration | None:
    """Least squares among all rising maps; None without a review.

    Parameters
    ----------
    scores : float64 array (n,)
        Of the reviewed tiles.
    changed : bool array (n,)
    """
    if not scores.size:
        return None
    knots, place = np.unique(scores, return_inverse=True)
    weights = np.bincount(place).astype(float)
    means = np.bincount(place, changed.astype(float)) / weights
    blocks: list[tuple[float, float, int]] = []  # mean, weight, knots
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        block = (mean, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            last = blocks.pop()
            both = last[1] + block[1]
            mean = (last[0] * last[1] + block[0] * block[1]) / both
            block = (mean, both, last[2] + block[2])
        blocks.append(block)
    values = np.repeat([block[0] for block in blocks], [block[2] for block in blocks])
    return Calibration(knots, values)


def table(
    scores: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    ranks: NDArray[np.int64],
    changed: NDArray[np.bool_],
    risk: float,
) -> list[dict[str, float | int | None]]:
    """The list in parts of one size, from the top: what the scores say and what people saw.

    Parameters
    ----------
    scores, probabilities : float64 array (N,)
        Of the list, in its order.
    ranks : int array (n,)
        Of the reviewed tiles, 1 is the top.
    changed : bool array (n,)
    risk : float
        1 − confidence of the intervals of what was seen.
    """
    rows: list[dict[str, float | int | None]] = []
    edges = np.linspace(0, len(scores), min(GROUPS, len(scores)) + 1).astype(int)
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        here = (ranks > first) & (ranks <= last)
        seen, hits = int(here.sum()), int(changed[here].sum())
        low, high = share_interval(hits, seen, risk)
        rows.append(
            {
                "first_rank": first + 1,
                "last_rank": last,
                "highest_score": round(float(scores[first]), 4),
                "lowest_score": round(float(scores[last - 1]), 4),
                "mean_score": round(float(scores[first:last].mean()), 4),
                "calibrated": round(float(probabilities[first:last].mean()), 4),
                "reviewed": seen,
                "changed": hits,
                "share_low": round(low, 4),
                "share_high": round(high, 4),
            }
        )
    return rows
