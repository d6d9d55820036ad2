"""Whether tuning helps on ground that it did not see: before and after on held-back blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from training.adapt.choice import Search, balance, choose, tunable, values_of
from training.adapt.ground import Ground
from training.adapt.outcome import Outcome
from training.evaluate.claims import Limits
from training.evaluate.window import Array

FOLDS = 5


@dataclasses.dataclass
class Tally:
    """Sums over held-back blocks under one set of decision values.

    Attributes
    ----------
    confirmed, kept : float
        True objects, by what people and the original say; how many are still found.
    false : float
        Rejected objects that are still found, and new ones by how likely they are false.
    lost : float
        Weight of the true objects that are no longer found.
    new : float
        Objects that the original did not show.
    cost : float
        See :func:`training.adapt.choice.balance`.
    """

    km2: float
    confirmed: float = 0
    kept: float = 0
    false: float = 0
    lost: float = 0
    new: float = 0
    cost: float = 0

    def numbers(self) -> dict[str, float]:
        """Recall of the confirmed objects, precision, F1 and false objects per km²."""
        recall = self.kept / self.confirmed if self.confirmed else 1.0
        claimed = self.kept + self.false
        precision = self.kept / claimed if claimed else 1.0
        both = self.confirmed + claimed
        return {
            "recall": round(recall, 4),
            "precision": round(precision, 4),
            "f1": round(2 * self.kept / both, 4) if both else 1.0,
            "false_objects_per_km2": round(self.false / self.km2, 4) if self.km2 else 0.0,
        }


@dataclasses.dataclass(frozen=True)
class Trial:
    """What held-back blocks say of tuning.

    Attributes
    ----------
    before, after : Tally
    better : bool
        Fewer false objects, and worth it by the same cost the values are chosen by.
    """

    before: Tally
    after: Tally

    @property
    def better(self) -> bool:
        """Whether the tuned model is to be kept."""
        return self.after.false < self.before.false and self.after.cost < self.before.cost

    def report(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "before": self.before.numbers(),
            "after": self.after.numbers(),
            "confirmed": int(self.before.confirmed),
            "rejected": int(self.before.false),
            "km2": round(self.before.km2, 4),
            "lost": round(self.after.lost, 2),
            "new": int(self.after.new),
            "better": self.better,
        }


def held_back(grounds: Sequence[Ground], limits: Limits, seed: int) -> Trial:
    """Cross-validate: each block is judged by values chosen without it.

    Parameters
    ----------
    grounds : sequence of Ground
    limits : Limits
        The original's.
    seed : int
        Of the split into folds.
    """
    folds = folds_of(len(grounds), FOLDS, seed)
    used = [choose(_part(grounds, folds != fold), limits) for fold in range(int(folds.max()) + 1)]
    return judged(grounds, grounds, limits, used, folds)


def judged(
    grounds: Sequence[Ground],
    anew: Sequence[Ground],
    limits: Limits,
    used: Sequence[Limits],
    folds: Array,
    doubt: float = 1.0,
) -> Trial:
    """What becomes of the marks on each fold by what was learned without it.

    Parameters
    ----------
    grounds, anew : sequence of Ground
        As the original reads them, and as they are read after tuning: each fold by what did not
        learn from it.
    limits : Limits
        The original's.
    used : sequence of Limits
        Those of each fold after tuning.
    folds : ndarray
        int64, the fold of each.
    doubt : float
        See :func:`training.adapt.choice.cost`.
    """
    km2 = sum(ground.km2 for ground in grounds)
    trial = Trial(Tally(km2), Tally(km2))
    everywhere = range(int(folds.max()) + 1)
    for name in tunable(grounds, limits):
        for tally, read, values in (
            (trial.before, grounds, [limits for _ in everywhere]),
            (trial.after, anew, used),
        ):
            outcomes = [
                Search(_part(read, folds == fold), limits, name).outcome(
                    values_of(values[fold], name)
                )
                for fold in everywhere
            ]
            # Together: what is new in one fold makes up for what another has lost.
            count(tally, reduce(add, outcomes), doubt)
    return trial


def count(tally: Tally, outcome: Outcome, doubt: float) -> None:
    """Add what became of a class's marks on all ground."""
    tally.confirmed += outcome.confirmed
    tally.kept += outcome.kept
    tally.false += outcome.found + doubt * outcome.new
    tally.lost += outcome.lost
    tally.new += outcome.new
    tally.cost += balance(outcome, doubt)


def _part(grounds: Sequence[Ground], chosen: Array) -> list[Ground]:
    return [ground for ground, own in zip(grounds, chosen, strict=True) if own]


def folds_of(count: int, most: int, seed: int) -> Array:
    """Which of at most ``most`` folds each of some blocks is in: int64 (count,)."""
    return np.random.default_rng(seed).permutation(count) % min(most, count)
