"""8-connected components of a mask, and the one counter of objects in a tile.

Labels for training and evaluation and the engine's own readings are counted here, by one rule:
components of at least :data:`MIN_PIXELS` pixels of the mask as cut by the tile.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.objects.cells import CELL_ORDER, cell_of

MIN_PIXELS = 6
"""Components with fewer pixels are not counted."""


def label(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Number the 8-connected components of a mask.

    Parameters
    ----------
    mask : array of bool or uint8, shape (h, w)
        Anything but zero is inside.

    Returns
    -------
    labels : array of int32, shape (h, w)
        0 outside, 1…n inside. The numbers are the same for the same mask.
    n : int
        Number of components.
    """
    if mask.size == 0:
        return np.zeros(mask.shape, np.int32), 0
    count, labels = cv2.connectedComponents(_as_bytes(mask), connectivity=8, ltype=cv2.CV_32S)
    return labels.astype(np.int32, copy=False), int(count) - 1


def count_cells(mask: NDArray[np.bool_], min_pixels: int = MIN_PIXELS) -> tuple[int, list[str]]:
    """Count the objects of one class in a tile and name the cells they lie in.

    Parameters
    ----------
    mask : array of bool or uint8, shape (h, w)
        Pixels of the class, cut by the tile.
    min_pixels : int
        Smaller components are left out.

    Returns
    -------
    count : int
        Number of 8-connected components.
    cells : list of str
        The cells of their centroids, each once, in reading order. A centroid is the mean of its
        pixels' column and row numbers, counted from 0 (pixel ``i`` lies at ``i``, not ``i + ½``).
    """
    if not mask.any():
        return 0, []
    height, width = mask.shape
    _, _, stats, centroids = cv2.connectedComponentsWithStats(
        _as_bytes(mask), connectivity=8, ltype=cv2.CV_32S
    )
    large = stats[1:, cv2.CC_STAT_AREA] >= min_pixels
    found = {cell_of(x, y, width, height) for x, y in centroids[1:][large].tolist()}
    return int(large.sum()), [word for word in CELL_ORDER if word in found]


def _as_bytes(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    if mask.dtype == np.bool_:
        return np.ascontiguousarray(mask).view(np.uint8)
    return np.ascontiguousarray(mask != 0).view(np.uint8)
