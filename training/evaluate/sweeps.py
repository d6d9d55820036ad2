"""Sweeps over thresholds and object filters of one class."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeVar

from training.evaluate.claims import Claims, filtered, objects_of
from training.evaluate.crops import CropScores
from training.evaluate.on_roads import RoadScores
from training.evaluate.truths import ClassScores
from training.evaluate.window import Array

THRESHOLDS = tuple(round(0.2 + 0.05 * step, 2) for step in range(13))
AREAS_M2 = (0.0, 4.0, 10.0, 16.0, 25.0)
SCORES = (0.0, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
ROAD_AREAS_M2 = (0.0, 10.0, 25.0, 50.0, 100.0)
FALSE_PER_KM2 = 2.0
RECALL = 0.85
USUAL_AREA_M2, USUAL_SCORE = 10.0, 0.6
"""Filters while the threshold is chosen."""
NEAR_F1 = 0.006
"""So much pixel F1 may be given for better objects."""
Option = TypeVar("Option")
Row = tuple[float, float]
"""Threshold and least score."""
Choice = tuple[float, float, float]
"""Threshold, smallest area in m², least score."""


@dataclasses.dataclass(frozen=True)
class Seen:
    """One image with what the model reads there and what is true of one class.

    Attributes
    ----------
    change, appeared : ndarray
        float32 (K, H, W) and (H, W).
    truth : ndarray
        bool (H, W).
    crops : tuple
        Where to count.
    gap : ndarray, optional
        Probability of a gap between neighbours, float32 (H, W).
    """

    name: str
    change: Array
    appeared: Array
    truth: Array
    gsd_m: float
    crops: tuple[tuple[slice, slice], ...] = ()
    gap: Array | None = None

    def claims(self, index: int, threshold: float) -> Claims:
        """Unfiltered objects of one class."""
        mask = (self.change.argmax(axis=0) == index) & (self.change[index] >= threshold)
        return objects_of(mask, self.change[index], self.appeared)


def _building_row(seen: list[Seen], claims: list[Claims], area: float, score: float) -> dict:
    whole, crops = ClassScores(), CropScores()
    for item, found in zip(seen, claims, strict=True):
        kept = filtered(found, area / item.gsd_m**2, score)
        whole.add(item.name, kept, item.truth, item.gsd_m)
        for where in item.crops:
            crops.add(item.name, kept.mask[where], item.truth[where])
    measures = whole.measures("building") | crops.measures("building")
    names = ("pixel_f1", "object_recall", "false_objects_per_km2", "count_relative_mae", "cells_f1")
    return {name: measures[f"building.{name}"].value for name in names}


def building_rows(seen: list[Seen], index: int) -> dict[Row, dict]:
    """Measures by threshold and least score, one usual and none: without any, specks decide."""
    rows = {}
    for threshold in THRESHOLDS:
        claims = [item.claims(index, threshold) for item in seen]
        for score in (0.0, USUAL_SCORE):
            rows[threshold, score] = _building_row(seen, claims, USUAL_AREA_M2, score)
    return rows


def top_f1(rows: dict[Row, dict]) -> float:
    """The best pixel F1 of :func:`building_rows`."""
    return max(row["pixel_f1"] or 0.0 for row in rows.values())


def sweep_buildings(
    seen: list[Seen], index: int, rows: dict[Row, dict], top: float
) -> tuple[Choice, float, dict]:
    """The threshold, then the filters, at the least cost.

    What counts is objects: relative count error, object recall below :data:`RECALL`, and a
    hundredth for each false object a km² beyond :data:`FALSE_PER_KM2`. Pixel F1 may be
    :data:`NEAR_F1` below the best; what it lacks beyond that counts tenfold.

    Parameters
    ----------
    rows : dict
        Those of :func:`building_rows`.
    top : float
        Best pixel F1 that could be had.

    Returns
    -------
    tuple
        The choice, its cost, and the filters that were tried.
    """

    def cost(row: dict) -> float:
        lost = max(0.0, top - (row["pixel_f1"] or 0) - NEAR_F1)
        extra = max(0.0, (row["false_objects_per_km2"] or 0) - FALSE_PER_KM2)
        unseen = max(0.0, RECALL - (row["object_recall"] or 0))
        return (row["count_relative_mae"] or 0) + unseen + 0.01 * extra + 10 * lost

    best, _ = middle(list(rows), lambda key: -cost(rows[key]))
    claims = [item.claims(index, best) for item in seen]
    filters: dict[tuple[float, float], dict] = {
        (area, score): _building_row(seen, claims, area, score)
        for area in AREAS_M2
        for score in SCORES
    }
    area, score = middle(sorted(filters), lambda key: -cost(filters[key]))
    table = {f"{key[0]:g} m², {key[1]:g}": row for key, row in filters.items()}
    return (best, area, score), cost(filters[area, score]), table


def sweep_roads(seen: list[Seen], index: int) -> tuple[Choice, dict]:
    """Threshold and filters by the mean of IoU and relaxed F1."""
    rows: dict[tuple[float, float, float], dict[str, float | None]] = {}

    def row(threshold: float, area: float, score: float) -> float:
        key = (threshold, area, score)
        scores = RoadScores()
        for item, claims in zip(seen, found[threshold], strict=True):
            kept = filtered(claims, area / item.gsd_m**2, score)
            scores.add(item.name, kept.mask, item.truth)
        measures = scores.measures("road")
        rows[key] = {name: measures[f"road.{name}"].value for name in ("iou", "relaxed_f1")}
        return sum(value or 0.0 for value in rows[key].values())

    found = {t: [item.claims(index, t) for item in seen] for t in THRESHOLDS}
    best = middle(THRESHOLDS, lambda t: row(t, 0.0, 0.0))
    options = [(best, area, score) for area in ROAD_AREAS_M2 for score in SCORES]
    chosen = middle(options, lambda option: row(*option))
    return chosen, {"sweep": {road_key(*key): value for key, value in rows.items()}}


def road_key(threshold: float, area: float, score: float) -> str:
    """How a table names threshold, smallest area (m²) and least score."""
    return f"{threshold:.2f}, {area:g} m², {score:g}"


def best_of(
    options: tuple[float, ...], score: Callable[[float], float]
) -> tuple[float, dict[str, float]]:
    """The option with the best score, and all scores by option."""
    table = {option: round(score(option), 4) for option in options}
    best = middle(options, lambda option: table[option])
    return best, {f"{option:g}": value for option, value in table.items()}


def middle(options: Sequence[Option], score: Callable[[Option], float]) -> Option:
    """The middle one of the best options, scores to four places.

    Of those that do equally well, the middle of the plateau is the least a matter of chance.
    """
    table = {option: round(score(option), 4) for option in options}
    top = max(table.values())
    winners = [option for option in options if table[option] == top]
    return winners[len(winners) // 2]
