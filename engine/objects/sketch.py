"""Sketches: outlines of at most eight corners, short enough to be written into a sentence.

Source: ChangeVG's mask analyser (science.md 1.2): external contours, simplified from 5 % of the
perimeter on in steps of 0.1 pixels until at most eight corners are left. What is sketched is what
is counted: the components of :func:`engine.objects.components.label` of at least
:data:`~engine.objects.components.MIN_PIXELS` pixels.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.objects.components import MIN_PIXELS, label

CORNERS = 8
"""Corners of a sketch at most."""
START = 0.05
"""Tolerance to begin with, as a share of the perimeter."""
STEP = 0.1
"""Pixels by which the tolerance grows."""

Sketch = tuple[tuple[int, int], ...]
"""Corners (x, y) in pixels from the upper left of the tile."""


def sketches(mask: NDArray[np.bool_], min_pixels: int = MIN_PIXELS) -> list[Sketch]:
    """Sketch every object of one class in a tile, the largest first.

    Parameters
    ----------
    mask : array of bool or uint8, shape (h, w)
        Pixels of the class, cut by the tile.
    min_pixels : int
        Smaller components are left out, as they are by the counter.

    Returns
    -------
    list of Sketch
        One for each counted object. Thin objects may have fewer than three corners: their line or
        point still says where they are.
    """
    labels, count = label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    kept = [number for number in range(1, count + 1) if sizes[number] >= min_pixels]
    kept.sort(key=lambda number: (-int(sizes[number]), number))
    return [_sketch((labels == number).astype(np.uint8)) for number in kept]


def _sketch(component: NDArray[np.uint8]) -> Sketch:
    contours, _ = cv2.findContours(component, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outer = max(contours, key=len)
    tolerance = START * cv2.arcLength(outer, True)
    corners = cv2.approxPolyDP(outer, tolerance, True)
    while len(corners) > CORNERS:
        tolerance += STEP
        corners = cv2.approxPolyDP(outer, tolerance, True)
    return tuple((int(x), int(y)) for x, y in corners.reshape(-1, 2))
