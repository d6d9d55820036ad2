"""A measure: sums by place, a formula over the sums, and its bootstrap interval."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from training.evaluate.window import Array

Columns = Mapping[str, Array]
Formula = Callable[[Columns], Array]
DRAWS = 1000
LEVEL = (2.5, 97.5)
_PLACES = 4


def divide(part: Array, whole: Array) -> Array:
    """``part / whole``, nan where there is nothing to divide by."""
    whole = np.asarray(whole, float)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole != 0)


def rounded(value: float) -> float | None:
    """To four places, None for nan."""
    return None if np.isnan(value) else round(float(value), _PLACES)


@dataclasses.dataclass(frozen=True)
class Measure:
    """One number of a set of places.

    Attributes
    ----------
    units : tuple of str
        The places that a bootstrap draws: tiles, images or scenes.
    sums : dict
        By name, float64 (units,): what is added up before the formula.
    formula : callable
        Sums of any shape to the measure, alike in shape.
    """

    units: tuple[str, ...]
    sums: Columns
    formula: Formula

    @property
    def value(self) -> float | None:
        """The measure of all places together; None where it has no value."""
        total = {name: np.asarray(column.sum()) for name, column in self.sums.items()}
        return rounded(float(self.formula(total)))

    def draws(self, count: int = DRAWS, seed: int = 0) -> Array:
        """The measure of ``count`` sets of places drawn with replacement, float64 (count,)."""
        rng = np.random.default_rng(seed)
        rows = rng.integers(len(self.units), size=(count, len(self.units)))
        return self.formula({name: column[rows].sum(axis=1) for name, column in self.sums.items()})

    def interval(self, count: int = DRAWS, seed: int = 0) -> list[float] | None:
        """95 % of the draws; None where fewer than two places have a value."""
        return _percentiles(self.draws(count, seed)) if len(self.units) > 1 else None

    def report(self) -> dict[str, Any]:
        """Value and interval, ready for JSON."""
        return {"value": self.value, "interval": self.interval(), "units": len(self.units)}


class Sums:
    """Adds up named numbers place by place.

    >>> sums = Sums("hit", "all")
    >>> sums.add("a", hit=1, all=2)
    >>> sums.measure(lambda s: divide(s["hit"], s["all"])).value
    0.5
    """

    def __init__(self, *fields: str) -> None:
        self.fields = fields
        self.rows: dict[str, dict[str, float]] = {}

    def add(self, unit: str, **values: float) -> None:
        """Add to a place's sums; what is not named adds nothing.

        Raises
        ------
        KeyError
            A name that is no field.
        """
        row = self.rows.setdefault(unit, dict.fromkeys(self.fields, 0.0))
        for name, value in values.items():
            row[name] += float(value)

    def total(self, field: str) -> float:
        """A field's sum over all places."""
        return sum(row[field] for row in self.rows.values())

    def measure(self, formula: Formula) -> Measure:
        """A measure of what has been added so far."""
        columns = {
            name: np.array([row[name] for row in self.rows.values()], float) for name in self.fields
        }
        return Measure(tuple(self.rows), columns, formula)

    def ratio(self, part: str, whole: str) -> Measure:
        """One field over another."""
        return self.measure(lambda s: divide(s[part], s[whole]))


def precision(s: Columns) -> Array:
    """From the fields ``tp`` and ``fp``."""
    return divide(s["tp"], s["tp"] + s["fp"])


def recall(s: Columns) -> Array:
    """From the fields ``tp`` and ``fn``."""
    return divide(s["tp"], s["tp"] + s["fn"])


def f1(s: Columns) -> Array:
    """From the fields ``tp``, ``fp`` and ``fn``."""
    return divide(2 * s["tp"], 2 * s["tp"] + s["fp"] + s["fn"])


def iou(s: Columns) -> Array:
    """From the fields ``tp``, ``fp`` and ``fn``."""
    return divide(s["tp"], s["tp"] + s["fp"] + s["fn"])


def accuracy(s: Columns) -> Array:
    """From the fields ``tp``, ``fp``, ``fn`` and ``tn``."""
    return divide(s["tp"] + s["tn"], s["tp"] + s["tn"] + s["fp"] + s["fn"])


def balanced_accuracy(s: Columns) -> Array:
    """Mean of the shares of positives and of negatives that are right."""
    return (recall(s) + divide(s["tn"], s["tn"] + s["fp"])) / 2


def harmonic(first: Array, second: Array) -> Array:
    """Harmonic mean, nan where either is or both are 0."""
    return divide(2 * first * second, first + second)


def compare(first: Measure, second: Measure, count: int = DRAWS, seed: int = 0) -> dict[str, Any]:
    """Paired bootstrap of ``first`` minus ``second``: the same places are drawn for both.

    Raises
    ------
    ValueError
        They were not measured on the same places.
    """
    if first.units != second.units:
        raise ValueError("a paired bootstrap needs the same places for both models")
    difference = first.draws(count, seed) - second.draws(count, seed)
    one, two = first.value, second.value
    return {
        "difference": None if one is None or two is None else rounded(one - two),
        "interval": _percentiles(difference) if len(first.units) > 1 else None,
        "units": len(first.units),
    }


def _percentiles(values: Array) -> list[float] | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    return [round(float(edge), _PLACES) for edge in np.percentile(known, LEVEL)]
