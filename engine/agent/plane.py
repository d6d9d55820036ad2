"""Metres around a run's layers: a plane for searching, geodesics for what is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from engine.layers.crs import as_crs

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
EARTH_M = 6_371_008.8
"""Mean radius of the Earth, metres."""
_GEOD = pyproj.Geod(ellps="WGS84")


class Plane:
    """Azimuthal equidistant plane around a place: x east, y north, metres.

    Distances from its centre are geodesic (Snyder 1987, chapter 25); between other places they are
    off by less than 0.01 % within 150 km. What is said in words is the geodesic between the places
    that the plane found (:meth:`distances`).

    Parameters
    ----------
    lon, lat : float
        Centre, degrees (WGS 84).
    """

    def __init__(self, lon: float, lat: float) -> None:
        self.crs = pyproj.CRS.from_dict(
            {"proj": "aeqd", "lon_0": lon, "lat_0": lat, "datum": "WGS84", "units": "m"}
        )
        self._from_wgs84 = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    @classmethod
    def around(cls, crs: Any, bounds: tuple[float, float, float, float]) -> Plane:
        """The plane whose centre is the middle of bounds in a CRS."""
        x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        move = pyproj.Transformer.from_crs(as_crs(crs), "EPSG:4326", always_xy=True)
        return cls(*move.transform(x, y))

    def shapes(self, shapes: Shapes, crs: Any) -> Shapes:
        """Shapes of a CRS in this plane."""
        move = pyproj.Transformer.from_crs(as_crs(crs), self.crs, always_xy=True)
        return np.asarray(
            shapely.transform(
                shapes, lambda xy: np.stack(move.transform(xy[:, 0], xy[:, 1]), axis=1)
            ),
            object,
        )

    def point(self, lon: float, lat: float) -> Any:
        """A position in this plane."""
        return shapely.Point(*self._from_wgs84.transform(lon, lat))

    def lonlat(self, xy: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of positions, (n, 2)."""
        lon, lat = self._from_wgs84.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)

    def distances(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        """Geodesic distances (m) and azimuths (degrees from north, at the start), row by row."""
        if not len(start):
            return np.empty(0), np.empty(0)
        lon0, lat0 = self.lonlat(start)
        lon1, lat1 = self.lonlat(end)
        azimuth, _, metres = _GEOD.inv(lon0, lat0, lon1, lat1)
        return np.asarray(metres, np.float64), np.asarray(azimuth, np.float64)

    def perimeters(self, shapes: Shapes) -> Floats:
        """Lengths of all rings, metres, with the plane's stretch across its radii taken out."""
        parts, shape = shapely.get_parts(shapes, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        owner = shape[part]
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        step, middle = np.diff(xy, axis=0), (xy[1:] + xy[:-1]) / 2
        radius = np.hypot(*middle.T)
        unit = middle / np.maximum(radius, 1e-9)[:, None]
        along = (step * unit).sum(axis=1)
        across = step[:, 0] * unit[:, 1] - step[:, 1] * unit[:, 0]
        across *= np.sinc(radius / EARTH_M / np.pi)
        length = np.where(ring[1:] == ring[:-1], np.hypot(along, across), 0.0)
        around = np.bincount(owner[ring[1:]], length, minlength=len(shapes))
        return np.asarray(around, np.float64)
