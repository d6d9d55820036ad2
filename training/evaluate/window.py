"""A model over an image of any size, in overlapping windows that fade towards their edges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Model = Callable[[Array, Array], tuple[Array, Array]]


def positions(length: int, tile: int, overlap: int) -> list[int]:
    """Window starts that cover ``length`` pixels; the last window is moved inward."""
    if length <= tile:
        return [0]
    starts = list(range(0, length - tile, tile - overlap))
    return [*starts, length - tile]


def fade(tile: int, overlap: int) -> Array:
    """Weights (tile, tile) float32 that fall linearly over the overlap, never to zero."""
    ramp = np.minimum(np.arange(tile) + 1, np.arange(tile, 0, -1)) / max(1, overlap)
    ramp = np.clip(ramp, 0, 1)
    return np.outer(ramp, ramp).astype(np.float32)


def slide(
    model: Model, before: Array, after: Array, tile: int = 256, overlap: int = 64, batch: int = 4
) -> tuple[Array, Array]:
    """Probabilities over a whole image.

    Parameters
    ----------
    model : callable
        Two uint8 arrays (N, 3, tile, tile) to change (N, K, tile, tile) and appeared
        (N, 1, tile, tile), float32.
    before, after : ndarray
        uint8 (H, W, 3).

    Returns
    -------
    tuple of ndarray
        change (K, H, W) and appeared (H, W), float32.
    """
    height, width = before.shape[:2]
    more = ((0, max(0, tile - height)), (0, max(0, tile - width)), (0, 0))
    before, after = (np.pad(image, more, mode="symmetric") for image in (before, after))
    places = [
        (row, column)
        for row in positions(before.shape[0], tile, overlap)
        for column in positions(before.shape[1], tile, overlap)
    ]
    weight = fade(tile, overlap)
    sums: Array | None = None
    total = np.zeros(before.shape[:2], np.float32)
    for first in range(0, len(places), batch):
        part = places[first : first + batch]
        cuts = [
            np.stack([image[r : r + tile, c : c + tile].transpose(2, 0, 1) for r, c in part])
            for image in (before, after)
        ]
        change, appeared = model(*cuts)
        both = np.concatenate([change, appeared], axis=1)
        if sums is None:
            sums = np.zeros((both.shape[1], *total.shape), np.float32)
        for (row, column), values in zip(part, both, strict=True):
            sums[:, row : row + tile, column : column + tile] += values * weight
            total[row : row + tile, column : column + tile] += weight
    assert sums is not None
    sums /= total
    return sums[:-1, :height, :width], sums[-1, :height, :width]
