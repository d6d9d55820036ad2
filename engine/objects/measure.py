"""Objects as they are written: on the map, in metres, with an id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from affine import Affine
from shapely.geometry import MultiPolygon, Polygon

from engine.objects.ground import Ground
from engine.objects.objects import ChangeObject
from engine.objects.outline import simplify
from engine.objects.place import BoxIds


@dataclass(frozen=True, slots=True)
class Measured:
    """What is written of one object.

    Attributes
    ----------
    box_id : str
        See :meth:`BoxIds.assign`.
    box : Polygon
        Rectangle along the grid, in its CRS.
    outline : Polygon or MultiPolygon
        Simplified footprint, in the grid's CRS.
    area_m2 : float
        Geodesic area of that footprint.
    perimeter_m : float
        Geodesic length of all its rings.
    width_m, height_m : float
        Geodesic lengths of the box's middle lines.
    lon, lat : float
        Centroid, degrees (WGS 84).
    """

    box_id: str
    box: Polygon
    outline: Polygon | MultiPolygon
    area_m2: float
    perimeter_m: float
    width_m: float
    height_m: float
    lon: float
    lat: float


class Measurer:
    """Measures the objects of one run.

    Parameters
    ----------
    crs : anything pyproj or rasterio take
        CRS of the working grid.
    transform : Affine
        From pixel corners to the CRS.

    Raises
    ------
    NoCrsError
        The CRS is not tied to the Earth.
    """

    def __init__(self, crs: Any, transform: Affine) -> None:
        self.ground = Ground(crs, transform)
        self._ids = BoxIds()

    def measure(self, objects: Sequence[ChangeObject]) -> list[Measured]:
        """Measure objects, best some thousands at once; each object once (ids are given out)."""
        if not objects:
            return []
        outlines = simplify(np.array([one.outline for one in objects], object))
        bounds = np.array([one.bbox_px for one in objects], np.float64)
        lonlat = self.ground.lonlat([one.centroid_px for one in objects])
        areas, perimeters = self.ground.areas_and_perimeters(outlines)
        widths, heights = self.ground.sides(bounds)
        return [
            Measured(*row)
            for row in zip(
                self._ids.assign(objects, lonlat),
                self.to_map(shapely.box(*bounds.T)).tolist(),
                self.to_map(outlines).tolist(),
                areas.tolist(),
                perimeters.tolist(),
                widths.tolist(),
                heights.tolist(),
                *lonlat.T.tolist(),
                strict=True,
            )
        ]

    def to_map(self, shapes: Any) -> Any:
        """Shape, or array of shapes, in pixel coordinates as such in the grid's CRS."""
        return self.ground.to_map(shapes)

    def pixel_area_m2(self, x: float, y: float) -> float:
        """Geodesic area of the square pixel around a position, m²."""
        return float(self.ground.areas([shapely.box(x - 0.5, y - 0.5, x + 0.5, y + 0.5)])[0])
