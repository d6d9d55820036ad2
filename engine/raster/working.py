"""The working grid: the one pixel grid on which both dates are compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from engine.errors import GsdError, UsageError
from engine.raster.geodesy import GEOD, cut_at, ground_size, place, transformer
from engine.raster.overlap import find_overlap
from engine.raster.source import RasterSource

MAX_ANISOTROPY = 1.2
"""Beyond this ratio of a pixel's sides it is resampled to a square on the ground."""
MAX_COARSER = 2.0
"""Pixels coarser than this many times the model's coarsest are refused."""
_SLACK = 1.02
_SNAP = 0.002


@dataclass(frozen=True)
class WorkingGrid:
    """One grid for both dates.

    Attributes
    ----------
    crs : CRS
        The before raster's system.
    transform : Affine
        North-up.
    width, height : int
        Pixels.
    gsd_m : (float, float)
        Ground metres per pixel at the centre, along rows and columns.
    resampled : bool
        Whether the before raster itself must be resampled onto it.
    reason : str
        Why it is this grid, for logs and people.
    """

    crs: CRS
    transform: Affine
    width: int
    height: int
    gsd_m: tuple[float, float]
    resampled: bool
    reason: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the grid's system."""
        west, north = place(self.transform, 0, 0)
        east, south = place(self.transform, self.width, self.height)
        return west, south, east, north

    @property
    def area_m2(self) -> float:
        """Geodesic area of the grid."""
        t = np.linspace(0, 1, 16, endpoint=False)
        cols = np.concatenate([t, np.ones(16), 1 - t, np.zeros(16)]) * self.width
        rows = np.concatenate([np.zeros(16), t, np.ones(16), 1 - t]) * self.height
        xs, ys = place(self.transform, cols, rows)
        lon, lat = transformer(self.crs.to_wkt(), "EPSG:4326").transform(xs, ys)
        return abs(float(GEOD.polygon_area_perimeter(lon, lat)[0]))

    def describe(self) -> dict[str, Any]:
        """Facts for ``engine info`` and the provenance."""
        return {
            "crs": self.crs.to_string(),
            "transform": list(self.transform[:6]),
            "width": self.width,
            "height": self.height,
            "bounds": list(self.bounds),
            "gsd_m": [round(g, 4) for g in self.gsd_m],
            "area_m2": round(self.area_m2, 1),
            "resampled": self.resampled,
            "reason": self.reason,
        }


def decide_grid(
    before: RasterSource,
    after: RasterSource,
    model_gsd: tuple[float, float],
    res: float | None = None,
    force: bool = False,
) -> WorkingGrid:
    """The before raster's own grid cropped to the overlap, unless the model needs another.

    Parameters
    ----------
    model_gsd : (float, float)
        Finest and coarsest ground sample distance of the model, metres.
    res : float, optional
        Ground metres per pixel the user wants.
    force : bool
        Accept pixels far coarser than the model's.

    Raises
    ------
    NoOverlapError
    GsdError
        Pixels more than twice as coarse as the model's coarsest, and not forced.
    """
    if res is not None:
        _check_res(res, model_gsd, force)
    overlap = find_overlap(before, after)
    middle = (overlap.col0 + overlap.col1) / 2, (overlap.row0 + overlap.row1) / 2
    gsd_x, gsd_y = ground_size(before.crs, before.transform, *middle)
    if not (math.isfinite(gsd_x) and math.isfinite(gsd_y) and gsd_x > 0 and gsd_y > 0):
        gsd_x, gsd_y = before.gsd_m
    if not force:
        for source, gsd in ((before, (gsd_x, gsd_y)), (after, after.gsd_m)):
            _check_gsd(source.name, math.sqrt(gsd[0] * gsd[1]), model_gsd)
    width, height = overlap.col1 - overlap.col0, overlap.row1 - overlap.row0
    corner = cut_at(before.transform, overlap.col0, overlap.row0)
    target, why = _target_gsd(gsd_x, gsd_y, model_gsd, res, force)
    if target is None or max(abs(gsd_x / target - 1), abs(gsd_y / target - 1)) < _SLACK - 1:
        reason = "the before raster's own grid, cropped to the overlap"
        return WorkingGrid(before.crs, corner, width, height, (gsd_x, gsd_y), False, reason)
    step_x = _snapped(corner.a * target / gsd_x, target)
    step_y = _snapped(corner.e * target / gsd_y, target)
    return WorkingGrid(
        before.crs,
        Affine(step_x, 0, corner.c, 0, step_y, corner.f),
        max(1, round(width * corner.a / step_x)),
        max(1, round(height * corner.e / step_y)),
        (gsd_x * step_x / corner.a, gsd_y * step_y / corner.e),
        True,
        f"square pixels of {target:.3g} m on the ground: {why}",
    )


def _target_gsd(
    gsd_x: float, gsd_y: float, model_gsd: tuple[float, float], res: float | None, force: bool
) -> tuple[float | None, str]:
    if res is not None:
        return res, "asked for with --res"
    finest, coarsest = model_gsd
    gsd = math.sqrt(gsd_x * gsd_y)
    own = f"the before raster's are {gsd_x:.3g} x {gsd_y:.3g} m"
    if gsd > MAX_COARSER * coarsest and force:
        return None, ""
    if gsd > coarsest * _SLACK:
        return coarsest, f"{own}, coarser than the model knows"
    if gsd < finest / _SLACK:
        return finest, f"{own}, finer than the model knows"
    if max(gsd_x, gsd_y) > MAX_ANISOTROPY * min(gsd_x, gsd_y):
        return gsd, f"{own}, too far from square"
    return None, ""


def _check_gsd(name: str, gsd: float, model_gsd: tuple[float, float]) -> None:
    finest, coarsest = model_gsd
    if gsd > MAX_COARSER * coarsest:
        raise GsdError(
            f"{name} has pixels of {gsd:.3g} m on the ground; the model was trained for "
            f"{finest:.3g} to {coarsest:.3g} m.",
            hint="Use finer imagery or another model; --force runs anyway, without any promise.",
        )


def _check_res(res: float, model_gsd: tuple[float, float], force: bool) -> None:
    finest, coarsest = model_gsd
    if not (math.isfinite(res) and res > 0):
        raise UsageError(f"--res {res:g} is no pixel size.", hint="Give ground metres, e.g. 0.5.")
    if not (force or finest / MAX_COARSER <= res <= coarsest * MAX_COARSER):
        raise GsdError(
            f"--res {res:g} m lies far outside the {finest:.3g} to {coarsest:.3g} m the model was "
            "trained for.",
            hint="Choose a size in that range; --force runs anyway, without any promise.",
        )


def _snapped(step: float, target: float) -> float:
    """A step that means ``target`` map units but for rounding is made exactly that."""
    if abs(abs(step) / target - 1) < _SNAP:
        return math.copysign(target, step)
    return step
