"""Finished rows of the stitched change map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Strip:
    """Whole rows of the working grid, in the order north to south.

    Attributes
    ----------
    row0 : int
        First row in the working grid.
    class_map : array of uint8, shape (h, width)
        0 is unchanged (or unseen), ``k`` is the class ``model.classes[k - 1]``.
    prob : array of uint8, shape (h, width)
        Probability of that class × 255; 0 where the class is 0, at least 1 elsewhere.
    appeared : array of uint8, shape (h, width)
        Probability that the object is in the after date × 255; 0 where the class is 0.
    seen : array of bool, shape (h, width)
        Pixels with data in both dates that some tile covered.
    """

    row0: int
    class_map: NDArray[np.uint8]
    prob: NDArray[np.uint8]
    appeared: NDArray[np.uint8]
    seen: NDArray[np.bool_]

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.class_map.shape[0])

    @property
    def width(self) -> int:
        """Number of columns, that of the working grid."""
        return int(self.class_map.shape[1])

    def part(self, start: int, stop: int) -> Strip:
        """Some of its rows, counted from its first; views, not copies."""
        rows = slice(start, stop)
        return Strip(
            self.row0 + start,
            self.class_map[rows],
            self.prob[rows],
            self.appeared[rows],
            self.seen[rows],
        )

    @property
    def row1(self) -> int:
        """Row behind the last one."""
        return self.row0 + self.height
