"""A bounded sample of both dates' values at the same valid places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from engine.errors import EmptyPairError, ReadError

MAX_PIXELS = 2_000_000
"""Grids up to this size are read whole; of larger ones about as much is read."""
ENOUGH = 20_000
"""Valid pixels that make percentiles of a large grid trustworthy."""
MOST_BROKEN = 50
"""So many windows that cannot be read, and not one that can: the file is given up."""
MOST_CONSTANT = 60
"""So many windows with data, and all of one value: the date is given up as constant."""
_SPREAD = 6
_SMALLEST = 256
_CHUNK = 1024

Values = NDArray[Any]
ReadRaw = Callable[[Window], tuple[Values, Values, NDArray[np.bool_] | None]]
"""Window → before (3, h, w), after (3, h, w) as stored, valid (h, w) or None for all."""


def sample_pair(
    read: ReadRaw, width: int, height: int, names: tuple[str, str]
) -> tuple[Values, Values]:
    """Values of both dates where both have data.

    Small grids are read whole. Of large ones 6 x 6 windows are read: few rows of windows, because
    a file stored in strips reads full rows whatever the window. Only when those show too little,
    or one constant value, is the grid gone through until they do, or until :data:`MOST_CONSTANT`
    windows held nothing but that value.

    Parameters
    ----------
    read : callable
        Reads stored values of a window of the grid.
    width, height : int
        The grid, pixels.
    names : (str, str)
        Of the dates, for messages.

    Returns
    -------
    before, after : (n, 3)
        The same places, at most about two million.

    Raises
    ------
    EmptyPairError
        There is no place where both dates have data.
    ReadError
        No window could be read, of the first :data:`MOST_BROKEN` or at all. Broken windows beside
        readable ones are passed over here: the run names them when it comes to their tiles.
    """
    small = width * height <= MAX_PIXELS
    sample = _Sample(read)
    for window in _chunks(width, height) if small else spread_windows(width, height):
        sample.take(window, MAX_PIXELS)
    if not small and not sample.tells():
        for window in _chunks(width, height):
            sample.take(window, 5 * ENOUGH)
            if sample.tells() or sample.hopeless or sample.constant:
                break
    if not sample.count:
        if sample.broken is not None:
            raise sample.broken
        raise EmptyPairError(
            f"{names[0]} and {names[1]} have no place where both have data.",
            hint="Check the nodata values (--nodata), masks and alpha bands of both.",
        )
    return sample.values()


def spread_windows(
    width: int, height: int, count: int = _SPREAD, side: int | None = None
) -> list[Window]:
    """Windows in the middles of ``count`` x ``count`` equal fields of a grid, row by row."""
    if side is None:
        side = int((MAX_PIXELS / count**2) ** 0.5)
    cols, rows = min(side, width), min(side, height)
    lefts = [round((i + 0.5) * width / count - cols / 2) for i in range(count)]
    tops = [round((i + 0.5) * height / count - rows / 2) for i in range(count)]
    return [
        Window(min(max(left, 0), width - cols), min(max(top, 0), height - rows), cols, rows)
        for top in tops
        for left in lefts
    ]


class _Sample:
    def __init__(self, read: ReadRaw) -> None:
        self._read = read
        self._parts: list[tuple[Values, Values]] = []
        self.count = 0
        self._looked = 0
        self.broken: ReadError | None = None
        self._failures = 0
        self._constant = [True, True]

    @property
    def hopeless(self) -> bool:
        """Whether nothing was read and too much was tried."""
        return not self.count and self._failures >= MOST_BROKEN

    @property
    def constant(self) -> bool:
        """Whether a date shows one value, wherever much was looked at."""
        return any(self._constant) and self._looked > MOST_CONSTANT

    def take(self, window: Window, most: int) -> None:
        """Add a window's valid pixels, evenly thinned to ``most``; keep all within the bound."""
        try:
            before, after, valid = self._read(window)
        except ReadError as error:
            self.broken = error
            self._failures += 1
            for part in _quarters(window):
                if not self.hopeless:
                    self.take(part, most)
            return
        if valid is None:
            picked = before.reshape(3, -1).T, after.reshape(3, -1).T
        else:
            picked = before[:, valid].T, after[:, valid].T
        step = max(1, -(-len(picked[0]) // most))
        if not len(picked[0]):
            return
        # Copies: a view would keep the whole window.
        self._parts.append((picked[0][::step].copy(), picked[1][::step].copy()))
        self._looked += 1
        for date, (values, first) in enumerate(zip(self._parts[-1], self._parts[0], strict=True)):
            self._constant[date] &= bool((values == first[0]).all())
        self.count += len(self._parts[-1][0])
        if self.count > MAX_PIXELS:
            self._parts = [(b[::2].copy(), a[::2].copy()) for b, a in self._parts]
            self.count = sum(len(b) for b, _ in self._parts)

    def tells(self) -> bool:
        """Whether there are enough values and neither date is constant."""
        return self.count >= ENOUGH and not any(self._constant)

    def values(self) -> tuple[Values, Values]:
        befores, afters = zip(*self._parts, strict=True)
        return np.concatenate(befores), np.concatenate(afters)


def _quarters(window: Window) -> list[Window]:
    """The four parts of a window, none where it is as small as a tile."""
    width, height = int(window.width), int(window.height)
    if max(width, height) <= _SMALLEST:
        return []
    half_w, half_h = -(-width // 2), -(-height // 2)
    return [
        Window(
            window.col_off + x, window.row_off + y, min(half_w, width - x), min(half_h, height - y)
        )
        for y in range(0, height, half_h)
        for x in range(0, width, half_w)
    ]


def _chunks(width: int, height: int) -> Iterator[Window]:
    """Windows that cover a grid; each next one far from the last, so that any part is met soon."""
    cols, rows = -(-width // _CHUNK), -(-height // _CHUNK)
    count = cols * rows
    stride = next(
        n for n in range(max(1, round(0.618 * count)), 2 * count + 1) if gcd(n, count) == 1
    )
    for number in range(count):
        row, col = divmod(number * stride % count, cols)
        x, y = col * _CHUNK, row * _CHUNK
        yield Window(x, y, min(_CHUNK, width - x), min(_CHUNK, height - y))
