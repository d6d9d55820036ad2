"""Before and after compared on the map: with a line that is dragged, or in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..layers.rasters import open_raster, rasters_of
from ..layers.result import DATES, Result
from ..messages import show
from ..translation import tr
from .swipe_item import SwipeItem
from .swipe_pictures import SwipePictures
from .swipe_tool import SwipeTool


class Swipe(QObject):
    """Begins and ends the comparison.

    Parameters
    ----------
    iface : QgisInterface
    current : callable
        Gives the result to compare, or None.
    """

    switched = pyqtSignal(bool)
    """The comparison began or ended."""

    def __init__(self, iface: Any, current: Callable[[], Result | None]) -> None:
        super().__init__()
        self._iface, self._current = iface, current
        self._canvas = iface.mapCanvas()
        self.item: SwipeItem | None = None
        self.pictures: SwipePictures | None = None
        self.tool: SwipeTool | None = None
        self._rasters: dict[str, Any] = {}

    @property
    def on(self) -> bool:
        """Whether both dates are shown."""
        return self.item is not None

    def switch(self, on: bool) -> bool:
        """Begin or end; return whether it is on."""
        if on and not self.on:
            self._begin()
        elif not on and self.on:
            self.end()
        return self.on

    def end(self) -> None:
        """Show the map again as it was."""
        if self.pictures is None:
            return
        QgsProject.instance().layersWillBeRemoved.disconnect(self._layers_go)
        tool, self.tool = self.tool, None
        self.pictures.stop()
        self._canvas.scene().removeItem(self.item)
        self.item, self.pictures, self._rasters = None, None, {}
        if self._canvas.mapTool() is tool and tool is not None:
            before = tool.tool_before
            if before is not None and not sip.isdeleted(before):
                self._canvas.setMapTool(before)
            else:
                self._canvas.unsetMapTool(tool)
        if tool is not None:
            tool.deleteLater()
        self.switched.emit(False)

    def move_to(self, point: Any) -> None:
        """Put the line over a point of the map."""
        if self.item is not None:
            pixel = self._canvas.getCoordinateTransform().transform(point)
            self.item.move_handle(pixel.x())

    def flicker(self) -> None:
        """Show the other date: hide or show the later raster."""
        result = self._result()
        if result is None:
            return
        project = QgsProject.instance()
        found = rasters_of(result, project)
        nodes = {}
        for which in DATES:
            node = project.layerTreeRoot().findLayer(found[which].id()) if which in found else None
            if node is None:
                self._missing(result, which)
                return
            nodes[which] = node
        after_shown = nodes["after"].isVisible()
        # Not both at once by chance, whatever their order in the tree is.
        for which, shown in (("before", after_shown), ("after", not after_shown)):
            nodes[which].parent().setItemVisibilityCheckedParentRecursive(True)
            nodes[which].setItemVisibilityChecked(shown)

    def _begin(self) -> None:
        result = self._result()
        if result is None:
            return
        found = rasters_of(result, QgsProject.instance())
        for which in DATES:
            if which not in found:
                layer = open_raster(result, which)
                if layer is None:
                    self._missing(result, which)
                    return
                found[which] = layer
        self._rasters = found
        labels = {which: result.label(which) for which in DATES}
        self.pictures = SwipePictures(self._canvas, found)
        self.item = SwipeItem(self._canvas, self.pictures, labels)
        self.pictures.changed.connect(self.item.update)
        self.tool = SwipeTool(self._canvas, self.item, self._canvas.mapTool())
        self.tool.ended.connect(self.end)
        self.tool.deactivated.connect(self._left)
        self._canvas.setMapTool(self.tool)
        QgsProject.instance().layersWillBeRemoved.connect(self._layers_go)
        self.switched.emit(True)

    def _layers_go(self, ids: list[str]) -> None:
        """End before a raster that is drawn goes."""
        if any(layer.id() in ids for layer in self._rasters.values()):
            self.end()

    def _left(self) -> None:
        """Another map tool was chosen: that one stays."""
        if self.tool is not None:
            self.tool.tool_before = None
        self.end()

    def _result(self) -> Result | None:
        result = self._current()
        if result is None:
            show(
                self._iface,
                tr("There is no result to compare: run “Describe changes”, or open one."),
                Qgis.MessageLevel.Info,
            )
        return result

    def _missing(self, result: Result, which: str) -> None:
        name = str(result.made.get(which) or "?")
        show(
            self._iface,
            tr("The raster {} is not where it was. Put it back, then compare again.").format(name),
            Qgis.MessageLevel.Warning,
        )
