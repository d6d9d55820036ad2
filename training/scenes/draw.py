"""Filling polygons: exactly for the truth, with soft edges for the picture."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from training.scenes.scene import Floats, Mask, Points

_SUB = 4  # sub-pixels per pixel and axis of a soft edge
_SHIFT = 4  # fractional bits of OpenCV's fixed-point polygon corners


def _span(low: float, high: float, size: int, margin: int = 1) -> tuple[int, int]:
    """Clip a float interval to whole pixels of ``0..size``."""
    start = max(0, int(np.floor(low)) - margin)
    return start, min(size, int(np.ceil(high)) + margin)


def inside(polygon: Points, height: int, width: int) -> tuple[slice, slice, Mask]:
    """Pixels whose centre lies in a polygon (even-odd rule): the rule of the truth.

    Parameters
    ----------
    polygon : float array (n, 2)
        Corners x, y in pixels.
    height, width : int
        Size of the picture.

    Returns
    -------
    rows, cols : slice
        The part of the picture the polygon's box covers.
    mask : bool array
        Of that part.
    """
    x, y = polygon[:, 0], polygon[:, 1]
    col0, col1 = _span(float(x.min()), float(x.max()), width, 0)
    row0, row1 = _span(float(y.min()), float(y.max()), height, 0)
    rows, cols = max(0, row1 - row0), max(0, col1 - col0)
    part = slice(row0, row0 + rows), slice(col0, col0 + cols)
    if not rows or not cols:
        return *part, np.zeros((rows, cols), dtype=bool)
    ahead_x, ahead_y = np.roll(x, -1), np.roll(y, -1)
    low, high = np.minimum(y, ahead_y), np.maximum(y, ahead_y)
    # Rows whose centre line an edge crosses: low <= row + 0.5 < high.
    first = np.clip(np.ceil(low - 0.5), row0, row1).astype(np.int64)
    count = np.clip(np.ceil(high - 0.5), row0, row1).astype(np.int64) - first
    edge = np.repeat(np.arange(len(x)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first, count)
    slope = (ahead_x - x)[edge] / (ahead_y - y)[edge]
    at = (row + 0.5 - y[edge]) * slope + x[edge]
    # Every pixel centre to the left of a crossing turns inside out.
    col = np.clip(np.ceil(at - 0.5), col0, col1).astype(np.int64) - col0
    turns = np.zeros((rows, cols + 1), dtype=np.int64)
    np.add.at(turns, (row - row0, col), 1)
    mask = (np.cumsum(turns[:, ::-1], axis=1)[:, ::-1] & 1)[:, 1:] > 0
    return *part, mask


def coverage(polygon: Points, height: int, width: int) -> tuple[slice, slice, Floats] | None:
    """How much of each pixel a polygon covers; None where it lies outside the picture.

    Returns
    -------
    rows, cols : slice
    alpha : float32 array (rows, cols), 0..1
    """
    x, y = polygon[:, 0], polygon[:, 1]
    col0, col1 = _span(float(x.min()), float(x.max()), width)
    row0, row1 = _span(float(y.min()), float(y.max()), height)
    if col1 <= col0 or row1 <= row0:
        return None
    fine = np.zeros(((row1 - row0) * _SUB, (col1 - col0) * _SUB), dtype=np.uint8)
    corners = (polygon - (col0, row0)) * _SUB - 0.5
    fixed = np.round(corners * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(fine, [fixed.reshape(-1, 1, 2)], 255, lineType=cv2.LINE_8, shift=_SHIFT)
    small = cv2.resize(fine, (col1 - col0, row1 - row0), interpolation=cv2.INTER_AREA)
    alpha = small.astype(np.float32) / np.float32(255)
    return slice(row0, row1), slice(col0, col1), alpha


def fill(
    image: Floats,
    polygon: Points,
    colour: npt.ArrayLike,
    *,
    grain: Floats | None = None,
    opacity: float = 1.0,
) -> None:
    """Paint a polygon into a picture, in place.

    Parameters
    ----------
    image : float32 array (h, w, 3)
    polygon : float array (n, 2)
    colour : three numbers
    grain : float32 array (h, w), optional
        Multiplies the colour: the texture of shingles, asphalt or lawn.
    opacity : float
        0 leaves the picture as it is, 1 covers it.
    """
    found = coverage(polygon, image.shape[0], image.shape[1])
    if found is None:
        return
    rows, cols, alpha = found
    paint = np.broadcast_to(np.asarray(colour, dtype=np.float32), (*alpha.shape, 3))
    if grain is not None:
        paint = paint * grain[rows, cols, None]
    weight = (alpha * np.float32(opacity))[..., None]
    part = image[rows, cols]
    part += weight * (paint - part)


def add(mask: Floats, polygon: Points, value: float = 1.0) -> None:
    """Raise a mask to ``value`` where a polygon lies, in place, with soft edges."""
    found = coverage(polygon, mask.shape[0], mask.shape[1])
    if found is not None:
        rows, cols, alpha = found
        np.maximum(mask[rows, cols], alpha * np.float32(value), out=mask[rows, cols])


def mix(image: Floats, weight: Floats, colour: npt.ArrayLike) -> None:
    """Blend one colour over the whole picture (h, w, 3) by a weight (h, w), in place."""
    for band, value in enumerate(np.asarray(colour, dtype=np.float32)):
        plane = image[..., band]
        plane += weight * (value - plane)


def scale(image: Floats, factor: Floats) -> None:
    """Multiply every band of a picture (h, w, 3) by a field (h, w), in place."""
    for band in range(3):
        image[..., band] *= factor


def hull(points: Points) -> Points:
    """Convex hull of points (n, 2)."""
    flat = cv2.convexHull(points.astype(np.float32).reshape(-1, 1, 2))
    return np.asarray(flat, dtype=np.float64).reshape(-1, 2)
