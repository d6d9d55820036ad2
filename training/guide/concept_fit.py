"""Concepts from summaries by ridge regression, and how blurred they come out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0)
"""Tried weights of the ridge, times samples and channels."""


@dataclasses.dataclass(frozen=True)
class Linear:
    """``y = x @ weight.T + bias``: weight (K, S), bias (K,)."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """(n, S) to (n, K), clipped to 0..1."""
        return np.clip(x @ self.weight.T + self.bias, 0, 1)


def ridge(x: Array, y: Array, penalty: float) -> Linear:
    """Ridge regression of y (n, K) on standardised x (n, S), in its dual form."""
    centre, scale = x.mean(0), x.std(0) + 1e-3
    z = (x - centre) / scale
    kernel = z @ z.T + penalty * len(x) * x.shape[1] / 100 * np.eye(len(x))
    weight = (z.T @ np.linalg.solve(kernel, y - y.mean(0))).T / scale
    return Linear(weight, y.mean(0) - weight @ centre)


def out_of_fold(x: Array, y: Array, places: Sequence[str], penalty: float, folds: int = 5) -> Array:
    """Predictions (n, K) for samples of each place by regressions that saw none of it."""
    names = sorted(set(places))
    fold_of = {name: index % folds for index, name in enumerate(names)}
    fold = np.array([fold_of[place] for place in places])
    out = np.zeros_like(y)
    for index in range(min(folds, len(names))):
        inside = fold == index
        source = ~inside if (~inside).any() else inside
        out[inside] = ridge(x[source], y[source], penalty)(x[inside])
    return out


@dataclasses.dataclass(frozen=True)
class Blur:
    """How predicted concepts follow the true ones: slope and offset each, correlated noise.

    Sentences without images get concepts blurred as a regression would blur them, so that the
    decoder trusts each concept as far as it can be seen.
    """

    slope: Array
    offset: Array
    factor: Array

    def __call__(self, values: Array, rng: np.random.Generator) -> Array:
        """True values (n, K) to values as they might be predicted, 0..1."""
        noise = rng.standard_normal(values.shape) @ self.factor.T
        return np.clip(values * self.slope + self.offset + noise, 0, 1)


def blur_of(predicted: Array, true: Array) -> Blur:
    """The blur that best describes predictions (n, K) for true values (n, K)."""
    middle, mean = true.mean(0), predicted.mean(0)
    spread = ((true - middle) ** 2).sum(0)
    slope = ((true - middle) * (predicted - mean)).sum(0) / np.maximum(spread, 1e-6)
    offset = mean - slope * middle
    rest = predicted - (true * slope + offset)
    cover = np.atleast_2d(np.cov(rest.T)) + 1e-6 * np.eye(true.shape[1])
    return Blur(slope, offset, np.linalg.cholesky(cover))


def fit_concepts(x: Array, y: Array, places: Sequence[str]) -> tuple[Linear, Array, float]:
    """The regression with the best penalty, its out-of-fold predictions, and the penalty."""
    tried = {p: out_of_fold(x, y, places, p) for p in PENALTIES}
    best = min(tried, key=lambda p: float(((tried[p] - y) ** 2).mean()))
    return ridge(x, y, best), tried[best], best
