"""Running sums over the pixels of components.

All sums are whole numbers, so they come out the same in whatever order and pieces they are made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.objects.labels import StripLabels
from engine.objects.strip import Strip

PIXELS, PROB, DIRECTION, SUM_X, SUM_Y, LEFT, TOP, RIGHT, BOTTOM, CLASS = range(10)
"""Columns of a tally: number of pixels, sums of probability (×255), of probability × appeared
(×255²), of pixel columns and rows, the box (half open), and the class code."""

FIELDS = 10
_SUMS = slice(PIXELS, SUM_Y + 1)
_LOW, _HIGH = slice(LEFT, TOP + 1), slice(RIGHT, BOTTOM + 1)


def tally(strip: Strip, found: StripLabels) -> NDArray[np.int64]:
    """Sums of every component of a strip, shape (count + 1, FIELDS); row 0 is not used."""
    size = found.count + 1
    result = np.zeros((size, FIELDS), np.int64)
    # By runs of pixels in a row: there are far fewer of them.
    begin = found.pixels[found.runs]
    length = np.diff(found.runs, append=found.pixels.size)
    pitch = found.columns.size
    row, col = np.divmod(begin, pitch)
    owner = found.labels.reshape(-1)[begin]
    x, y = found.columns[col], row + (found.top + strip.row0)
    # Position in the strip's arrays minus position in the labels' arrays, the same along a run.
    shift = (row + found.top) * strip.width + x - begin
    place = found.pixels + np.repeat(shift, length)
    prob = strip.prob.reshape(-1)[place].astype(np.int64)
    direction = prob * strip.appeared.reshape(-1)[place]
    for field, values in (
        (PIXELS, length),
        (PROB, np.add.reduceat(prob, found.runs)),
        (DIRECTION, np.add.reduceat(direction, found.runs)),
        (SUM_X, length * x + length * (length - 1) // 2),
        (SUM_Y, length * y),
    ):
        # Sums in double precision are exact up to 2^53.
        result[:, field] = np.bincount(owner, weights=values, minlength=size)
    result[owner, CLASS] = found.classes.reshape(-1)[begin]
    result[owner[::-1], TOP] = y[::-1]  # runs come row by row: the first one is the highest
    result[owner, BOTTOM] = y + 1
    left, right = np.full(size, np.iinfo(np.int64).max), np.zeros(size, np.int64)
    np.minimum.at(left, owner, x)
    np.maximum.at(right, owner, x + length)
    result[:, LEFT], result[:, RIGHT] = left, right
    return result


def merged(tallies: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tally of the component that several make up, from shape (n, FIELDS) to (FIELDS,)."""
    result: NDArray[np.int64] = tallies[0].copy()
    result[_SUMS] = tallies[:, _SUMS].sum(axis=0)
    result[_LOW] = tallies[:, _LOW].min(axis=0)
    result[_HIGH] = tallies[:, _HIGH].max(axis=0)
    return result
