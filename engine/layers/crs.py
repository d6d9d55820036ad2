"""CRS of the layers: whatever rasterio, pyproj or a user hands over, and reprojection at write."""

from __future__ import annotations

from functools import lru_cache
from math import tau
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from engine.errors import OutputError, UsageError

from .table import Transform

_STEPS = 33
"""Places looked at on the way between two vertices of a shape that may be torn apart."""
_GROWN = 8.0
"""Times a shape must be as large in another CRS for that to be looked at."""
_RADIUS_M = 6_371_000.0


def as_crs(value: Any) -> CRS:
    """Return a pyproj CRS from text, WKT, pyproj or rasterio objects."""
    try:
        return CRS.from_user_input(value)
    except CRSError as error:
        raise UsageError(
            f"'{value}' is not a coordinate reference system.",
            hint="Give an EPSG code (EPSG:32633), WKT or PROJJSON.",
        ) from error


def code(crs: CRS) -> str | None:
    """``EPSG:32633`` where `crs` is exactly that one, else None."""
    return _code(crs.to_wkt())


@lru_cache(maxsize=16)
def _code(wkt: str) -> str | None:
    # Looking through the whole register for a CRS that is not in it takes a second.
    authority = CRS.from_wkt(wkt).to_authority(min_confidence=100)
    return ":".join(authority) if authority else None


def ogr_name(crs: CRS) -> str:
    """Text by which OGR knows `crs`: its code if it has one, else its full WKT."""
    return code(crs) or crs.to_wkt()


def label(crs: CRS) -> str:
    """Short text for people: ``EPSG:32633, WGS 84 / UTM zone 33N``."""
    known = code(crs)
    return f"{known}, {crs.name}" if known else crs.name


def reprojector(source: CRS, target: CRS) -> Transform | None:
    """Return a function moving arrays of geometries to `target`, or None if they are the same.

    In degrees a shape across the antimeridian goes on beyond 180; in a projected CRS that is torn
    apart there (or elsewhere) it is refused with an OutputError.
    """
    if source.equals(target, ignore_axis_order=True):
        return None
    transformer = Transformer.from_crs(source, target, always_xy=True)
    # Longitudes are in degrees, or in whatever the CRS measures angles with.
    turn = tau / target.axis_info[0].unit_conversion_factor if target.is_geographic else 0.0
    metres = _metres(target) / _metres(source)

    def move(shapes: np.ndarray) -> np.ndarray:
        moved: np.ndarray = shapely.transform(shapes, transformer.transform, interleaved=False)
        sizes = _sizes(moved)
        if not np.isfinite(sizes).all():
            raise _inexpressible(target)
        if turn:
            wide = sizes[:, 0] > turn / 2
        else:
            wide = sizes.max(axis=1) * metres > _GROWN * _sizes(shapes).max(axis=1)
        if wide.any():
            ways, owner = _ways(shapes[wide])
            xs, ys = transformer.transform(ways[..., 0], ways[..., 1])
            if turn:
                moved[wide] = _unrolled(moved[wide], xs, ys, owner, turn)
            elif _torn(xs, ys):
                raise _inexpressible(target)
        return moved

    return move


def _inexpressible(target: CRS) -> OutputError:
    return OutputError(
        f"A result cannot be expressed in {label(target)}: it lies outside of what that covers, "
        "or across the line where that ends.",
        hint="Choose another --dst-crs, or leave it out to keep the before raster's.",
    )


def _metres(crs: CRS) -> float:
    """Metres per unit of the axes, roughly."""
    unit: float = crs.axis_info[0].unit_conversion_factor
    return unit * _RADIUS_M if crs.is_geographic else unit


def _sizes(shapes: np.ndarray) -> NDArray[np.float64]:
    """Width and height; NaN where the shape lies nowhere."""
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        return np.asarray(bounds[:, 2:] - bounds[:, :2], np.float64)


def _ways(shapes: np.ndarray) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Straight ways from each shape's first vertex to all its vertices, and whose they are."""
    ends, owner = shapely.get_coordinates(shapes, return_index=True)
    first = ends[np.searchsorted(owner, owner)]
    steps = np.linspace(0, 1, _STEPS)[:, None]
    return first[:, None] + (ends - first)[:, None] * steps, owner


def _unrolled(
    shapes: np.ndarray, lon: NDArray[Any], lat: NDArray[Any], owner: NDArray[np.intp], turn: float
) -> np.ndarray:
    """Shapes whose longitudes follow the ways without a jump; each begins in the usual turn."""
    last = np.unwrap(lon, period=turn, axis=1)[:, -1]
    west = np.minimum.reduceat(last, np.searchsorted(owner, np.arange(len(shapes))))
    last -= turn * np.floor(west / turn + 0.5)[owner]
    made: np.ndarray = shapely.set_coordinates(shapes, np.column_stack([last, lat[:, -1]]))
    return made


def _torn(xs: NDArray[Any], ys: NDArray[Any]) -> bool:
    """Whether a way has one step as long as half of it all: no projection bends that much."""
    with np.errstate(invalid="ignore"):
        steps = np.hypot(np.diff(xs, axis=1), np.diff(ys, axis=1))
    # A place on the way that the CRS has no room for is a tear, too.
    return not np.isfinite(steps).all() or bool((2 * steps.max(axis=1) > steps.sum(axis=1)).any())
