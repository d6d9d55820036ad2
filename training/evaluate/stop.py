"""``python -m training evaluate stop``: whether the stop of a review keeps its promise.

Made-up lists, real tiles and generated scenes; the truth masks play the reviewer. Every place is
measured for itself, and with the stop of another place.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from engine.review_stop import Limits
from training.evaluate.models import open_subject
from training.evaluate.stop_lists import PlaceList, joined, places_of
from training.evaluate.stop_trials import moved, out_of_range, ranked, simulated, trials

LIMITS = Limits(Fraction(1, 20), 0.05)
SAMPLES = (200, 400)
PLACE_SAMPLE = 120
"""Of the 169 tiles of one place: fewer than the engine asks for, as the places are small."""
MADE_UP = tuple(
    (total, share, skill, clumped)
    for total in (300, 1000, 10_000)
    for share in (0.05, 0.3, 0.6)
    for skill, clumped in ((3.0, False), (1.0, False), (3.0, True))
)


def evaluate_stop(
    model: Path, root: Path, groups: Sequence[str], scenes: int, repeats: int, cache: Path | None
) -> dict[str, Any]:
    """Everything, ready for JSON."""
    report: dict[str, Any] = {
        "missed": float(LIMITS.missed),
        "risk": LIMITS.risk,
        "made_up": made_up(repeats),
        "lists": {},
        "places": {},
        "moved": {},
    }
    found = places_of(open_subject(model), root, groups, scenes, cache)
    for group, places in found.items():
        grid = joined(group, [place.of_grid() for place in places])
        for name, one in ((group, joined(group, places)), (f"{group}, engine's grid", grid)):
            report["lists"][name] = [
                trials(*ranked(one), size, LIMITS, repeats, 0)
                for size in SAMPLES
                if size < len(one.truth)
            ] + [{"out_of_range": out_of_range([one])}]
        report["places"][group] = by_place(places, repeats)
    for here, there in ((a, b) for a in found for b in found if a != b):
        missed = moved(
            ranked(joined(here, found[here])), ranked(joined(there, found[there])),
            SAMPLES[0], LIMITS, min(repeats, 200), 0,
        )  # fmt: skip
        if missed:
            report["moved"][f"{here} to {there}"] = _moved(missed)
    return report


def made_up(repeats: int) -> list[dict[str, Any]]:
    """Lists with a known share of changed tiles and scores of known skill."""
    rows = []
    for seed, (total, share, skill, clumped) in enumerate(MADE_UP):
        scores, truth = simulated(total, share, skill, seed, clumped)
        for step in (0, 100):
            row = trials(scores, truth, SAMPLES[0], LIMITS, repeats, seed, step)
            rows.append({"share": share, "skill": skill, "clumped": clumped, "step": step} | row)
    return rows


def by_place(places: Sequence[PlaceList], repeats: int) -> dict[str, Any]:
    """Every place as a list of its own, and with the stop of each of the others."""
    own = {
        place.name: trials(*ranked(place), PLACE_SAMPLE, LIMITS, repeats, seed)
        for seed, place in enumerate(places, 1)
    }
    missed = [
        share
        for here in places
        for there in places
        if here is not there and there.truth.any()
        for share in moved(ranked(here), ranked(there), PLACE_SAMPLE, LIMITS, 20, 0)
    ]
    return {"own": own, "of_another_place": _moved(missed) if missed else None}


def _moved(missed: list[float]) -> dict[str, Any]:
    return {
        "draws": len(missed),
        "wrong_share": round(float(np.mean(np.array(missed) > float(LIMITS.missed))), 4),
        "missed_mean": round(float(np.mean(missed)), 4),
        "missed_worst": round(max(missed), 4),
    }
