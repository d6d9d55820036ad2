"""The section ``range`` of ``model.json``: what the training imagery looks like to the guide.

A Gaussian is fitted to the guide's ``features`` of the training tiles, on a covariance shrunk
towards the identity (Ledoit and Wolf, "A well-conditioned estimator for large-dimensional
covariance matrices", 2004, section 3.2) and kept as its main axes and one variance for the rest
(Tipping and Bishop 1999). The limit is the distance that 99 of 100 real tiles from places held out
keep within, measured by the engine's own code on the section as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.guide.imagery_range import RangeCheck
from engine.models import RangeSection
from engine.models.imagery_range import NARROW, WIDE, encoded

LARGEST = 96_000
"""Bytes the section may take as JSON."""
AXES = 64
FEWEST = 50
"""Tiles of either kind below which nothing is said."""
FLAT = 0.05
"""Features that vary less than this share of the usual one are scaled as if they varied so much."""


def range_section(
    train: Iterable[NDArray[np.floating]],
    held_out: Iterable[NDArray[np.floating]],
    *,
    percentile: float = 99.0,
    warn_share: float = 0.2,
    calibrated_on: str = "",
) -> dict[str, Any]:
    """Fit the section.

    Parameters
    ----------
    train : iterable of float arrays (n, F) or (F,)
        Features of tiles the guide was trained on, both dates in either order.
    held_out : iterable of float arrays (n, F) or (F,)
        Features of real, ordinary tiles from places it was not trained on.
    percentile : float
        Of the held-out distances: the limit.
    warn_share : float
        Share of a run's tiles beyond the limit from which the run warns.
    calibrated_on : str
        Which tiles were held out, for people.

    Returns
    -------
    dict
        JSON-able, below :data:`LARGEST` bytes.

    Raises
    ------
    ValueError
        Fewer than :data:`FEWEST` tiles, features of different lengths, or no finite numbers.
    """
    known, unseen = _gathered(train, "training"), _gathered(held_out, "held-out")
    if known.shape[1] != unseen.shape[1]:
        raise ValueError(f"{known.shape[1]} features in training, {unseen.shape[1]} held out")
    count = known.shape[1]
    mean = known.mean(axis=0)
    spread = known.std(axis=0)
    usual = np.median(spread[spread > 0]) if (spread > 0).any() else 1.0
    scale = np.maximum(spread, FLAT * usual)
    variances, axes = np.linalg.eigh(shrunk_covariance((known - mean) / scale))
    order = np.argsort(variances)[::-1]
    kept = min(AXES, _room(count), count - 1 if count > 1 else 1)
    main, other = order[:kept], order[kept:]
    # A single feature has no other directions; what is written must be above nothing.
    rest = float(variances[other].mean()) if other.size else float(variances[main].min())
    section: dict[str, Any] = {
        "method": "gaussian",
        "features": count,
        "mean": encoded(mean, WIDE),
        "scale": encoded(scale, WIDE),
        "axes": encoded(axes[:, main].T, NARROW),
        "variances": encoded(variances[main], WIDE),
        "rest": rest,
        "limit": 1.0,
        "warn_share": warn_share,
        "calibrated_on": calibrated_on,
    }
    distances = RangeCheck(RangeSection.model_validate(section)).distances(unseen)
    section["limit"] = round(float(np.percentile(distances, percentile)), 6)
    size = len(json.dumps(section))
    if size > LARGEST:
        raise ValueError(f"the section takes {size} bytes, {LARGEST} are allowed")
    return section


def shrunk_covariance(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance of values (n, F) with mean zero, shrunk towards a multiple of the identity.

    The weight of the identity is Ledoit and Wolf's: the error of the sample covariance over its
    distance from the identity, at most one.
    """
    number, count = values.shape
    sample = values.T @ values / number
    level = float(np.trace(sample)) / count
    target = level * np.eye(count)
    apart = float(((sample - target) ** 2).sum())
    fourth = float(((values**2).sum(axis=1) ** 2).sum())
    error = (fourth / number - float((sample**2).sum())) / number
    weight = 1.0 if apart <= 0 else min(1.0, max(error, 0.0) / apart)
    shrunk: NDArray[np.float64] = weight * target + (1 - weight) * sample
    # Directions in which nothing ever varied would weigh without bound.
    return shrunk + 1e-6 * max(level, 1e-12) * np.eye(count)


def _gathered(parts: Iterable[NDArray[np.floating]], what: str) -> NDArray[np.float64]:
    arrays = [np.atleast_2d(np.asarray(part, np.float64)) for part in parts]
    if len({array.shape[1] for array in arrays}) != 1:
        raise ValueError(f"the {what} features have no common length")
    values = np.concatenate(arrays)
    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} {what} tiles are too few; take {FEWEST} or more")
    if not np.isfinite(values).all():
        raise ValueError(f"the {what} features are not all finite")
    return values


def _room(count: int) -> int:
    """Axes that fit into the section: two bytes a number, four thirds for base64."""
    left = LARGEST - 2_000 - 2 * count * 4 * 4 / 3
    return max(1, int(left / (count * 2 * 4 / 3 + 6)))
