"""Results in the desktop: the dock, the comparison, tips and actions of layers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsApplication, QgsProject, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog

from ..errors import PluginError
from ..layers.drawing import end_drawings
from ..layers.dress import dress
from ..layers.feature_actions import FeatureActions
from ..layers.group import load_result
from ..layers.map_tips import MapTips
from ..layers.result import Result, box_layers
from ..layers.thumbnails import Thumbnails
from ..messages import show
from ..processing.load_results import loaded
from ..translation import tr
from .chat_actions import complete, gone
from .chat_lookup import Found, Lookups
from .icons import icon
from .results_dock import ResultsDock
from .room import Room
from .swipe import Swipe

FOLDER_KEY = "changevg/result_folder"


class ResultsPart:
    """Everything that has to do with results; see :class:`changevg.parts.Part`."""

    def __init__(self) -> None:
        self.plugin: Any = None
        self.iface: Any = None
        self.thumbnails: Any = None
        self.tips: Any = None
        self.dock: Any = None
        self.swipe: Any = None
        self.actions: Any = None
        self.room: Room | None = None
        self.lookups = Lookups()

    def load(self, plugin: Any) -> None:
        """Add everything to the window."""
        self.plugin, self.iface = plugin, plugin.iface
        canvas = self.iface.mapCanvas()
        self.thumbnails = Thumbnails()
        self.tips = MapTips(canvas, self.thumbnails)
        self.dock = ResultsDock(self.iface, self.thumbnails)
        self.swipe = Swipe(self.iface, self.current)
        self.actions = FeatureActions(
            self.zoom, self.swipe_here, self.ask, self.open_report, lambda: self._chat() is not None
        )
        self._add_actions()
        self._serve_chat()
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        chat = self._chat()
        if chat is not None:
            self.room = Room(self.iface.mainWindow(), (chat.dock, self.dock))
        QgsProject.instance().layersAdded.connect(self._dress)
        self._dress(QgsProject.instance().mapLayers().values())
        loaded.append(self._arrived)

    def unload(self) -> None:
        """Take everything away again."""
        self.lookups.forget()
        if self._arrived in loaded:
            loaded.remove(self._arrived)
            QgsProject.instance().layersAdded.disconnect(self._dress)
        if self.room is not None:
            self.room.stop()
        if self.swipe is not None:
            self.swipe.end()
        if self.actions is not None:
            self.actions.remove()
        if self.dock is not None:
            self.dock.stop()
            self.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
        if self.tips is not None:
            self.tips.stop()
        if self.thumbnails is not None:
            self.thumbnails.stop()
        end_drawings()
        self.swipe = self.actions = self.dock = self.tips = self.thumbnails = self.room = None

    def current(self) -> Result | None:
        """The result of the active layer, else that of the dock, else the project's only one."""
        found = Result.of_layer(self.iface.activeLayer())
        if found is None and self.dock is not None:
            found = self.dock.result
        return found

    def open(self) -> None:
        """Ask for a GeoPackage and load it."""
        settings = QgsSettings()
        folder = settings.value(FOLDER_KEY, QgsProject.instance().homePath(), type=str)
        path, _ = QFileDialog.getOpenFileName(
            self.iface.mainWindow(), tr("Open a result"), folder, tr("GeoPackage (*.gpkg)")
        )
        if path:
            settings.setValue(FOLDER_KEY, str(Path(path).parent))
            self.open_result(path)

    def open_result(self, path: str) -> None:
        """Load a result, or show the one that is loaded; say why not."""
        same = self._layer_of(path)
        try:
            layer = same or load_result(path, QgsProject.instance())
        except PluginError as error:
            show(self.iface, str(error), Qgis.MessageLevel.Warning)
            return
        self.iface.setActiveLayer(layer)
        self._loaded(layer)
        if same is None:
            self._zoom_to(layer, layer.extent())

    def zoom(self, layer: Any, feature: Any) -> None:
        """Ring a change in the middle of the map."""
        self.dock.follow.go(layer, feature)

    def swipe_here(self, layer: Any, feature: Any) -> None:
        """Compare both dates at a change."""
        self.iface.setActiveLayer(layer)
        self.zoom(layer, feature)
        if self.swipe.switch(True):
            canvas = self.iface.mapCanvas()
            self.swipe.move_to(canvas.mapSettings().extent().center())
            canvas.setFocus()

    def ask(self, layer: Any, feature: Any) -> None:
        """Hand a change to the chat."""
        result, chat = Result.of_layer(layer), self._chat()
        if result is not None and chat is not None:
            named = feature.fields().indexOf("box_id") >= 0
            place = None if named else feature.geometry().boundingBox()
            chat.ask_about(layer, [str(feature["box_id"])] if named else None, place)

    def open_report(self, layer: Any, feature: Any = None) -> None:
        """Open the run's report in the browser."""
        result = Result.of_layer(layer)
        report = result.report() if result is not None else None
        if report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(report))

    def _add_actions(self) -> None:
        add = self.plugin.add_action
        add(
            tr("Open ChangeVG result…"), "changevgOpenResult", self.open,
            QgsApplication.getThemeIcon("mActionFileOpen.svg"),
        )  # fmt: skip
        toggle = add(tr("Changes panel"), "changevgShowResults", None, icon("results"))
        self.dock.setToggleVisibilityAction(toggle)
        compare = add(tr("Swipe before and after"), "changevgSwipe", None, icon("swipe"), "F8")
        compare.setCheckable(True)
        compare.toggled.connect(lambda on: compare.setChecked(self.swipe.switch(on)))
        self.swipe.switched.connect(compare.setChecked)
        add(
            tr("Flicker before and after"), "changevgFlicker", self.swipe.flicker, icon("flicker"),
            "F9",
        )  # fmt: skip

    def _serve_chat(self) -> None:
        """Let answers of the chat swipe, open the report, and export the list."""
        chat = self._chat()
        if chat is not None:
            chat.add_handler("swipe", self._swipe_for_chat)
            chat.add_handler("report", self._report_for_chat)
            chat.add_handler("export", self._export_for_chat)

    def _swipe_for_chat(self, package: str, arguments: dict[str, Any]) -> None:
        layer = self._layer_of(package)
        if layer is not None:
            self.iface.setActiveLayer(layer)
            if self.swipe.switch(True):
                self.swipe.move_to(self.iface.mapCanvas().mapSettings().extent().center())

    def _report_for_chat(self, package: str, arguments: dict[str, Any]) -> None:
        self.open_report(self._layer_of(package))

    def _export_for_chat(self, package: str, arguments: dict[str, Any]) -> None:
        """Save the objects of an answer, not those that the list shows."""
        ids = complete(arguments)

        def found(objects: Found) -> None:
            layer = self._layer_of(package)
            if layer is None or not objects.fids:
                show(self.iface, str(gone()), Qgis.MessageLevel.Warning)
                return
            self._loaded(layer)
            fids = dict(zip(objects.box_ids, objects.fids, strict=True))
            # In the answer's own order.
            self.dock.toolbar.exports.spreadsheet([fids[one] for one in ids if one in fids])

        self.lookups.find(package, ids, found)

    def _layer_of(self, package: str) -> Any:
        layers = box_layers(QgsProject.instance())
        return next((one for one, made in layers if Path(made.package) == Path(package)), None)

    def _chat(self) -> Any:
        chat = self.plugin.parts.get("chat")
        return chat if hasattr(chat, "ask_about") else None

    def _dress(self, layers: Iterable[Any]) -> None:
        for layer in layers:
            result = Result.of_layer(layer)
            if result is not None:
                dress(layer, result)

    def _arrived(self, layer: Any) -> None:
        """A run's result is there, perhaps in place of the one that is shown."""
        if layer is self.dock.layer:
            self.dock.renew()
        self._loaded(layer)

    def _loaded(self, layer: Any) -> None:
        """A run, or the user, has brought a result: show its list."""
        self.dock.show_layer(layer)
        self.dock.setUserVisible(True)

    def _zoom_to(self, layer: Any, extent: QgsRectangle) -> None:
        canvas = self.iface.mapCanvas()
        around = canvas.mapSettings().layerExtentToOutputExtent(layer, extent)
        if around.isFinite() and not around.isEmpty():
            around.scale(1.05)
            canvas.setExtent(around)
            canvas.refresh()
