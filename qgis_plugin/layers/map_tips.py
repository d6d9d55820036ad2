"""Both dates in a layer's map tip: an expression function, and pictures drawn ahead of the tip."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsApplication,
    QgsCsException,
    QgsExpression,
    QgsExpressionFunction,
    QgsFeatureRequest,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QObject, QTimer, QUrl
from qgis.PyQt.QtGui import QFontMetrics

from ..translation import tr
from .result import DATES, Result, role_of
from .style import action_colour
from .thumbnails import Thumbnails

NAME = "changevg_pictures"
WAIT_MS = 200
"""Rest of the mouse until pictures are drawn; QGIS shows its tip after 700 ms and more."""
NEAR_PX = 3
LINES, SMALLEST_PX, LARGEST_PX = 8, 128, 240
"""Side of a picture in a tip, in lines of text; it grows with the application's font."""


class PicturesFunction(QgsExpressionFunction):
    """``changevg_pictures()``: HTML with the feature's place on both dates."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__(
            NAME, 0, "ChangeVG", tr("HTML with the feature's place before and after the change.")
        )
        self._thumbnails = thumbnails

    def func(self, values: Any, context: Any, parent: Any, node: Any) -> str:
        """Evaluate; QGIS calls this, wherever an expression is used."""
        layer = QgsProject.instance().mapLayer(str(context.variable("layer_id")))
        result = Result.of_layer(layer)
        if result is None or not context.hasFeature():
            return ""
        return pictures_html(self._thumbnails, layer, context.feature(), result)


def pictures_html(thumbnails: Thumbnails, layer: Any, feature: Any, result: Result) -> str:
    """A row of two pictures with their dates; empty where both rasters are gone."""
    cells, side = [], picture_side()
    for which in DATES:
        colour = action_colour(layer, feature)
        found = thumbnails.picture(layer, feature, result, which, colour)
        if found is None:
            continue
        path, there = found
        seen = (
            f'<img src="{QUrl.fromLocalFile(path).toString()}" width="{side}" height="{side}">'
            if there
            else f"<i>{tr('Being drawn…')}</i>"
        )
        cells.append(f'<td style="padding: 0 4px 4px 0;">{seen}<br>{result.label(which)}</td>')
    if not cells:
        return ""
    return f'<table style="font-size: inherit;" cellspacing="0"><tr>{"".join(cells)}</tr></table>'


def picture_side() -> int:
    """Side of a picture in a tip, in the interface's pixels."""
    line = QFontMetrics(QgsApplication.font()).height()
    return min(max(SMALLEST_PX, LINES * line), LARGEST_PX)


class MapTips(QObject):
    """Registers the function, and has pictures drawn of what the mouse rests on.

    Parameters
    ----------
    canvas : QgsMapCanvas
    thumbnails : Thumbnails
    """

    def __init__(self, canvas: Any, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._canvas, self._thumbnails = canvas, thumbnails
        self._function = PicturesFunction(thumbnails)
        QgsExpression.registerFunction(self._function)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._draw_ahead)
        self._point: Any = None
        canvas.xyCoordinates.connect(self._moved)

    def stop(self) -> None:
        """Take the function away again."""
        self._timer.stop()
        self._canvas.xyCoordinates.disconnect(self._moved)
        QgsExpression.unregisterFunction(NAME)

    def _moved(self, point: Any) -> None:
        layer = self._canvas.currentLayer()
        if isinstance(layer, QgsVectorLayer) and role_of(layer):
            self._point = point
            self._timer.start()

    def _draw_ahead(self) -> None:
        layer = self._canvas.currentLayer()
        result = Result.of_layer(layer)
        if result is None:
            return
        reach = NEAR_PX * self._canvas.mapUnitsPerPixel()
        around = QgsRectangle.fromCenterAndSize(self._point, 2 * reach, 2 * reach)
        try:
            around = self._canvas.mapSettings().mapToLayerCoordinates(layer, around)
        except QgsCsException:
            return
        request = QgsFeatureRequest(around).setLimit(1).setFlags(
            QgsFeatureRequest.Flag.ExactIntersect
        )  # fmt: skip
        for feature in layer.getFeatures(request):
            pictures_html(self._thumbnails, layer, feature, result)
