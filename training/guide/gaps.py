"""Where two buildings nearly touch: the strips of ground that keep neighbours apart."""

from __future__ import annotations

import cv2
import numpy as np

REACH_PX = 4
"""A gap's pixels lie at most so far from both neighbours: gaps are up to 7 pixels (3.5 m) wide."""
_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * REACH_PX + 1, 2 * REACH_PX + 1))


def gaps(building: np.ndarray) -> np.ndarray:
    """Ground within ``REACH_PX`` of two different buildings.

    Parameters
    ----------
    building : ndarray
        bool (H, W); pixels that touch at a corner are one building.

    Returns
    -------
    ndarray
        bool (H, W).
    """
    count, label = cv2.connectedComponents(building.astype(np.uint8), connectivity=8)
    if count < 3:
        return np.zeros(building.shape, bool)
    number = label.astype(np.float32)
    highest = cv2.dilate(number, _DISC)
    lowest = cv2.erode(np.where(building, number, np.float32(count)), _DISC)
    return ~building & (highest > 0) & (lowest < highest)
