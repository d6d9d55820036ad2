"""Where two rasters meet, in pixels of the first; across systems, antimeridian and poles."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from engine.errors import NoOverlapError
from engine.raster.geodesy import GEOD, PixelMap, place, transformer
from engine.raster.source import RasterSource

ALIGNED_PX = 0.01
"""Grids whose pixels differ by less than this are the same grid."""
_SIDE = 64
_INSIDE = 33


@dataclass(frozen=True)
class Overlap:
    """Whole pixels of the before raster that the after raster may cover (half open)."""

    col0: int
    row0: int
    col1: int
    row1: int


def find_overlap(before: RasterSource, after: RasterSource) -> Overlap:
    """The part of the before raster that the after raster covers.

    Raises
    ------
    NoOverlapError
        They share at most one pixel in a direction; says how far apart they are.
    """
    bounds = _common_bounds(before, after)
    if bounds is None:
        km = _distance_km(before, after)
        where = "only touch" if km < 0.001 else f"lie {km:.3g} km apart"
        raise NoOverlapError(
            f"{before.name} and {after.name} do not overlap: they {where}.",
            hint="Check that both show the same place and that their reference systems are right.",
        )
    col0, row0, col1, row1 = bounds
    overlap = Overlap(
        max(0, math.floor(col0 + ALIGNED_PX)),
        max(0, math.floor(row0 + ALIGNED_PX)),
        min(before.width, math.ceil(col1 - ALIGNED_PX)),
        min(before.height, math.ceil(row1 - ALIGNED_PX)),
    )
    if min(col1 - col0, row1 - row0) <= 1 + ALIGNED_PX:
        raise NoOverlapError(
            f"{before.name} and {after.name} overlap by only {col1 - col0:.3g} x "
            f"{row1 - row0:.3g} pixels.",
            hint="Two dates of the same place are needed; these are neighbours.",
        )
    return overlap


def whole_pixel_offset(
    crs: CRS, transform: Affine, width: int, height: int, source: RasterSource
) -> tuple[int, int] | None:
    """Column and row of a grid's first pixel in a raster whose pixels coincide with the grid's.

    Returns
    -------
    (int, int) or None
        ``None`` when they do not coincide within a hundredth of a pixel everywhere.
    """
    cols, rows = np.meshgrid(np.linspace(0, width, 5), np.linspace(0, height, 5))
    to_source = PixelMap(crs, transform, source.crs, source.transform, source.width)
    target_cols, target_rows = to_source(cols, rows)
    delta_cols, delta_rows = target_cols - cols, target_rows - rows
    if not (np.isfinite(delta_cols).all() and np.isfinite(delta_rows).all()):
        return None
    col, row = round(float(delta_cols.mean())), round(float(delta_rows.mean()))
    deviation = max(np.abs(delta_cols - col).max(), np.abs(delta_rows - row).max())
    inside = col >= 0 and row >= 0 and col + width <= source.width and row + height <= source.height
    return (col, row) if inside and deviation < ALIGNED_PX else None


def _common_bounds(
    before: RasterSource, after: RasterSource
) -> tuple[float, float, float, float] | None:
    frame = shapely.box(0, 0, before.width, before.height)
    to_before = PixelMap(after.crs, after.transform, before.crs, before.transform, before.width)
    cols, rows = to_before(*_outline(after.width, after.height))
    if np.isfinite(cols).all() and np.isfinite(rows).all():
        footprint = shapely.Polygon(np.column_stack([cols, rows]))
        # A footprint that jumps across the frame (a pole, the far meridian) is no polygon.
        if footprint.is_valid and footprint.area < 1e3 * after.width * after.height * _ratio(
            before, after
        ):
            common = frame.intersection(footprint)
            return None if common.area <= 0 else common.bounds
    return _sampled_bounds(before, after, to_before)


def _ratio(before: RasterSource, after: RasterSource) -> float:
    return (after.gsd_m[0] * after.gsd_m[1]) / (before.gsd_m[0] * before.gsd_m[1])


def _sampled_bounds(
    before: RasterSource, after: RasterSource, to_before: PixelMap
) -> tuple[float, float, float, float] | None:
    """Bounds from points of both rasters' insides, widened by one step of them."""
    cols, rows = to_before(*_lattice(after.width, after.height))
    hit = (cols >= 0) & (cols <= before.width) & (rows >= 0) & (rows <= before.height)
    own_cols, own_rows = _lattice(before.width, before.height)
    to_after = PixelMap(before.crs, before.transform, after.crs, after.transform, after.width)
    other_cols, other_rows = to_after(own_cols, own_rows)
    own = (
        (other_cols >= 0)
        & (other_cols <= after.width)
        & (other_rows >= 0)
        & (other_rows <= after.height)
    )
    all_cols = np.concatenate([cols[hit], own_cols[own]])
    all_rows = np.concatenate([rows[hit], own_rows[own]])
    if not all_cols.size:
        return None
    step_col = before.width / (_INSIDE - 1) if own.any() else 0.0
    step_row = before.height / (_INSIDE - 1) if own.any() else 0.0
    return (
        max(0.0, float(all_cols.min()) - step_col),
        max(0.0, float(all_rows.min()) - step_row),
        min(float(before.width), float(all_cols.max()) + step_col),
        min(float(before.height), float(all_rows.max()) + step_row),
    )


def _outline(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    t = np.linspace(0, 1, _SIDE, endpoint=False)
    zero, one = np.zeros(_SIDE), np.ones(_SIDE)
    cols = np.concatenate([t, one, 1 - t, zero]) * width
    rows = np.concatenate([zero, t, one, 1 - t]) * height
    return cols, rows


def _lattice(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cols, rows = np.meshgrid(np.linspace(0, width, _INSIDE), np.linspace(0, height, _INSIDE))
    return cols.ravel(), rows.ravel()


def _distance_km(before: RasterSource, after: RasterSource) -> float:
    """Shortest way between points of the two outlines, km."""
    lon_a, lat_a = _outline_lonlat(before)
    lon_b, lat_b = _outline_lonlat(after)
    index_a, index_b = np.meshgrid(np.arange(len(lon_a)), np.arange(len(lon_b)))
    a, b = index_a.ravel(), index_b.ravel()
    _, _, metres = GEOD.inv(lon_a[a], lat_a[a], lon_b[b], lat_b[b])
    return float(np.nanmin(metres)) / 1000


def _outline_lonlat(source: RasterSource) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cols, rows = _outline(source.width, source.height)
    xs, ys = place(source.transform, cols[::4], rows[::4])
    lon, lat = transformer(source.crs.to_wkt(), "EPSG:4326").transform(xs, ys)
    good = np.isfinite(lon) & np.isfinite(lat)
    return lon[good], lat[good]
