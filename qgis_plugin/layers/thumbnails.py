"""Small pictures of a place on both dates, drawn in the background and kept for the session."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject, QPointF, QSize, QTemporaryDir, pyqtSignal
from qgis.PyQt.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen, QPolygonF

from .drawing import MapDrawing
from .rasters import open_raster, rasters_of
from .result import Result

SIZE, LARGEST, SHOWN = 320, 640, 240
"""Pixels of a side: at least, at most; points of a side where it is shown at its largest."""
MOST_FILES, MOST_JOBS = 600, 2
ROOM = 2.8
"""Side of a picture, in sides of the box in it."""
SMALLEST_M = 24.0


class Thumbnails(QObject):
    """Draws and keeps the pictures; GUI thread only, the drawing itself is in others."""

    ready = pyqtSignal(str)
    """A picture is there: its path."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = QTemporaryDir()
        self._side = sharp_side()
        self._there: OrderedDict[str, None] = OrderedDict()
        self._waiting: OrderedDict[str, tuple[QgsMapSettings, QgsGeometry, QColor]] = OrderedDict()
        self._running: dict[str, MapDrawing] = {}
        self._opened: dict[tuple[str, str, str | None], Any] = {}

    def picture(
        self,
        layer: Any,
        feature: Any,
        result: Result,
        which: str,
        colour: QColor | None = None,
    ) -> tuple[str, bool] | None:
        """The file of a picture, and whether it is there already; else it is being drawn.

        Parameters
        ----------
        layer, feature : QgsVectorLayer, QgsFeature
            The object, which is outlined.
        which : {"before", "after"}

        Returns
        -------
        tuple of str and bool, or None
            None where the raster or the geometry is missing.
        """
        raster = self._raster(result, which)
        shape = feature.geometry()
        if raster is None or shape.isEmpty():
            return None
        stamp = f"{abs(hash((layer.id(), raster.id(), shape.asWkb().data()))):x}"
        path = str(Path(self._folder.path()) / f"{stamp}-{which}.png")
        if path in self._there:
            self._there.move_to_end(path)
            return path, True
        if path not in self._running:
            settings = _settings(raster, layer.crs(), shape, self._side)
            if settings is None:
                return None
            self._waiting[path] = (settings, shape, colour or QColor("#ffd400"))
            self._waiting.move_to_end(path)  # who asked last waits least
            self._start()
        return path, False

    def stop(self) -> None:
        """Cancel what is being drawn and remove all pictures."""
        self._waiting.clear()
        for drawing in self._running.values():
            drawing.cancel()
        self._running.clear()
        self._opened.clear()
        self._there.clear()
        self._folder.remove()

    def _raster(self, result: Result, which: str) -> Any:
        layer = rasters_of(result, QgsProject.instance()).get(which)
        if layer is not None:
            return layer
        key = (result.package, which, result.raster(which))
        if key not in self._opened:
            self._opened[key] = open_raster(result, which)
        return self._opened[key]

    def _start(self) -> None:
        while self._waiting and len(self._running) < MOST_JOBS:
            path, (settings, shape, colour) = self._waiting.popitem()
            done = partial(self._finish, path, settings, shape, colour)
            self._running[path] = MapDrawing(settings, done).start()

    def _finish(
        self,
        path: str,
        settings: QgsMapSettings,
        shape: QgsGeometry,
        colour: QColor,
        image: QImage,
    ) -> None:
        del self._running[path]
        _outline(image, settings, shape, colour)
        if image.save(path):
            self._there[path] = None
            while len(self._there) > MOST_FILES:
                Path(self._there.popitem(last=False)[0]).unlink(missing_ok=True)
            self.ready.emit(path)
        self._start()


def sharp_side() -> int:
    """Pixels of a side that are sharp on the densest screen there is."""
    densest = max((one.devicePixelRatio() for one in QGuiApplication.screens()), default=1.0)
    return min(max(SIZE, round(SHOWN * densest)), LARGEST)


def _settings(
    raster: Any, crs: QgsCoordinateReferenceSystem, shape: QgsGeometry, pixels: int
) -> QgsMapSettings | None:
    """The square around an object in the raster's own CRS, so that its pixels stay square."""
    move = QgsCoordinateTransform(crs, raster.crs(), QgsProject.instance())
    try:
        around = QgsRectangle(move.transformBoundingBox(shape.boundingBox()))
    except QgsCsException:
        return None
    unit = 1.0 if not raster.crs().isGeographic() else 1 / 111_320
    side = max(around.width(), around.height(), SMALLEST_M * unit / ROOM) * ROOM
    settings = QgsMapSettings()
    settings.setLayers([raster])
    settings.setDestinationCrs(raster.crs())
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setOutputSize(QSize(pixels, pixels))
    settings.setBackgroundColor(QColor(128, 128, 128))
    settings.setExtent(QgsRectangle.fromCenterAndSize(around.center(), side, side))
    shape.transform(move)
    return settings


def _outline(image: QImage, settings: QgsMapSettings, shape: QgsGeometry, colour: QColor) -> None:
    """Draw an object's outline on the picture, dark beneath so that it shows on bright ground."""
    to_pixel = settings.mapToPixel()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = image.width() / SIZE
    rings = [ring for part in _polygons(shape) for ring in part]
    for width, pen in ((5.0, QColor(16, 20, 24, 190)), (2.4, colour)):
        painter.setPen(QPen(pen, width * scale))
        for ring in rings:
            points = [to_pixel.transform(point) for point in ring]
            painter.drawPolygon(QPolygonF([QPointF(one.x(), one.y()) for one in points]))
    painter.end()


def _polygons(shape: QgsGeometry) -> Any:
    return shape.asMultiPolygon() if shape.isMultipart() else [shape.asPolygon()]
