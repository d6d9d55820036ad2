"""Pixels of a grid on the ground: positions, and areas and lengths by geodesy, in any CRS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError

from engine.errors import NoCrsError


class Ground:
    """A working grid's place on Earth.

    Metres are those of the ellipsoid of the grid's own CRS, so neither degrees, feet, Web Mercator,
    the poles nor the antimeridian need anything special.

    Parameters
    ----------
    crs : anything pyproj or rasterio take
        CRS of the working grid.
    transform : Affine
        From pixel corners to the CRS.

    Raises
    ------
    NoCrsError
        The CRS is not tied to the Earth (a local or engineering CRS).
    """

    def __init__(self, crs: Any, transform: Affine) -> None:
        self.crs = _crs(crs)
        self.transform = transform
        geod = self.crs.get_geod()
        if geod is None or self.crs.geodetic_crs is None:
            raise NoCrsError(
                f"The CRS '{self.crs.name}' has no place on Earth, so nothing can be measured.",
                hint="Assign a geographic or projected CRS to the rasters.",
            )
        self._geod = geod
        # Degrees on the same ellipsoid: no change of datum, whatever grids are installed.
        own = pyproj.CRS.from_dict({"proj": "longlat", "a": geod.a, "b": geod.b})
        self._to_own = pyproj.Transformer.from_crs(self.crs, own, always_xy=True)
        self._to_wgs84 = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

    def to_map(self, shapes: Any) -> Any:
        """Shape, or array of shapes, in pixel coordinates as such in the grid's CRS."""
        t = self.transform
        matrix, shift = np.array([[t.a, t.d], [t.b, t.e]]), np.array([t.c, t.f])
        return shapely.transform(shapes, lambda coords: coords @ matrix + shift)

    def lonlat(self, points: ArrayLike) -> NDArray[np.float64]:
        """Longitude and latitude (WGS 84, degrees, -180…180) of pixel positions, (n, 2)."""
        x, y = self._map_xy(*_columns(points, 2))
        lon, lat = self._to_wgs84.transform(x, y)
        lon = (np.asarray(lon) + 180.0) % 360.0 - 180.0
        return np.stack((lon, np.asarray(lat)), axis=1)

    def areas(self, outlines: ArrayLike) -> NDArray[np.float64]:
        """Geodesic areas, m², of polygons and multipolygons in pixel coordinates, holes taken off.

        Edges are geodesics between the vertices, as on a map that shows every place as it is.
        """
        return self.areas_and_perimeters(outlines)[0]

    def areas_and_perimeters(
        self, outlines: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """As :meth:`areas`, and geodesic lengths, m, of all rings, those of holes too."""
        shapes = np.asarray(outlines, object)
        parts, owner = shapely.get_parts(shapes, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        coords, ring = shapely.get_coordinates(rings, return_index=True)
        lon, lat = self._to_own.transform(*self._map_xy(coords[:, 0], coords[:, 1]))
        stops = np.cumsum(np.bincount(ring, minlength=rings.size)).tolist()
        area, length = np.empty(rings.size), np.empty(rings.size)
        start = 0
        for index, stop in enumerate(stops):
            ring_area, length[index] = self._geod.polygon_area_perimeter(
                lon[start:stop], lat[start:stop]
            )
            area[index] = abs(ring_area)
            start = stop
        shell = np.diff(part, prepend=-1) > 0
        total = np.bincount(owner[part], np.where(shell, area, -area), minlength=shapes.size)
        around = np.bincount(owner[part], length, minlength=shapes.size)
        return np.asarray(total, np.float64), np.asarray(around, np.float64)

    def sides(self, bounds: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Geodesic lengths, m, of boxes' middle lines: widths and heights.

        Parameters
        ----------
        bounds : array of float, shape (n, 4)
            Left, top, right, bottom, pixels.
        """
        left, top, right, bottom = _columns(bounds, 4)
        x, y = (left + right) / 2, (top + bottom) / 2
        return self._lengths(left, y, right, y), self._lengths(x, top, x, bottom)

    def _lengths(
        self,
        x0: NDArray[np.float64],
        y0: NDArray[np.float64],
        x1: NDArray[np.float64],
        y1: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        lon0, lat0 = self._to_own.transform(*self._map_xy(x0, y0))
        lon1, lat1 = self._to_own.transform(*self._map_xy(x1, y1))
        _, _, length = self._geod.inv(lon0, lat0, lon1, lat1)
        return np.asarray(length, np.float64)

    def _map_xy(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        t = self.transform
        return t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f


def _crs(crs: Any) -> pyproj.CRS:
    try:
        if hasattr(crs, "to_wkt"):
            return pyproj.CRS.from_wkt(crs.to_wkt())
        return pyproj.CRS.from_user_input(crs)
    except CRSError as error:
        raise NoCrsError(
            f"The CRS cannot be read: {error}", hint="Assign a CRS to the rasters."
        ) from error


def _columns(values: ArrayLike, count: int) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.asarray(values, np.float64).reshape(-1, count).T)
