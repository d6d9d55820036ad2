"""Blends overlapping tiles into whole rows of one change map, from north to south."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from engine.objects.blend import tile_weights
from engine.objects.strip import Strip

_ROUNDING = 1e-6
"""A blend of equal probabilities must reach the threshold that each of them reaches."""
_BLOCK_PIXELS = 1 << 17
BLOCK_COLUMNS = 2048


class Stitcher:
    """Weighted blending of tiles with streamed rows.

    Only rows that a coming tile may still reach are held, as ``n_classes + 2`` float32 layers in
    blocks of columns: with :meth:`finish_rows` called once per row of tiles that is one tile's
    height, and where :meth:`settle` was called left of a tile only the overlap of two rows. Sums
    are made in the order of the :meth:`add` calls, so the same order gives the same bits.

    Parameters
    ----------
    width, height : int
        Size of the working grid, pixels.
    tile_size, overlap : int
        Side of a tile and what neighbours share, pixels.
    n_classes : int
        Number of change classes, K.
    threshold : float or sequence of float
        Least blended probability of a changed pixel, for all classes or for each. A pixel takes
        the class whose probability is the largest multiple of its threshold.
    first_row : int
        Rows above it are neither kept nor finished (a resumed run).
    block_columns : int
        Columns that are held and settled together.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        tile_size: int = 256,
        overlap: int = 64,
        n_classes: int = 1,
        threshold: float | Sequence[float] = 0.5,
        first_row: int = 0,
        block_columns: int = BLOCK_COLUMNS,
    ) -> None:
        self.width, self.height, self.n_classes = width, height, n_classes
        self.next_row = first_row
        levels = np.broadcast_to(np.asarray(threshold, np.float32), (n_classes,))
        self._levels = np.maximum(levels - np.float32(_ROUNDING), np.float32(_ROUNDING))
        self._by_class = bool((self._levels != self._levels[0]).any())
        self._tile_weights = tile_weights(tile_size, overlap)
        self._columns = [
            slice(left, min(left + block_columns, width)) for left in range(0, width, block_columns)
        ]
        # Layers: K sums of weight × probability, sum of weight × probability × appeared, weight.
        self._sums = [self._zeros(0, columns) for columns in self._columns]
        self._settled = 0  # blocks of the coming strip that are decided
        self._strip: Strip | None = None

    def add(
        self,
        window: Window,
        change: NDArray[np.float32],
        appeared: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> None:
        """Add one tile.

        Parameters
        ----------
        window : rasterio.windows.Window
            The tile in the working grid; parts outside the grid, or in rows that are finished, are
            cropped.
        change : array of float32, shape (K, h, w)
            Change probability per class, 0…1.
        appeared : array of float32, shape (1, h, w)
            Probability that what changed is in the after date, 0…1.
        valid : array of bool, shape (h, w)
            Pixels with data; the others contribute nothing, whatever their probabilities are.

        Raises
        ------
        ValueError
            The arrays do not have the window's shape, or the tile reaches what is settled.
        """
        col, row, w, h = (
            int(window.col_off), int(window.row_off), int(window.width), int(window.height)
        )  # fmt: skip
        wanted = ((self.n_classes, h, w), (1, h, w), (h, w))
        if (change.shape, appeared.shape, valid.shape) != wanted:
            raise ValueError(
                f"Tile arrays {change.shape}, {appeared.shape}, {valid.shape} are not {wanted}."
            )
        top, left = max(row, self.next_row), max(col, 0)
        bottom, right = min(row + h, self.height), min(col + w, self.width)
        if top >= bottom or left >= right:
            return
        inner = (slice(top - row, bottom - row), slice(left - col, right - col))
        weight = self._tile_weights[inner]
        seen = valid[inner]
        probability = change[(slice(None), *inner)]
        direction = appeared[0][inner]
        if not seen.all():
            weight = weight * seen
            # Not only a zero weight: whatever the network made of no data may be NaN.
            probability = np.where(seen, probability, np.float32(0))
            direction = np.where(seen, direction, np.float32(0))
        layers = [weight * one for one in probability]
        total = sum(layers[1:], layers[0])
        layers += [total * direction, weight]
        for index, columns in enumerate(self._columns):
            start, stop = max(left, columns.start), min(right, columns.stop)
            if start >= stop:
                continue
            if index < self._settled and self._strip is not None and top < self._strip.row1:
                raise ValueError(f"Columns {columns.start}…{columns.stop} are settled there.")
            sums = self._reserve(index, bottom)
            rows = slice(top - self.next_row, bottom - self.next_row)
            at = (rows, slice(start - columns.start, stop - columns.start))
            for layer, part in zip(sums, layers, strict=True):
                layer[at] += part[:, start - left : stop - left]

    def settle(self, left: int, until_row: int) -> None:
        """Decide what no later tile can reach before its rows are finished, and let go of its sums.

        Parameters
        ----------
        left : int
            Column of the next tile: columns left of it are complete.
        until_row : int
            Row that :meth:`finish_rows` will be called with next.

        Raises
        ------
        ValueError
            Another row than before.
        """
        until_row = min(until_row, self.height)
        if self._strip is not None and self._strip.row1 != until_row:
            raise ValueError(f"Rows to {self._strip.row1} are being settled, not to {until_row}.")
        if until_row <= self.next_row:
            return
        self._strip = self._strip or self._blank(until_row)
        while self._settled < len(self._columns) and self._columns[self._settled].stop <= left:
            self._decide_block(self._settled, self._strip)
            self._settled += 1

    def finish_rows(self, until_row: int) -> Strip:
        """Finish the rows from the last call's end up to ``until_row`` (or the grid's end).

        Returns
        -------
        Strip
            It has no rows where there is nothing new to finish.

        Raises
        ------
        ValueError
            Other rows were settled.
        """
        self.settle(self.width, until_row)
        strip = self._strip or self._blank(self.next_row)
        self._strip, self._settled, self.next_row = None, 0, strip.row1
        return strip

    def _zeros(self, rows: int, columns: slice) -> NDArray[np.float32]:
        return np.zeros((self.n_classes + 2, rows, columns.stop - columns.start), np.float32)

    def _reserve(self, index: int, until_row: int) -> NDArray[np.float32]:
        """A block's sums, as far down as a row."""
        sums = self._sums[index]
        need, have = until_row - self.next_row, sums.shape[1]
        if need > have:
            self._sums[index] = self._zeros(need, self._columns[index])
            self._sums[index][:, :have] = sums
        return self._sums[index]

    def _blank(self, until_row: int) -> Strip:
        shape = (until_row - self.next_row, self.width)
        return Strip(
            self.next_row,
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.bool_),
        )

    def _decide_block(self, index: int, strip: Strip) -> None:
        columns, count = self._columns[index], strip.height
        sums = self._reserve(index, strip.row1)
        # A few rows at a time stay in the processor's cache.
        step = max(1, _BLOCK_PIXELS // (columns.stop - columns.start))
        for row in range(0, count, step):
            rows = slice(row, min(row + step, count))
            self._decide(sums[:, rows], strip, (rows, columns))
        self._sums[index] = sums[:, count:].copy()

    def _decide(self, sums: NDArray[np.float32], strip: Strip, part: tuple[slice, slice]) -> None:
        """Turn sums into class, probability and direction, for some rows and columns of a strip."""
        k = self.n_classes
        weight = sums[k + 1]
        seen = strip.seen[part]
        np.greater(weight, 0, out=seen)
        best = sums[0] if k == 1 else sums[:k].max(axis=0, initial=0.0)
        # Unseen pixels have best = weight = 0 and would pass a plain >=.
        changed = best >= self._levels.min() * weight
        changed &= seen
        where = np.nonzero(changed)
        if not where[0].size:
            return
        parts = sums[:k][:, where[0], where[1]]
        # The class farthest above its own threshold: a class with a low one has its say.
        chosen = (parts / self._levels[:, None] if self._by_class else parts).argmax(axis=0)
        level = np.take_along_axis(parts, chosen[None], 0)[0] / weight[where]
        keep = level >= self._levels[chosen]
        where = (where[0][keep], where[1][keep])
        share = sums[k][where] / parts[:, keep].sum(axis=0)
        strip.class_map[part][where] = chosen[keep] + 1
        strip.prob[part][where] = np.clip(np.rint(level[keep] * 255.0), 1, 255)
        strip.appeared[part][where] = np.clip(np.rint(share * 255.0), 0, 255)
