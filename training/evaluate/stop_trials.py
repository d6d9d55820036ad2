"""Many random samples of lists whose truth is known: how often a stop misses too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.review_stop import Limits, stop_rank
from engine.review_stop.bound import most_below, share_interval
from engine.review_stop.calibration import GROUPS, fit
from training.evaluate.stop_lists import PlaceList
from training.evaluate.window import Array

CALIBRATED = 100
"""Draws whose calibration is measured: its mean needs no more."""


def ranked(place: PlaceList) -> tuple[Array, Array]:
    """Scores and truth from the top of the list."""
    order = np.argsort(-place.scores, kind="stable")
    return place.scores[order], place.truth[order]


def trials(
    scores: Array, truth: Array, sample: int, limits: Limits, repeats: int, seed: int,
    step: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Draw a list's sample again and again.

    Parameters
    ----------
    scores, truth : ndarray
        float64 and bool (N,), from the top of the list.
    sample : int
        Tiles reviewed.
    step : int
        Tiles that are reviewed more, again and again, while too few changed; 0 to abstain.

    Returns
    -------
    dict
        Draws with a stop, those of them that missed too much with the 95 % interval of their
        share, means of tiles to review, of the share found, and calibration errors.
    """
    rng = np.random.default_rng([seed, len(truth), sample])
    total, whole = len(truth), int(truth.sum())
    stops: list[int] = []
    found: list[float] = []
    work: list[float] = []
    errors: list[tuple[float, float]] = []
    for _ in range(repeats):
        order = rng.permutation(total)
        size = min(sample, total)
        while step and size < total and _too_few(truth[order[:size]], total, limits):
            size = min(size + step, total)
        drawn = np.zeros(total, bool)
        drawn[order[:size]] = True
        ranks = np.flatnonzero(drawn & truth) + 1
        stop = stop_rank(total, size, ranks.tolist(), limits)
        if stop is None:
            continue
        missed = int(np.count_nonzero(truth[stop:] & ~drawn[stop:]))
        stops.append(stop)
        found.append(1 - missed / whole if whole else 1.0)
        work.append(stop + int(np.count_nonzero(drawn[stop:])))
        if len(errors) < CALIBRATED:
            errors.append(_calibration(scores, truth, drawn))
    wrong = sum(1 - share > float(limits.missed) + 1e-12 for share in found)
    low, high = share_interval(wrong, len(found), 0.05)
    told: dict[str, Any] = {
        "tiles": total,
        "changed_tiles": whole,
        "sample": sample,
        "draws": repeats,
        "stops": len(stops),
        "wrong": wrong,
        "wrong_share": round(wrong / len(stops), 4) if stops else None,
        "wrong_interval": [round(low, 4), round(high, 4)],
    }
    if stops:
        raw, calibrated = np.mean(errors, axis=0)
        told |= {
            "share_to_review": round(float(np.mean(work)) / total, 4),
            "share_needed": round(_needed(truth, limits) / total, 4),
            "found": round(float(np.mean(found)), 4),
            "found_low": round(float(np.quantile(found, 0.05)), 4),
            "calibration_error": [round(float(raw), 4), round(float(calibrated), 4)],
        }
    return told


def moved(
    here: tuple[Array, Array], there: tuple[Array, Array], sample: int, limits: Limits,
    repeats: int, seed: int,
) -> list[float]:  # fmt: skip
    """What a stop drawn here would miss there, were its score used there: shares missed."""
    rng = np.random.default_rng([seed, sample, 1])
    (scores, truth), (others, real) = here, there
    missed = []
    for _ in range(repeats):
        drawn = rng.permutation(len(truth))[:sample]
        ranks = np.sort(drawn[truth[drawn]]) + 1
        stop = stop_rank(len(truth), sample, ranks.tolist(), limits)
        if stop:
            missed.append(float(real[others < scores[stop - 1]].sum() / max(real.sum(), 1)))
    return missed


def simulated(
    total: int, share: float, skill: float, seed: int, clumped: bool = False
) -> tuple[Array, Array]:
    """A made-up list: normal scores, those of changed tiles higher by `skill`, from the top.

    Parameters
    ----------
    clumped : bool
        A tenth of the changed tiles has the lowest scores of all: what no score model would say.
    """
    rng = np.random.default_rng([seed, total])
    truth = np.zeros(total, bool)
    truth[: round(share * total)] = True
    scores = rng.normal(size=total) + skill * truth
    if clumped:
        scores[: round(0.1 * share * total)] = -100 + rng.normal(size=round(0.1 * share * total))
    order = np.argsort(-scores, kind="stable")
    return 1 / (1 + np.exp(-scores[order])), truth[order]


def out_of_range(places: Sequence[PlaceList]) -> float | None:
    """Share of the judged tiles that look unlike the training imagery."""
    unlike = np.concatenate([place.unlike for place in places])
    judged = unlike[np.isfinite(unlike)]
    return round(float((judged > 1).mean()), 4) if judged.size else None


def _too_few(seen: Array, total: int, limits: Limits) -> bool:
    return most_below(total, len(seen), int(seen.sum()), limits) is None


def _needed(truth: Array, limits: Limits) -> int:
    """Tiles that who knows the truth would review in this order."""
    allowed = int(limits.missed * int(truth.sum()))
    ranks = np.flatnonzero(truth) + 1
    return int(ranks[len(ranks) - allowed - 1]) if len(ranks) > allowed else 0


def _calibration(scores: Array, truth: Array, drawn: Array) -> tuple[float, float]:
    """Expected calibration error of the list's tenths, of raw and of calibrated scores."""
    curve = fit(scores[drawn], truth[drawn])
    assert curve is not None
    parts = np.array_split(np.arange(len(truth)), GROUPS)
    raw, calibrated = (
        sum(len(part) * abs(values[part].mean() - truth[part].mean()) for part in parts)
        / len(truth)
        for values in (scores, curve(scores))
    )
    return float(raw), float(calibrated)
