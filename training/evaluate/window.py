"""A model over an image of any size, in overlapping windows blended as the engine blends them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.objects.blend import tile_weights

Array = np.ndarray
Model = Callable[[Array, Array], tuple[Array, Array]]


def positions(length: int, tile: int, overlap: int) -> list[int]:
    """Window starts that cover ``length`` pixels; the last window is moved inward."""
    if length <= tile:
        return [0]
    starts = list(range(0, length - tile, tile - overlap))
    return [*starts, length - tile]


def batch_of(images: list[Array]) -> Array:
    """uint8 images (H, W, 3) of one size as (N, 3, H, W)."""
    return np.stack([image.transpose(2, 0, 1) for image in images])


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
    weight = tile_weights(tile, overlap)
    sums: Array | None = None
    total, lean, chance = (np.zeros(before.shape[:2], np.float32) for _ in range(3))
    for first in range(0, len(places), batch):
        part = places[first : first + batch]
        cuts = [
            batch_of([image[r : r + tile, c : c + tile] for r, c in part])
            for image in (before, after)
        ]
        change, appeared = model(*cuts)
        if sums is None:
            sums = np.zeros((change.shape[1], *total.shape), np.float32)
        for (row, column), values, side in zip(part, change, appeared[:, 0], strict=True):
            where = np.s_[row : row + tile, column : column + tile]
            sums[(slice(None), *where)] += values * weight
            total[where] += weight
            # The direction is blended by how sure each window is of a change, as in the engine.
            trust = weight * (values.sum(axis=0) + 1e-6)
            lean[where] += trust * side
            chance[where] += trust
    assert sums is not None
    sums /= total
    return sums[:, :height, :width], (lean / chance)[:height, :width]
