"""A date as another sensor would have brought it: 16 bits, coarser pixels, then stretched."""

from __future__ import annotations

import cv2
import numpy as np

from training.evaluate.window import Array

TO_SENSOR = (8, 40)
"""Factor and offset from 8-bit values to the sensor's."""
SENSOR_M = 0.6


def as_other_sensor(image: Array, gsd_m: float, sensor_m: float = SENSOR_M) -> Array:
    """An image uint8 (h, w, 3) of ``gsd_m`` as a 16-bit raster of ``sensor_m``: uint16."""
    size = tuple(round(side * gsd_m / sensor_m) for side in image.shape[1::-1])
    small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return small.astype(np.uint16) * TO_SENSOR[0] + TO_SENSOR[1]


def stretched(image: Array, to: tuple[float, float], shape: tuple[int, int]) -> Array:
    """Put the 2nd and 98th percentiles on ``to`` and go to a grid of ``shape``: uint8 (h, w, 3).

    The engine does so with rasters that are not 8 bit or not on the before date's grid.
    """
    low, high = np.percentile(image, (2, 98))
    values = (image - low) / max(high - low, 1e-6) * (to[1] - to[0]) + to[0]
    values = np.clip(np.round(values), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=cv2.INTER_LINEAR))
