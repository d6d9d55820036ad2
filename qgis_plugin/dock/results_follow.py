"""The map goes where the list is."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsProject, QgsRectangle
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor

ROOM = 5.0
"""Width of the map, in widths of the change."""
SMALLEST_M = 60.0
DEGREE_M = 111_320.0


class Follow:
    """Moves the canvas to a change and rings it.

    Parameters
    ----------
    canvas : QgsMapCanvas
    """

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._ring: Any = None

    def go(self, layer: Any, feature: Any, *, zoom: bool = True) -> bool:
        """Ring a feature, and bring it into the middle of the map unless it is told not to.

        Returns
        -------
        bool
            False where the feature has no place in the map's CRS.
        """
        shape = QgsGeometry(feature.geometry())
        crs = self._canvas.mapSettings().destinationCrs()
        move = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance())
        try:
            box = move.transformBoundingBox(shape.boundingBox())
        except QgsCsException:
            return False
        if shape.isEmpty() or not box.isFinite():
            return False
        self._draw(layer, shape)
        if zoom:
            side = SMALLEST_M / (DEGREE_M if crs.isGeographic() else 1.0)
            width = max(box.width() * ROOM, side)
            height = max(box.height() * ROOM, side)
            self._canvas.setExtent(QgsRectangle.fromCenterAndSize(box.center(), width, height))
            self._canvas.refresh()
        return True

    def clear(self) -> None:
        """Take the ring away."""
        if self._ring is not None:
            self._canvas.scene().removeItem(self._ring)
            self._ring = None

    def _draw(self, layer: Any, shape: QgsGeometry) -> None:
        self.clear()
        ring = QgsRubberBand(self._canvas, shape.type())
        ring.setToGeometry(shape, layer)
        ring.setWidth(3)
        ring.setStrokeColor(QColor(255, 212, 0))
        ring.setSecondaryStrokeColor(QColor(16, 20, 24))
        ring.setFillColor(QColor(0, 0, 0, 0))
        self._ring = ring
