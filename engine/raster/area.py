"""The area of interest as a mask of one window."""

from __future__ import annotations

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import geometry_mask
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from engine.raster.geodesy import cut_at, place


class AreaMask:
    """Rasterizes an area window by window; windows wholly inside or outside cost nothing.

    Parameters
    ----------
    area : geometry or None
        In the grid's system.
    transform : Affine
        The grid's.
    """

    def __init__(self, area: BaseGeometry | None, transform: Affine) -> None:
        self._area = area
        self._transform = transform
        if area is not None:
            shapely.prepare(area)

    def window(self, window: Window, shape: tuple[int, ...]) -> NDArray[np.bool_] | None:
        """Pixels of a window whose centres lie in the area; ``None`` when all do."""
        if self._area is None:
            return None
        west, north = place(self._transform, window.col_off, window.row_off)
        east, south = place(
            self._transform, window.col_off + window.width, window.row_off + window.height
        )
        frame = shapely.box(west, south, east, north)
        if self._area.contains(frame):
            return None
        part = self._area.intersection(frame) if self._area.intersects(frame) else None
        if part is None or part.is_empty:
            return np.zeros(shape, bool)
        height, width = shape
        transform = cut_at(
            self._transform,
            window.col_off,
            window.row_off,
            window.width / width,
            window.height / height,
        )
        mask: NDArray[np.bool_] = geometry_mask(
            [part], out_shape=(height, width), transform=transform, invert=True
        )
        return mask
