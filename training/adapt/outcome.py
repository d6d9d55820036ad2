"""What other decision values make of the objects that people reviewed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from training.adapt.ground import Ground
from training.evaluate.claims import Limits, class_map, objects_of
from training.evaluate.window import Array

KEPT = 0.5
"""A confirmed object is still found where objects cover so much of its outline."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What becomes of a class's marks under one set of decision values.

    Attributes
    ----------
    lost : float
        Weight of the confirmed and unreviewed objects that are no longer found.
    found : int
        Rejected objects that are still found.
    new : int
        Objects where the original model had none.
    confirmed, kept : int
        Confirmed objects, and how many of them are still found.
    rejected : int
    """

    lost: float
    found: int
    new: int
    confirmed: int
    kept: int
    rejected: int

    def __add__(self, other: Outcome) -> Outcome:
        """Both together, of different ground."""
        one, two = dataclasses.astuple(self), dataclasses.astuple(other)
        return Outcome(*(a + b for a, b in zip(one, two, strict=True)))


@dataclasses.dataclass(frozen=True)
class Table:
    """All objects of a class at one pixel threshold, and the marks each of them covers.

    Attributes
    ----------
    score, area_m2 : ndarray
        float64 (n,) of each object.
    alone : ndarray
        bool (n,): it touches no mark.
    thing, mark : ndarray
        int64 (m,): pairs that share ground; rows of this table and of ``right``.
    share : ndarray
        float64 (m,): part of the mark's outline that the object covers, 0…1.
    right, weight : ndarray
        bool and float64 of each mark, those of other classes left out.
    """

    score: Array
    area_m2: Array
    alone: Array
    thing: Array
    mark: Array
    share: Array
    right: Array
    weight: Array

    def outcome(self, min_area_m2: float, min_score: float) -> Outcome:
        """Filter the objects, then look at every mark."""
        keep = (self.area_m2 >= min_area_m2 - 1e-6) & (np.round(self.score, 3) >= min_score)
        pairs = keep[self.thing]
        cover = np.bincount(self.mark[pairs], self.share[pairs], len(self.right))
        whole = cover >= KEPT
        said = self.weight >= 1
        confirmed = self.right & said
        return Outcome(
            lost=float(self.weight[self.right & ~whole].sum()),
            found=int((~self.right & (cover > 0)).sum()),
            new=int((keep & self.alone).sum()),
            confirmed=int(confirmed.sum()),
            kept=int((confirmed & whole).sum()),
            rejected=int((~self.right).sum()),
        )


def tabulate(grounds: Sequence[Ground], limits: Limits, name: str, level: float) -> Table:
    """Objects of class ``name`` where it takes ``level`` to be one, over some ground.

    Objects at the edge of a block are seen only in part; marks belong to one block each.
    """
    levels = dataclasses.replace(limits, change={**limits.change, name: level})
    index = limits.classes.index(name)
    columns: list[list[Array]] = [[] for _ in range(8)]
    things = marks = 0
    for ground in grounds:
        mask = class_map(ground.change, levels) == index + 1
        claims = objects_of(mask, ground.change[index], np.ones_like(ground.change[index]))
        numbers = ground.of_class(name)
        own = np.array([mark.class_name == name for mark in ground.marks], bool)
        place = np.cumsum(own) - 1
        both = (claims.labels > 0) & (numbers > 0)
        codes = claims.labels[both].astype(np.int64) * (len(own) + 1) + numbers[both]
        pairs, shared = np.unique(codes, return_counts=True)
        thing, mark = np.divmod(pairs, len(own) + 1)
        size = np.bincount(numbers.ravel(), minlength=len(own) + 1)
        # Also on other classes' marks: what the original called a road is no new building.
        touching = np.zeros(claims.count + 1, bool)
        touching[np.unique(claims.labels[ground.numbers > 0])] = True
        values = (
            claims.score,
            claims.pixels * ground.pixel_m2,
            ~touching[1:],
            thing - 1 + things,
            place[mark - 1] + marks,
            shared / size[mark],
            np.array([mark.right for mark in ground.marks], bool)[own],
            np.array([mark.weight for mark in ground.marks], float)[own],
        )
        for column, value in zip(columns, values, strict=True):
            column.append(value)
        things, marks = things + claims.count, marks + int(own.sum())
    return Table(*(np.concatenate(column) for column in columns))
