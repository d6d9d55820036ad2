"""The weight a tile's pixels carry where tiles overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLOOR = 0.02
"""Weight at a tile's very edge: small, but enough where no other tile reaches."""


def ramp(size: int, overlap: int) -> NDArray[np.float64]:
    """Weights along one side of a tile: a raised cosine over the overlap, 1 between.

    Two neighbours' ramps add up to the same weight all along a regular overlap, so every pixel is a
    smooth mix. Other overlaps (the last row and column are moved inward) are evened out by the
    stitcher, which divides by the weights it has added.

    Parameters
    ----------
    size : int
        Side of the tile, pixels.
    overlap : int
        Pixels two neighbours share, at most half the side; 0 means equal weights.

    Returns
    -------
    array of float64, shape (size,)
        Between :data:`FLOOR` and 1.
    """
    overlap = min(overlap, size // 2)
    if overlap <= 0:
        return np.ones(size)
    position = np.arange(size)
    depth = np.minimum(position, position[::-1]) + 0.5  # pixel centres, from the nearer edge
    rise = np.sin(0.5 * np.pi * np.clip(depth / overlap, 0.0, 1.0)) ** 2
    return FLOOR + (1.0 - FLOOR) * rise


def tile_weights(size: int, overlap: int) -> NDArray[np.float32]:
    """Weights of a whole tile: the product of its two ramps, shape (size, size)."""
    side = ramp(size, overlap)
    return np.outer(side, side).astype(np.float32)
