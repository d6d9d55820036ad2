"""A piece of ground that was read once, with what people said of the objects on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from training.evaluate.window import Array

ANCHOR = 0.1
"""Weight of an object that nobody reviewed: the original model's own word."""


class Mark(NamedTuple):
    """One object of the original model.

    Attributes
    ----------
    class_name : str
    right : bool
        Confirmed, or not reviewed; False for a rejected one.
    weight : float
        1 for a review, :data:`ANCHOR` for none.
    """

    class_name: str
    right: bool
    weight: float = 1.0

    @property
    def reviewed(self) -> bool:
        """Whether a person said so."""
        return self.weight >= 1


@dataclasses.dataclass(frozen=True)
class Ground:
    """One block of the working grid, read by the guide.

    Attributes
    ----------
    change : ndarray
        float32 (K, H, W), probability of each class.
    numbers : ndarray
        int32 (H, W): 0, or 1 + index into ``marks`` inside an object's outline.
    marks : tuple of Mark
    km2 : float
        Ground of the block, km².
    pixel_m2 : float
        Ground of a pixel, m².
    before, after : ndarray, optional
        uint8 (H, W, 3), as the guide read them; weights are tuned on these.
    near : ndarray, optional
        bool (H, W): where change counts; elsewhere ``change`` is 0.
    """

    name: str
    change: Array
    numbers: Array
    marks: tuple[Mark, ...]
    km2: float
    pixel_m2: float
    before: Array | None = None
    after: Array | None = None
    near: Array | None = None

    @property
    def verdicts(self) -> tuple[int, int]:
        """Confirmed and rejected objects."""
        said = [mark.right for mark in self.marks if mark.reviewed]
        return sum(said), len(said) - sum(said)

    def of_class(self, name: str) -> Array:
        """``numbers`` of one class only: int32 (H, W)."""
        chosen = np.array([False, *(mark.class_name == name for mark in self.marks)])
        return np.where(chosen[self.numbers], self.numbers, 0)


def verdicts(grounds: Sequence[Ground]) -> tuple[int, int]:
    """Confirmed and rejected objects of some ground together."""
    confirmed, rejected = (sum(ground.verdicts[i] for ground in grounds) for i in (0, 1))
    return confirmed, rejected
