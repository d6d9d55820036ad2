"""Choosing decision values by what people confirmed and rejected."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from training.adapt.ground import Ground
from training.adapt.outcome import Outcome, Table, tabulate
from training.evaluate.claims import Limits


class Step(NamedTuple):
    """How much stricter than the original a rung of the ladder is.

    Attributes
    ----------
    change, min_score : float
        Added to the original's.
    area : float
        Factor of the original's ``min_area_m2`` (of :data:`SMALLEST_M2` where that is less).
    """

    change: float
    area: float
    min_score: float


LADDER = (
    Step(0.0, 1.0, 0.0),
    Step(0.05, 2.0, 0.05),
    Step(0.05, 3.0, 0.05),
    Step(0.05, 4.0, 0.05),
    Step(0.1, 4.0, 0.1),
    Step(0.15, 6.0, 0.15),
    Step(0.15, 10.0, 0.25),
)
"""One way from the original to strictness, chosen on LEVIR's tiles 15 to 34 and train_1, train_2.

Fifty reviews can say how far to go, not which way. With the filters the pixel threshold rises,
which parts neighbours that the original joins: so recall holds while false objects go. Nothing is
looser than in the original: no object is let in that no person could have seen.
"""
SMALLEST_M2 = 10.0
TOP_LEVEL, TOP_SCORE = 0.8, 0.95
LOST = 0.6
"""What a true object lost weighs, in false objects gone. Less than one, since the pixel threshold
gives recall back that reviews cannot show: they know the original's objects only."""
LEAST_REVIEWS, LEAST_REJECTED = 10, 2


class Values(NamedTuple):
    """Decision values of one class: as :class:`engine.models.thresholds.Thresholds` has them."""

    change: float
    min_area_m2: float
    min_score: float


def values_of(limits: Limits, name: str) -> Values:
    """A class's values among a model's."""
    return Values(limits.change[name], limits.min_area_m2[name], limits.min_score[name])


def with_values(limits: Limits, chosen: dict[str, Values]) -> Limits:
    """A model's limits with some classes' values replaced."""
    columns = zip(*({**_all(limits), **chosen}[name] for name in limits.classes), strict=True)
    return Limits(*(dict(zip(limits.classes, column, strict=True)) for column in columns))


def _all(limits: Limits) -> dict[str, Values]:
    return {name: values_of(limits, name) for name in limits.classes}


def tunable(grounds: Sequence[Ground], limits: Limits) -> tuple[str, ...]:
    """Classes of which enough was reviewed, and something rejected."""
    names = []
    for name in limits.classes:
        said = [
            mark.right
            for ground in grounds
            for mark in ground.marks
            if mark.reviewed and mark.class_name == name
        ]
        if len(said) >= LEAST_REVIEWS and said.count(False) >= LEAST_REJECTED:
            names.append(name)
    return tuple(names)


def cost(outcome: Outcome, doubt: float = 1.0) -> float:
    """What an outcome is worth, in false objects: the less the better.

    ``doubt`` is how likely a new object, which nobody could review, is false: for certain, where
    values alone are tuned.
    """
    return outcome.found + doubt * outcome.new + LOST * outcome.lost


def balance(outcome: Outcome, doubt: float = 1.0) -> float:
    """The same where new objects that are likely true make up for true ones lost, not for more.

    To choose by it would trust objects that nobody has seen; to judge what was chosen it is fair.
    """
    return cost(
        dataclasses.replace(outcome, lost=max(0.0, outcome.lost - (1 - doubt) * outcome.new)), doubt
    )


@dataclasses.dataclass
class Search:
    """Tries decision values of one class; objects at a pixel threshold are found once."""

    grounds: Sequence[Ground]
    limits: Limits
    name: str

    def __post_init__(self) -> None:
        self.start = values_of(self.limits, self.name)
        self._tables: dict[float, Table] = {}

    def table(self, level: float) -> Table:
        """The objects at a pixel threshold."""
        if level not in self._tables:
            self._tables[level] = tabulate(self.grounds, self.limits, self.name, level)
        return self._tables[level]

    def outcome(self, values: Values) -> Outcome:
        """What some values make of the marks."""
        return self.table(values.change).outcome(values.min_area_m2, values.min_score)

    def best(self) -> Values:
        """The rung that costs least; the original's values where none costs less."""
        rungs = ladder(self.start)
        return min(rungs, key=lambda values: cost(self.outcome(values)))  # the first of equals


def ladder(start: Values) -> list[Values]:
    """What is tried, from the original's values to the strictest."""
    return [
        Values(
            round(max(start.change, min(start.change + step.change, TOP_LEVEL)), 3),
            start.min_area_m2
            if step.area == 1
            else max(start.min_area_m2, SMALLEST_M2) * step.area,
            round(max(start.min_score, min(start.min_score + step.min_score, TOP_SCORE)), 3),
        )
        for step in LADDER
    ]


def choose(grounds: Sequence[Ground], limits: Limits) -> Limits:
    """The limits that fit what people said of some ground.

    Parameters
    ----------
    grounds : sequence of Ground
    limits : Limits
        The original model's.

    Returns
    -------
    Limits
        The original's where there are too few reviews, or nothing better was found.
    """
    chosen = {name: Search(grounds, limits, name).best() for name in tunable(grounds, limits)}
    return with_values(limits, chosen)
