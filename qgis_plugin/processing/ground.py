"""Lengths and areas on the ellipsoid, whatever the CRS."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
)


def measurer(
    crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext | None = None
) -> QgsDistanceArea:
    """Measures geometries of `crs` in metres and m² on the CRS's own ellipsoid (WGS 84 if none)."""
    made = QgsDistanceArea()
    made.setSourceCrs(crs, context or QgsCoordinateTransformContext())
    made.setEllipsoid(crs.ellipsoidAcronym() or "EPSG:7030")
    return made


def metres_per_unit(measure: QgsDistanceArea, at: QgsPointXY) -> tuple[float, float]:
    """Ground length of one unit of the CRS to the east and to the north of a point."""
    # Short against the Earth, long against rounding: about 100 m.
    unit = 0.001 if measure.sourceCrs().isGeographic() else 100.0
    east = measure.measureLine(at, QgsPointXY(at.x() + unit, at.y())) / unit
    # Towards the equator: there is no further north at a pole.
    step = -unit if at.y() > 0 else unit
    north = measure.measureLine(at, QgsPointXY(at.x(), at.y() + step)) / unit
    return east, north


def pixel_size(
    crs: QgsCoordinateReferenceSystem, extent: QgsRectangle, gsd_m: float
) -> tuple[float, float]:
    """Width and height, in units of `crs`, of a pixel of `gsd_m` metres at the centre."""
    east, north = metres_per_unit(measurer(crs), extent.center())
    return gsd_m / east, gsd_m / north


def area_m2(measure: QgsDistanceArea, geometry: QgsGeometry) -> float:
    """Geodesic area; 0 for what has none."""
    return 0.0 if geometry.isEmpty() else float(measure.measureArea(geometry))
