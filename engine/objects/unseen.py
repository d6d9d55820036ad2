"""How many pixels of a box were not seen, without keeping the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class _Runs:
    """Unseen runs of rows row0…row1 - 1, as positions in rows laid end to end."""

    row0: int
    row1: int
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    before: NDArray[np.int64]  # unseen pixels in front of every run

    def up_to(self, position: NDArray[np.int64]) -> NDArray[np.int64]:
        """Unseen pixels in front of positions."""
        index = np.searchsorted(self.starts, position) - 1
        inside = np.minimum(position, self.ends[index]) - self.starts[index]
        return np.where(index < 0, 0, self.before[index] + inside)


class UnseenRuns:
    """Runs of unseen pixels of the rows that open objects may reach.

    The box of an object may grow over columns that lie beside it in earlier strips, so these must
    be remembered as long as the object is open. Borders of data and areas of interest make a run or
    two per row: some bytes instead of the row. (Only a raster full of scattered holes together with
    an object over all its height would need more.)
    """

    def __init__(self, width: int) -> None:
        self._pitch = width + 1  # a seen pixel ends every row, so runs do not join
        self._strips: list[_Runs] = []

    def add(self, row0: int, seen: NDArray[np.bool_]) -> None:
        """Remember the unseen pixels of rows; rows come in order."""
        height, width = seen.shape
        if seen.all():
            return
        unseen = np.zeros((height, width + 1), bool)
        np.logical_not(seen, out=unseen[:, :width])
        flat = unseen.ravel()
        bounds = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        if flat[0]:
            bounds = np.concatenate(([0], bounds))
        starts, ends = bounds[0::2], bounds[1::2]
        length = ends - starts
        self._strips.append(_Runs(row0, row0 + height, starts, ends, np.cumsum(length) - length))

    def forget(self, before_row: int) -> None:
        """Drop strips that end above a row."""
        self._strips = [runs for runs in self._strips if runs.row1 > before_row]

    def count(self, boxes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Unseen pixels in boxes (left, top, right, bottom; half open), shape (n, 4) → (n,)."""
        total = np.zeros(len(boxes), np.int64)
        if not len(boxes):
            return total
        first = int(boxes[:, 1].min())
        for runs in reversed(self._strips):
            if runs.row1 <= first:
                break
            top = np.maximum(boxes[:, 1], runs.row0)
            bottom = np.minimum(boxes[:, 3], runs.row1)
            which = np.flatnonzero(bottom > top)
            rows = (bottom - top)[which]
            box = np.repeat(which, rows)
            nth = np.arange(box.size) - np.repeat(np.cumsum(rows) - rows, rows)
            start = (top[box] + nth - runs.row0) * self._pitch
            inside = runs.up_to(start + boxes[box, 2]) - runs.up_to(start + boxes[box, 0])
            total += np.bincount(box, weights=inside, minlength=total.size).astype(np.int64)
        return total
