"""The two rules by which objects of a mask are counted and placed.

``clean`` uses the project's one counter (science.md 1.6b). ``paper`` follows what is known of the
paper's own labels (science.md 1.2): outlines are simplified, those without an area drop out, and
small specks count. The rules differ, and numbers by one do not compare with numbers by the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from engine.objects.cells import cell_of
from engine.objects.components import count_cells
from training.change_imti.pair import Flavour, Mask

cv2.setNumThreads(1)
START_SHARE = 0.05
"""Tolerance of the first simplification, as a share of the outline's length."""
STEP_PX = 0.1
MOST_CORNERS = 8


@dataclass(frozen=True)
class Found:
    """Objects of one class.

    Attributes
    ----------
    count : int
    cells : tuple of str
        The 3×3 words of their centroids, each once.
    """

    count: int
    cells: tuple[str, ...]


def by_components(mask: Mask) -> Found:
    """Count 8-connected components of at least 6 px; cells in reading order.

    Parameters
    ----------
    mask : bool array (h, w)
    """
    count, cells = count_cells(mask)
    return Found(count, tuple(cells))


def by_contours(mask: Mask) -> Found:
    """Count simplified outer outlines that have an area; cells in the order they are found.

    Holes do not count. An outline is simplified with a tolerance of 5 % of its length, raised by
    0.1 px until at most eight corners are left; its place is the centroid of what is left, cut to
    whole pixels (ChangeVG's labels, science.md 1.2).

    Parameters
    ----------
    mask : bool array (h, w)
    """
    height, width = mask.shape
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    count, cells = 0, []
    for outline in outlines:
        moments = cv2.moments(_simplified(outline))
        area = moments["m00"]
        if area:
            x, y = int(moments["m10"] / area), int(moments["m01"] / area)
            cells.append(cell_of(x, y, width, height))
            count += 1
    return Found(count, tuple(dict.fromkeys(cells)))


def _simplified(outline: np.ndarray) -> np.ndarray:
    tolerance = START_SHARE * cv2.arcLength(outline, closed=True)
    corners = cv2.approxPolyDP(outline, tolerance, closed=True)
    while len(corners) > MOST_CORNERS:
        tolerance += STEP_PX
        corners = cv2.approxPolyDP(outline, tolerance, closed=True)
    return np.asarray(corners)


COUNTERS: dict[Flavour, Callable[[Mask], Found]] = {"paper": by_contours, "clean": by_components}
"""The rule of each flavour."""
