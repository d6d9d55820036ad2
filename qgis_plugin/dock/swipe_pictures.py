"""The map of each date, drawn in the background as the canvas shows it."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import Qgis, QgsMapSettings
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage

from ..layers.drawing import MapDrawing
from ..layers.result import DATES

PAUSE_MS = 80


class SwipePictures(QObject):
    """Draws both dates again whenever the canvas was drawn.

    Parameters
    ----------
    canvas : QgsMapCanvas
    rasters : dict
        Raster layer of each date. It is drawn in the place of both, under what lies above them.
    """

    changed = pyqtSignal()
    """A date was drawn anew."""

    def __init__(self, canvas: Any, rasters: dict[str, Any]) -> None:
        super().__init__()
        self._canvas, self._rasters = canvas, rasters
        self.images: dict[str, tuple[QImage, QgsMapSettings]] = {}
        self._drawings: dict[str, MapDrawing] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.draw)
        canvas.mapCanvasRefreshed.connect(self._pause.start)
        self.draw()

    def stop(self) -> None:
        """Draw no more."""
        self._pause.stop()
        self._canvas.mapCanvasRefreshed.disconnect(self._pause.start)
        self._cancel()

    def draw(self) -> None:
        """Begin to draw both dates; what is being drawn is dropped."""
        self._cancel()
        for which in DATES:
            settings = QgsMapSettings(self._canvas.mapSettings())
            settings.setLayers(self._layers(which))
            done = partial(self._finish, which, settings)
            self._drawings[which] = MapDrawing(settings, done).start()

    def _layers(self, which: str) -> list[Any]:
        """What the canvas shows, with one date in the place of both."""
        shown = [layer for layer in self._canvas.layers() if layer is not None]
        pair = {layer.id() for layer in self._rasters.values()}
        places = [at for at, layer in enumerate(shown) if layer.id() in pair]
        # Where neither is shown: beneath everything that is drawn as vectors.
        vectors = [at for at, layer in enumerate(shown) if layer.type() == Qgis.LayerType.Vector]
        at = places[0] if places else (vectors[-1] + 1 if vectors else 0)
        above = [layer for layer in shown[:at] if layer.id() not in pair]
        below = [layer for layer in shown[at:] if layer.id() not in pair]
        return [*above, self._rasters[which], *below]

    def _cancel(self) -> None:
        for drawing in self._drawings.values():
            drawing.cancel()
        self._drawings.clear()

    def _finish(self, which: str, settings: QgsMapSettings, image: QImage) -> None:
        self._drawings.pop(which, None)
        self.images[which] = (image, settings)
        self.changed.emit()
