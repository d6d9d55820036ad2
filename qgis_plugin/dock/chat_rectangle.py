"""A map tool that draws the rectangle a question is about, and shows it afterwards."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsPointXY, QgsRectangle, QgsReferencedRectangle, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

FILL_ALPHA = 40
CLICK_PIXELS = 4
"""A shorter drag is a click by mistake."""


class RectangleTool(QgsMapTool):
    """Drag a rectangle; Esc leaves the tool as it was."""

    drawn = pyqtSignal(object)
    left = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        stroke = QColor(canvas.palette().highlight().color())
        fill = QColor(stroke)
        fill.setAlpha(FILL_ALPHA)
        self.band.setStrokeColor(stroke)
        self.band.setFillColor(fill)
        self.band.setWidth(2)
        self._start: QgsPointXY | None = None
        self._pressed_at: QPoint | None = None

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802
        """Begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.mapPoint()
            self._pressed_at = event.pos()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802
        """Show the rectangle as it would be."""
        if self._start is not None:
            self._draw(QgsRectangle(self._start, event.mapPoint()))

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802
        """Hand the rectangle over, in the map's CRS."""
        start, self._start = self._start, None
        if start is None or self._pressed_at is None:
            return
        if (event.pos() - self._pressed_at).manhattanLength() < CLICK_PIXELS:
            self.clear()
            return
        rectangle = QgsRectangle(start, event.mapPoint())
        self._draw(rectangle)
        crs = self.canvas().mapSettings().destinationCrs()
        self.drawn.emit(QgsReferencedRectangle(rectangle, crs))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc: nothing is drawn."""
        if event.key() == Qt.Key.Key_Escape:
            self._start = None
            self.clear()
            event.accept()
            self.left.emit()

    def show_rectangle(self, geometry: QgsGeometry) -> None:
        """Show a rectangle that came from elsewhere, in the map's CRS."""
        self.band.setToGeometry(geometry, None)

    def clear(self) -> None:
        """Take the rectangle off the map."""
        self.band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def remove(self) -> None:
        """Take the tool and its drawing off the canvas for good."""
        canvas = self.canvas()
        if canvas is None:
            return
        canvas.unsetMapTool(self)
        canvas.scene().removeItem(self.band)

    def _draw(self, rectangle: QgsRectangle) -> None:
        self.band.setToGeometry(QgsGeometry.fromRect(rectangle), None)
