"""Before on the left of a line, after on its right, painted over the map."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsMapSettings, QgsPointXY
from qgis.gui import QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPen, QPolygonF, QTransform

from .results_picture import draw_pill

ABOVE_THE_MAP = 5.0
GRIP = 13.0


class SwipeItem(QgsMapCanvasItem):
    """The two pictures and the handle between them.

    Parameters
    ----------
    canvas : QgsMapCanvas
    pictures : SwipePictures
    labels : dict
        Name of each date, shown in the upper corners.
    """

    def __init__(self, canvas: Any, pictures: Any, labels: dict[str, str]) -> None:
        super().__init__(canvas)
        self._canvas, self._pictures, self._labels = canvas, pictures, labels
        self.share = 0.5
        self.setZValue(ABOVE_THE_MAP)

    @property
    def handle(self) -> float:
        """Where the line is, in pixels from the left."""
        return self.share * float(self._canvas.width())

    def move_handle(self, pixel: float) -> None:
        """Move the line; it stays on the map."""
        self.share = min(max(pixel / max(1.0, float(self._canvas.width())), 0.0), 1.0)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """All of the canvas."""
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())

    def updatePosition(self) -> None:  # noqa: N802
        """The canvas shows another extent: the pictures are drawn to fit until new ones come."""
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: Any, option: Any = None, widget: Any = None) -> None:
        """Draw both sides, the line and the labels."""
        whole = self.boundingRect()
        left, right = QRectF(whole), QRectF(whole)
        left.setRight(self.handle)
        right.setLeft(self.handle)
        for which, side in (("before", left), ("after", right)):
            self._draw_side(painter, which, side)
        for width, colour in ((4.0, QColor(16, 20, 24, 170)), (2.0, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(self.handle, 0), QPointF(self.handle, whole.height()))
        self._draw_grip(painter, whole.height() / 2)
        painter.setClipRect(left)
        draw_pill(painter, self._labels["before"], 8, 8)
        painter.setClipRect(right)
        draw_pill(painter, self._labels["after"], whole.right() - 8, 8, from_right=True)
        painter.setClipping(False)

    def _draw_side(self, painter: Any, which: str, side: QRectF) -> None:
        if which not in self._pictures.images or side.isEmpty():
            return
        image, settings = self._pictures.images[which]
        place = _placed(image, settings, self._canvas)
        if place is None:
            return
        painter.save()
        painter.setClipRect(side)
        painter.fillRect(side, self._canvas.canvasColor())
        painter.setTransform(place, True)
        painter.drawImage(QRectF(0, 0, image.width(), image.height()), image)
        painter.restore()

    def _draw_grip(self, painter: Any, y: float) -> None:
        centre = QPointF(self.handle, y)
        painter.setPen(QPen(QColor(16, 20, 24, 170), 1.5))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(centre, GRIP, GRIP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(60, 68, 76))
        for side in (-1, 1):
            tip, back = side * 8.5, side * 3.5
            points = [QPointF(tip, 0), QPointF(back, -4.5), QPointF(back, 4.5)]
            painter.drawPolygon(QPolygonF([centre + point for point in points]))


def _placed(image: QImage, settings: QgsMapSettings, canvas: Any) -> QTransform | None:
    """Where a picture of another extent or rotation lies on the canvas now."""
    drawn, now = settings.mapToPixel(), canvas.getCoordinateTransform()
    size = settings.outputSize()
    corners = [(0, 0), (size.width(), 0), (size.width(), size.height()), (0, size.height())]
    scale = image.width() / max(1, size.width())
    source = QPolygonF([QPointF(x * scale, y * scale) for x, y in corners])
    target = QPolygonF()
    for x, y in corners:
        point: QgsPointXY = now.transform(drawn.toMapCoordinates(x, y))
        target.append(QPointF(point.x(), point.y()))
    place = QTransform()
    return place if QTransform.quadToQuad(source, target, place) else None
