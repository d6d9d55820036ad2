"""CRS of the layers: whatever rasterio, pyproj or a user hands over, and reprojection at write."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from engine.errors import OutputError, UsageError

from .table import Transform


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
    """Return a function moving arrays of geometries to `target`, or None if they are the same."""
    if source.equals(target, ignore_axis_order=True):
        return None
    transformer = Transformer.from_crs(source, target, always_xy=True)

    def move(shapes: np.ndarray) -> np.ndarray:
        moved: np.ndarray = shapely.transform(shapes, transformer.transform, interleaved=False)
        if not np.isfinite(shapely.bounds(moved)).all():
            raise OutputError(
                f"A result cannot be expressed in {label(target)}.",
                hint="Choose another --dst-crs, or leave it out to keep the before raster's.",
            )
        return moved

    return move
