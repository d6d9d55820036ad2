"""A flat frame in metres around one place, so that short distances are true in any CRS."""

from __future__ import annotations

from qgis.core import QgsDistanceArea, QgsGeometry, QgsPointXY, QgsRectangle
from qgis.PyQt.QtGui import QTransform

from .ground import metres_per_unit


class LocalMetres:
    """Scales a CRS's two axes to ground metres about a point; good within some kilometres.

    Parameters
    ----------
    measure : QgsDistanceArea
        For the CRS, with an ellipsoid.
    centre : QgsPointXY
        In the CRS.
    """

    def __init__(self, measure: QgsDistanceArea, centre: QgsPointXY) -> None:
        self._measure = measure
        self._east, self._north = metres_per_unit(measure, centre)
        self._frame = QTransform.fromScale(self._east, self._north)
        self._frame.translate(-centre.x(), -centre.y())
        self._back = self._frame.inverted()[0]

    def flat(self, geometry: QgsGeometry) -> QgsGeometry:
        """A copy in metres east and north of the centre."""
        copy = QgsGeometry(geometry)
        copy.transform(self._frame)
        return copy

    def around(self, extent: QgsRectangle, metres: float) -> QgsRectangle:
        """An extent of the CRS, grown by so many metres."""
        grown = QgsRectangle(extent)
        grown.setXMinimum(extent.xMinimum() - metres / self._east)
        grown.setXMaximum(extent.xMaximum() + metres / self._east)
        grown.setYMinimum(extent.yMinimum() - metres / self._north)
        grown.setYMaximum(extent.yMaximum() + metres / self._north)
        return grown

    def distance(self, first: QgsGeometry, second: QgsGeometry) -> float:
        """Shortest way between two flat geometries, measured on the ellipsoid, metres."""
        line = first.shortestLine(second)
        line.transform(self._back)
        return float(self._measure.measureLength(line))
