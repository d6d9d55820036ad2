"""Road change on pairs composed from single-date images, and on generated scenes.

The images are the third of EPFL and CIL that no run trains on (``training.guide.road_split``).
Relaxed scores after Mnih and Hinton 2010, "Learning to Detect Roads in High-Resolution Aerial
Images": a pixel counts where the other mask has one within :data:`BUFFER_PX`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from training.evaluate.calibration import Reliability
from training.evaluate.claims import read_claims
from training.evaluate.measure import Columns, Measure, Sums, divide, f1, harmonic, iou
from training.evaluate.models import Subject
from training.evaluate.scores import pixel_counts
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.window import Array
from training.guide.singles import Single, road_singles

BUFFER_PX = 3.0
TOGETHER = 3
"""Images of a group (:func:`groups`)."""
SOURCES = ("epfl", "cil")
ROAD = "road"
Item = TypeVar("Item")


@dataclasses.dataclass(frozen=True)
class RoadPair:
    """Two dates and where their roads differ.

    Attributes
    ----------
    before, after : ndarray
        uint8 (H, W, 3), RGB.
    change : ndarray
        bool (H, W).
    """

    name: str
    before: Array
    after: Array
    change: Array
    gsd_m: float


class RoadScores:
    """Plain and relaxed scores of road change masks, summed image by image."""

    def __init__(self) -> None:
        self.plain = Sums("tp", "fp", "fn")
        self.relaxed = Sums("hit", "found", "met", "true")

    def add(self, unit: str, predicted: Array, truth: Array) -> None:
        """Compare two masks, bool (H, W)."""
        tp, fp, fn = pixel_counts(predicted, truth)
        self.plain.add(unit, tp=tp, fp=fp, fn=fn)
        self.relaxed.add(
            unit,
            hit=int(np.count_nonzero(predicted & near(truth))),
            found=int(np.count_nonzero(predicted)),
            met=int(np.count_nonzero(truth & near(predicted))),
            true=int(np.count_nonzero(truth)),
        )

    def measures(self, prefix: str) -> dict[str, Measure]:
        """IoU, F1, and relaxed F1, precision and recall."""
        found, true = self.relaxed.ratio("hit", "found"), self.relaxed.ratio("met", "true")
        return {
            f"{prefix}.iou": self.plain.measure(iou),
            f"{prefix}.f1": self.plain.measure(f1),
            f"{prefix}.relaxed_f1": self.relaxed.measure(_relaxed_f1),
            f"{prefix}.relaxed_precision": found,
            f"{prefix}.relaxed_recall": true,
        }


def _relaxed_f1(s: Columns) -> Array:
    return harmonic(divide(s["hit"], s["found"]), divide(s["met"], s["true"]))


def near(mask: Array, pixels: float = BUFFER_PX) -> Array:
    """Pixels at most so far from the mask, bool (H, W)."""
    if not mask.any():
        return np.zeros_like(mask)
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away <= pixels + 1e-3)


def crossed(singles: list[Single]) -> Iterator[RoadPair]:
    """Every image against the next of its source: the exclusive or of their roads changed."""
    for one, two in zip(singles, [*singles[1:], *singles[:1]], strict=True):
        name = f"crossed/{one.source}/{one.name}"
        yield RoadPair(name, one.image, two.image, one.road ^ two.road, one.gsd)


def painted(singles: list[Single]) -> Iterator[RoadPair]:
    """Every image against itself with its roads painted over, the road being built or removed."""
    from training.scenes.roads_real import paint_over_roads

    for index, single in enumerate(singles):
        rng = np.random.default_rng([index, 3])
        bare = np.asarray(paint_over_roads(single.image, single.road, rng))
        before, after = (bare, single.image) if index % 2 == 0 else (single.image, bare)
        name = f"painted/{single.source}/{single.name}"
        yield RoadPair(name, before, after, single.road, single.gsd)


def groups(items: list[Item]) -> list[list[Item]]:
    """What follows each other in groups of :data:`TOGETHER`, the last with what is left.

    Images are crossed within their group only, so that no image counts in two units of a bootstrap.

    >>> groups([1, 2, 3, 4, 5, 6, 7, 8])
    [[1, 2, 3], [4, 5, 6, 7, 8]]
    """
    starts = range(0, max(1, len(items) - TOGETHER + 1), TOGETHER)
    return [items[start:end] for start, end in pairwise([*starts, len(items)])]


def grouped(kind: str, singles: list[Single]) -> list[list[RoadPair]]:
    """The pairs of one kind, ``crossed`` or ``painted``, by groups of images."""
    if kind == "crossed":
        return [list(crossed(group)) for group in groups(singles)]
    return groups(list(painted(singles)))


def score_pairs(
    subject: Subject, unit: str, pairs: Iterable[RoadPair], bins: Reliability, *into: RoadScores
) -> None:
    """Add what a model reads of a unit's pairs to some scores, and its probabilities to bins."""
    channel = subject.classes.index(ROAD)
    for pair in pairs:
        change, appeared = subject.read(pair.before, pair.after)
        mask = read_claims(change, appeared, subject.limits, pair.gsd_m)[ROAD].mask
        bins.add(unit, change[channel], pair.change)
        for scores in into:
            scores.add(unit, mask, pair.change)


def held_singles(root: Path, limit: int | None = None) -> dict[str, list[Single]]:
    """The held-out images by source."""
    return {source: road_singles(root, source, held=True)[:limit] for source in SOURCES}


def measure_roads(subject: Subject, root: Path, limit: int | None = None) -> Section:
    """Road change on composed pairs: crossed, painted, and both together."""
    section = Section()
    if ROAD not in subject.classes:
        section.missing["roads"] = NOT_OFFERED
        return section
    singles = held_singles(root, limit)
    together, bins = RoadScores(), Reliability()
    for kind in ("crossed", "painted"):
        scores = RoadScores()
        try:
            for source in SOURCES:
                each = RoadScores()
                for number, pairs in enumerate(grouped(kind, singles[source])):
                    unit = f"{source}_{number}"
                    score_pairs(subject, unit, pairs, bins, each, scores, together)
                section.facts[f"roads.{kind}.{source}"] = {
                    name: measure.value for name, measure in each.measures("roads").items()
                }
        except ModuleNotFoundError as error:
            section.missing[f"roads.{kind}"] = f"{error.name} is missing"
            continue
        section.measures |= scores.measures(f"roads.{kind}")
    section.measures |= together.measures("roads.composed")
    section.measures["calibration.road_pixels"] = bins.error()
    section.facts["reliability.roads"] = bins.table()
    section.facts["road_pairs"] = {name: len(items) for name, items in singles.items()}
    return section
