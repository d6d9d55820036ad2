"""Scores of one class's objects and pixels against a mask, summed place by place."""

from __future__ import annotations

import numpy as np

from training.evaluate.claims import Claims
from training.evaluate.measure import Measure, Sums, divide, f1, iou, precision, recall
from training.evaluate.objects import match, merged, objects, overlaps
from training.evaluate.scores import pixel_counts
from training.evaluate.window import Array

ACTIONS = ("disappeared", "appeared")


class ClassScores:
    """Pixels, objects, false objects and direction of one class."""

    def __init__(self) -> None:
        self.pixels = Sums("tp", "fp", "fn")
        self.objects = Sums("tp", "fp", "fn", "merged")
        self.ground = Sums("false", "km2")
        self.direction = Sums("right", "all")

    def add(
        self,
        unit: str,
        claims: Claims,
        truth: Array,
        gsd_m: float,
        appeared: Array | None = None,
        known: Array | None = None,
    ) -> None:
        """Compare one image.

        Parameters
        ----------
        unit : str
            The place, for the bootstrap.
        claims : Claims
        truth : ndarray
            bool (H, W).
        gsd_m : float
            Ground size of a pixel in metres.
        appeared, known : ndarray, optional
            bool (H, W): whether what changed is there in the after date, and where that is known.
        """
        tp, fp, fn = pixel_counts(claims.mask, truth)
        self.pixels.add(unit, tp=tp, fp=fp, fn=fn)
        real, n_real = objects(truth)
        pairs = match(*overlaps(claims.labels, claims.count, real, n_real))
        lost = merged(claims.labels, claims.count, real, n_real)
        lost[[true - 1 for _, true in pairs]] = False
        counts = {"tp": len(pairs), "fp": claims.count - len(pairs), "fn": n_real - len(pairs)}
        self.objects.add(unit, merged=int(lost.sum()), **counts)
        touching = int(np.count_nonzero(np.unique(claims.labels[truth])))
        km2 = np.count_nonzero(~truth) * gsd_m**2 / 1e6
        self.ground.add(unit, false=claims.count - touching, km2=km2)
        self.direction.add(unit)
        if appeared is None or known is None:
            return
        actions = claims.actions
        for found, true in pairs:
            inside = real == true
            if known[inside].mean() < 0.5:
                continue
            wanted = ACTIONS[int(appeared[inside].mean() > 0.5)]
            self.direction.add(unit, all=1, right=actions[found - 1] == wanted)

    def measures(self, prefix: str) -> dict[str, Measure]:
        """All of them, by name."""
        return {
            f"{prefix}.pixel_f1": self.pixels.measure(f1),
            f"{prefix}.pixel_iou": self.pixels.measure(iou),
            f"{prefix}.pixel_precision": self.pixels.measure(precision),
            f"{prefix}.pixel_recall": self.pixels.measure(recall),
            f"{prefix}.object_precision": self.objects.measure(precision),
            f"{prefix}.object_recall": self.objects.measure(recall),
            f"{prefix}.object_f1": self.objects.measure(f1),
            f"{prefix}.object_merged": self.objects.measure(
                lambda s: divide(s["merged"], s["tp"] + s["fn"])
            ),
            f"{prefix}.false_objects_per_km2": self.ground.measure(
                lambda s: divide(s["false"], s["km2"])
            ),
            f"{prefix}.direction": self.direction.ratio("right", "all"),
        }
