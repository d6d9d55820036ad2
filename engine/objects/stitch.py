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


class Stitcher:
    """Weighted blending of tiles with streamed rows.

    Only rows that a coming tile may still reach are held: with :meth:`finish_rows` called once per
    row of tiles that is one tile's height × the grid's width, of ``n_classes + 2`` float32 layers.
    Sums are made in the order of the :meth:`add` calls, so the same order gives the same bits.

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
    ) -> None:
        self.width, self.height, self.n_classes = width, height, n_classes
        self.next_row = first_row
        levels = np.broadcast_to(np.asarray(threshold, np.float32), (n_classes,))
        self._levels = np.maximum(levels - np.float32(_ROUNDING), np.float32(_ROUNDING))
        self._by_class = bool((self._levels != self._levels[0]).any())
        self._tile_weights = tile_weights(tile_size, overlap)
        # Layers: K sums of weight × probability, sum of weight × probability × appeared, weight.
        self._sums = np.zeros((n_classes + 2, 0, width), np.float32)

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
            The arrays do not have the window's shape.
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
        self._reserve(bottom)
        at = (slice(top - self.next_row, bottom - self.next_row), slice(left, right))
        k = self.n_classes
        total: NDArray[np.float32] | None = None
        for index in range(k):
            part = weight * probability[index]
            self._sums[index][at] += part
            total = part if total is None else total + part
        assert total is not None
        total *= direction
        self._sums[k][at] += total
        self._sums[k + 1][at] += weight

    def finish_rows(self, until_row: int) -> Strip:
        """Finish the rows from the last call's end up to ``until_row`` (or the grid's end).

        Returns
        -------
        Strip
            It has no rows where there is nothing new to finish.
        """
        until_row = min(until_row, self.height)
        count = max(until_row - self.next_row, 0)
        self._reserve(self.next_row + count)
        strip = self._strip(self._sums[:, :count])
        if count:
            rest = self._sums.shape[1] - count
            for layer in self._sums:  # one by one: numpy copies what overlaps
                layer[:rest] = layer[count:]
                layer[rest:] = 0.0
            self.next_row += count
        return strip

    def _reserve(self, until_row: int) -> None:
        need, have = until_row - self.next_row, self._sums.shape[1]
        if need > have:
            sums = np.zeros((self.n_classes + 2, need, self.width), np.float32)
            sums[:, :have] = self._sums
            self._sums = sums

    def _strip(self, sums: NDArray[np.float32]) -> Strip:
        shape = sums.shape[1:]
        strip = Strip(
            self.next_row,
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.bool_),
        )
        # A few rows at a time stay in the processor's cache.
        step = max(1, _BLOCK_PIXELS // max(self.width, 1))
        for row in range(0, shape[0], step):
            self._decide(sums[:, row : row + step], strip, slice(row, row + step))
        return strip

    def _decide(self, sums: NDArray[np.float32], strip: Strip, rows: slice) -> None:
        """Turn sums into class, probability and direction, for some rows of a strip."""
        k = self.n_classes
        weight = sums[k + 1]
        seen = strip.seen[rows]
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
        strip.class_map[rows][where] = chosen[keep] + 1
        strip.prob[rows][where] = np.clip(np.rint(level[keep] * 255.0), 1, 255)
        strip.appeared[rows][where] = np.clip(np.rint(share * 255.0), 0, 255)
