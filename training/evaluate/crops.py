"""Counts, cells and the change flag on crops of 256 pixels (science.md 1.6b)."""

from __future__ import annotations

import numpy as np

from engine.objects.components import count_cells
from training.evaluate.measure import (
    Measure,
    Sums,
    accuracy,
    divide,
    f1,
    precision,
    recall,
)
from training.evaluate.window import Array


class CropScores:
    """Counts and cells of one class, by the one counter, in crops of predicted and true masks."""

    def __init__(self) -> None:
        self.counts = Sums("error", "truth", "crops")
        self.cells = Sums("tp", "fp", "fn", "jaccard", "same", "crops")

    def add(self, unit: str, predicted: Array, truth: Array) -> None:
        """Compare two masks, bool (256, 256), of one crop."""
        found, found_cells = count_cells(predicted)
        real, real_cells = count_cells(truth)
        self.counts.add(unit, error=abs(found - real), truth=real, crops=1)
        one, two = set(found_cells), set(real_cells)
        both, either = len(one & two), len(one | two)
        self.cells.add(
            unit,
            tp=both,
            fp=len(one) - both,
            fn=len(two) - both,
            jaccard=both / either if either else 1.0,
            same=one == two,
            crops=1,
        )

    def measures(self, prefix: str) -> dict[str, Measure]:
        """All of them, by name."""
        return {
            f"{prefix}.count_mae": self.counts.ratio("error", "crops"),
            f"{prefix}.count_relative_mae": self.counts.ratio("error", "truth"),
            f"{prefix}.cells_example_accuracy": self.cells.ratio("jaccard", "crops"),
            f"{prefix}.cells_precision": self.cells.measure(precision),
            f"{prefix}.cells_recall": self.cells.measure(recall),
            f"{prefix}.cells_f1": self.cells.measure(f1),
            f"{prefix}.cells_subset": self.cells.ratio("same", "crops"),
        }


class FlagScores:
    """The change flag against what people wrote."""

    def __init__(self) -> None:
        self.sums = Sums("tp", "fp", "fn", "tn")

    def add(self, unit: str, said: bool, changed: bool) -> None:
        """One crop."""
        name = ("tp" if changed else "fp") if said else ("fn" if changed else "tn")
        self.sums.add(unit, **{name: 1})

    def measures(self, prefix: str = "flag") -> dict[str, Measure]:
        """All of them, by name."""
        formulas = {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}
        return {f"{prefix}.{name}": self.sums.measure(do) for name, do in formulas.items()}


class QuietScores:
    """False objects on ground where nothing changed, and the share of crops that are flagged."""

    def __init__(self) -> None:
        self.sums = Sums("false", "km2", "flagged", "crops")

    def add(self, unit: str, false: int, pixels: int, gsd_m: float, flagged: bool = False) -> None:
        """One image of which ``pixels`` are unchanged ground."""
        km2 = pixels * gsd_m**2 / 1e6
        self.sums.add(unit, false=false, km2=km2, flagged=flagged, crops=1)

    def rate(self) -> Measure:
        """False objects per square kilometre."""
        return self.sums.measure(lambda s: divide(s["false"], s["km2"]))

    def flagged(self) -> Measure:
        """Share of the crops that are called changed."""
        return self.sums.ratio("flagged", "crops")

    def facts(self) -> dict[str, float]:
        """False objects, unchanged ground (km²) and crops."""
        names = {"false": "false_objects", "km2": "km2", "crops": "crops"}
        return {name: float(np.round(self.sums.total(key), 4)) for key, name in names.items()}
