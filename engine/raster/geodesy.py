"""Ground metres and pixel coordinates across reference systems."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS as ProjCRS
from pyproj import Geod, Transformer
from rasterio.crs import CRS

GEOD = Geod(ellps="WGS84")
_STEP = 8.0


@lru_cache(maxsize=32)
def transformer(source: str, target: str) -> Transformer:
    """Cached transformation between two systems given as WKT; x is always east or longitude."""
    return Transformer.from_crs(
        ProjCRS.from_user_input(source), ProjCRS.from_user_input(target), always_xy=True
    )


def place(transform: Affine, cols: Any, rows: Any) -> tuple[Any, Any]:
    """Apply a transform to numbers or arrays of columns and rows."""
    a, b, c, d, e, f = transform[:6]
    return a * cols + b * rows + c, d * cols + e * rows + f


def cut_at(
    transform: Affine, col: float, row: float, step_x: float = 1.0, step_y: float = 1.0
) -> Affine:
    """The transform of a grid that starts at a pixel place and takes larger or smaller steps."""
    a, b, _, d, e, _ = transform[:6]
    x, y = place(transform, col, row)
    return Affine(a * step_x, b * step_y, x, d * step_x, e * step_y, y)


def ground_size(crs: CRS, transform: Affine, col: float, row: float) -> tuple[float, float]:
    """Width and height of a pixel on the ground.

    Parameters
    ----------
    crs : CRS
        System of the transform, in any units.
    col, row : float
        Where to measure, pixels.

    Returns
    -------
    (float, float)
        Metres along the rows and along the columns; NaN where the place is not on Earth.
    """
    cols = np.array([col - _STEP, col + _STEP, col, col])
    rows = np.array([row, row, row - _STEP, row + _STEP])
    xs, ys = place(transform, cols, rows)
    lon, lat = transformer(crs.to_wkt(), "EPSG:4326").transform(xs, ys)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return float("nan"), float("nan")
    _, _, metres = GEOD.inv(lon[[0, 2]], lat[[0, 2]], lon[[1, 3]], lat[[1, 3]])
    return float(metres[0] / (2 * _STEP)), float(metres[1] / (2 * _STEP))


def lonlat(crs: CRS, transform: Affine, col: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a pixel place, degrees."""
    x, y = place(transform, col, row)
    lon, lat = transformer(crs.to_wkt(), "EPSG:4326").transform(x, y)
    return float(lon), float(lat)


class PixelMap:
    """From pixel places of one raster to pixel places of another.

    Longitudes are brought to the turn in which the target raster lies, so that a raster at 181°
    and one at -179° meet.

    Parameters
    ----------
    source_crs, target_crs : CRS
    source, target : Affine
        Transforms of the two rasters.
    target_width : int
        Columns of the target raster; its middle says in which turn it lies.
    """

    def __init__(
        self, source_crs: CRS, source: Affine, target_crs: CRS, target: Affine, target_width: int
    ) -> None:
        self._source = source
        self._inverse = ~target
        same = source_crs == target_crs
        self._project = None if same else transformer(source_crs.to_wkt(), target_crs.to_wkt())
        turn = full_turn(target_crs)
        self._turn = turn
        self._middle = place(target, target_width / 2, 0)[0] if turn else 0.0

    def __call__(
        self, cols: NDArray[np.float64], rows: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Target columns and rows; not finite where there is no such place."""
        xs, ys = place(self._source, np.asarray(cols, float), np.asarray(rows, float))
        if self._project is not None:
            xs, ys = self._project.transform(xs, ys)
        if self._turn:
            with np.errstate(invalid="ignore"):
                xs = xs - self._turn * np.round((xs - self._middle) / self._turn)
        with np.errstate(invalid="ignore"):
            target_cols, target_rows = place(self._inverse, xs, ys)
        return target_cols, target_rows


def full_turn(crs: CRS) -> float:
    """360° in the units of a geographic system; 0 for a projected one."""
    if not crs.is_geographic:
        return 0.0
    # GDAL gives angular units as radians per unit.
    radians: float = crs.units_factor[1]
    return 2 * float(np.pi) / radians


def unwrapped(
    crs: CRS, transform: Affine, width: int, grid_crs: CRS, grid_middle: float
) -> tuple[CRS, Affine]:
    """How GDAL must see a raster in degrees so that it meets a grid across the antimeridian.

    Parameters
    ----------
    crs, transform, width
        The raster.
    grid_crs : CRS
        The grid it is brought onto.
    grid_middle : float
        x of the grid's middle.

    Returns
    -------
    (CRS, Affine)
        The same ones where nothing crosses.
    """
    turn = full_turn(crs)
    if not turn:
        return crs, transform
    middle = place(transform, width / 2, 0)[0]
    if grid_crs.is_geographic:
        turns = round((grid_middle - middle) / turn)
        a, b, c, d, e, f = transform[:6]
        transform = Affine(a, b, c + turns * turn, d, e, f)
        middle += turns * turn
    half = abs(transform.a) * width / 2
    wkt = crs.to_wkt()
    if abs(middle) + half <= turn / 2 or not wkt.startswith("GEOGCS["):
        return crs, transform
    # Without it GDAL looks for longitudes in -180..180 only.
    return CRS.from_wkt(f'{wkt[:-1]},EXTENSION["CENTER_LONG","{middle:.6f}"]]'), transform
