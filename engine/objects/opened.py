"""An object of which more may come with the next strip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.objects.corners import Corners
from engine.objects.tally import merged


class OpenObject:
    """Sums, corners and members of an object so far.

    Its pieces are lists that grow and are put together once, at the end, so that an object over
    very many strips costs no more than its size.

    Attributes
    ----------
    members : list of (row0 of the strip, label)
    corners : list of array of int64, shape (3, n)
        x, y and code of outline corners.
    """

    __slots__ = ("_tallies", "corners", "members")

    def __init__(self) -> None:
        self._tallies: list[NDArray[np.int64]] = []
        self.members: list[tuple[int, int]] = []
        self.corners: list[NDArray[np.int64]] = []

    def add(self, tally: NDArray[np.int64], row0: int, label: int) -> None:
        """Take in a component of a strip."""
        self._tallies.append(tally)
        self.members.append((row0, label))

    def absorb(self, other: OpenObject) -> None:
        """Take in another open object, which is of no use afterwards."""
        if len(other.members) > len(self.members):  # move the shorter lists
            self.members, other.members = other.members, self.members
            self.corners, other.corners = other.corners, self.corners
        self.members += other.members
        self.corners += other.corners
        self._tallies += other._tallies

    @property
    def tally(self) -> NDArray[np.int64]:
        """Sums over all its pixels, shape (FIELDS,)."""
        if len(self._tallies) > 1:
            self._tallies = [merged(np.stack(self._tallies))]
        return self._tallies[0]

    def outline(self, owner: int) -> Corners:
        """All corners, in the name of ``owner``."""
        x, y, code = np.concatenate(self.corners, axis=1)
        return Corners(np.full(x.size, owner, np.int64), x, y, code.astype(np.uint8))
