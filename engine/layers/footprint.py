"""Where a grid lies on Earth, in longitude and latitude; safe across the antimeridian."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from affine import Affine
from pyproj import CRS, Transformer
from shapely.geometry import MultiPolygon, Polygon, box, mapping

STEPS = 8
"""Points on each edge: straight edges of the grid are curves in longitude and latitude."""


def footprint(
    crs: CRS, transform: Affine, width: int, height: int
) -> tuple[dict[str, Any], list[float]]:
    """Return the outline of a grid as GeoJSON geometry and its bbox (RFC 7946, seven decimals).

    A grid across the antimeridian is cut there: a MultiPolygon, and a bbox whose west is greater
    than its east.
    """
    along = np.linspace(0.0, 1.0, STEPS, endpoint=False)
    zeros = np.zeros(STEPS)
    columns = np.concatenate([zeros, along, zeros + 1, 1 - along]) * width
    rows = np.concatenate([along, zeros + 1, 1 - along, zeros]) * height
    xs = transform.a * columns + transform.b * rows + transform.c
    ys = transform.d * columns + transform.e * rows + transform.f
    to_degrees = Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    lon, lat = to_degrees.transform(xs, ys)
    # Follow the edge without jumping from 180 to -180.
    lon = np.degrees(np.unwrap(np.radians(lon)))
    if lon.max() > 180 or lon.min() < -180:
        return _cut(Polygon(zip(lon, lat, strict=True)))
    ring = Polygon(np.round(np.column_stack([lon, lat]), 7))
    return dict(mapping(ring)), [float(n) for n in ring.bounds]


def _cut(ring: Polygon) -> tuple[dict[str, Any], list[float]]:
    parts = []
    for turn in (-360, 0, 360):
        inside = shapely.intersection(ring, box(-180 + turn, -90, 180 + turn, 90))
        if inside.area > 0:
            moved = shapely.transform(inside, lambda xy, turn=turn: xy - [turn, 0])
            parts.append(shapely.set_precision(moved, 1e-7))
    # West of the line lies the part with positive longitudes.
    west = max(part.bounds[0] for part in parts)
    east = min(part.bounds[2] for part in parts)
    south, north = ring.bounds[1], ring.bounds[3]
    whole = MultiPolygon(parts) if len(parts) > 1 else parts[0]
    bbox = [float(round(n, 7)) for n in (west, south, east, north)]
    return dict(mapping(whole)), bbox
