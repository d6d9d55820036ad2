"""Whether a probability means what it says: reliability, expected error, temperature.

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks" (arXiv 1706.04599).
"""

from __future__ import annotations

import numpy as np

from training.evaluate.measure import Columns, Measure, Sums, divide
from training.evaluate.window import Array

BINS = 15
FIRST_UNSURE = 1
"""In the bin before this one a pixel is plain background; the second error leaves it out."""


class Reliability:
    """Predicted probabilities and outcomes in :data:`BINS` equal bins, place by place."""

    def __init__(self) -> None:
        names = [f"{key}{index}" for index in range(BINS) for key in "npy"]
        self.sums = Sums(*names)

    def add(self, unit: str, probability: Array, outcome: Array) -> None:
        """Take probabilities 0..1 and outcomes (bool) of the same shape."""
        p, y = probability.ravel().astype(float), outcome.ravel().astype(float)
        index = np.minimum((p * BINS).astype(int), BINS - 1)
        columns = {"n": None, "p": p, "y": y}
        values: dict[str, float] = {}
        for key, weights in columns.items():
            totals = np.bincount(index, weights, BINS)
            values |= {f"{key}{i}": float(total) for i, total in enumerate(totals)}
        self.sums.add(unit, **values)

    def error(self, first_bin: int = 0) -> Measure:
        """Expected calibration error over the bins from ``first_bin`` on."""

        def formula(s: Columns) -> Array:
            bins = range(first_bin, BINS)
            gaps = sum((np.abs(s[f"p{i}"] - s[f"y{i}"]) for i in bins), np.zeros(()))
            return divide(gaps, sum((s[f"n{i}"] for i in bins), np.zeros(())))

        return self.sums.measure(formula)

    def table(self) -> list[dict[str, float | None]]:
        """One row a bin: how many, mean probability, share that is true."""
        rows: list[dict[str, float | None]] = []
        for index in range(BINS):
            n, p, y = (self.sums.total(f"{key}{index}") for key in "npy")
            rows.append(
                {
                    "from": round(index / BINS, 4),
                    "to": round((index + 1) / BINS, 4),
                    "count": n,
                    "probability": round(p / n, 4) if n else None,
                    "share_true": round(y / n, 4) if n else None,
                }
            )
        return rows


def tempered(change: Array, temperature: float) -> Array:
    """Probabilities (K, ...) as if all logits, the background's too, were divided.

    The background is what the K classes leave of 1; its logit and theirs are known up to a
    constant that cancels.
    """
    rest = np.clip(1 - change.sum(axis=0, keepdims=True), 1e-7, 1)
    logits = np.log(np.concatenate([rest, np.clip(change, 1e-7, 1)])) / temperature
    powers = np.exp(logits - logits.max(axis=0, keepdims=True))
    return np.asarray(powers[1:] / powers.sum(axis=0, keepdims=True), np.float32)


def fit_temperature(change: Array, index: int, truth: Array) -> float:
    """Temperature with the least log loss of one class against the rest.

    Parameters
    ----------
    change : ndarray
        Probabilities (K, N).
    index : int
        Channel of the class.
    truth : ndarray
        bool (N,).
    """

    def loss(log_temperature: float) -> float:
        p = tempered(change, float(np.exp(log_temperature)))[index].astype(float)
        p = np.clip(np.where(truth, p, 1 - p), 1e-7, 1)
        return float(-np.log(p).mean())

    # Golden section over 1/5 to 5: the loss has one minimum in the log temperature.
    low, high = np.log(0.2), np.log(5.0)
    shrink = (np.sqrt(5) - 1) / 2
    inner = [high - shrink * (high - low), low + shrink * (high - low)]
    losses = [loss(x) for x in inner]
    while high - low > 1e-3:
        if losses[0] < losses[1]:
            high, inner[1], losses[1] = inner[1], inner[0], losses[0]
            inner[0] = high - shrink * (high - low)
            losses[0] = loss(inner[0])
        else:
            low, inner[0], losses[0] = inner[0], inner[1], losses[1]
            inner[1] = low + shrink * (high - low)
            losses[1] = loss(inner[1])
    return round(float(np.exp((low + high) / 2)), 4)
