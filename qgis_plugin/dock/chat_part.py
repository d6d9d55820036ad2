"""The chat as a part of the plugin: its dock, its actions, and "ask about this" for the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from ..translation import tr
from .chat_actions import Handler
from .chat_desk import ChatDesk
from .chat_dock import ChatDock
from .chat_menus import ChatMenus
from .chat_worker import forget_all


class ChatPart:
    """Made without arguments; :meth:`load` gives it the plugin.

    Attributes
    ----------
    dock : ChatDock or None
    desk : ChatDesk or None
        None before :meth:`load` and after :meth:`unload`.
    """

    def __init__(self) -> None:
        self.plugin: Any = None
        self.dock: ChatDock | None = None
        self.desk: ChatDesk | None = None
        self.menus: ChatMenus | None = None
        self._shown: QAction | None = None
        self._handlers: dict[str, Handler] = {}

    def load(self, plugin: Any) -> None:
        """Add the dock, closed until it is asked for, and two actions."""
        self.plugin = plugin
        iface = plugin.iface
        dock = ChatDock(iface.mainWindow())
        self.dock = dock
        iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.hide()
        self.desk = ChatDesk(dock, plugin.link, iface.mapCanvas(), QgsProject.instance())
        self.desk.hands.actions.handlers.update(self._handlers)
        self.menus = ChatMenus(self.desk, plugin.options)
        self._shown = plugin.add_action(
            tr("Chat with the map"),
            "changevgChat",
            None,
            QIcon(str(Path(__file__).with_name("chat_icon.svg"))),
        )
        dock.setToggleVisibilityAction(self._shown)
        plugin.add_action(
            tr("Ask about a rectangle"),
            "changevgChatRectangle",
            self.draw,
            QgsApplication.getThemeIcon("mActionZoomToArea.svg"),
            toolbar=False,
        )

    def unload(self) -> None:
        """Stop what is answered, and take the dock and the map tool away."""
        desk, dock = self.desk, self.dock
        self.desk = self.menus = self.dock = self._shown = None
        if desk is not None:
            desk.close()
            forget_all()
        if dock is not None:
            self.plugin.iface.removeDockWidget(dock)
            dock.hide()
            dock.deleteLater()
        self.plugin = None

    def ask_about(
        self,
        layer: QgsVectorLayer | None,
        box_ids: Iterable[str] | None = None,
        rectangle: QgsRectangle | None = None,
        question: str | None = None,
    ) -> bool:
        """Open the chat with objects, or a rectangle, as the place of the next question.

        Parameters
        ----------
        layer : QgsVectorLayer or None
            A layer of a result; None for the result that is talked about.
        box_ids : iterable of str, optional
            Objects of that result.
        rectangle : QgsRectangle, optional
            In the layer's CRS; a ``QgsReferencedRectangle`` brings its own.
        question : str, optional
            Asked at once; without it the user types one.

        Returns
        -------
        bool
            False where the layer is not one of a result, or the part is not loaded.
        """
        if self.desk is None:
            return False
        return self.desk.ask_about(layer, list(box_ids or ()), rectangle, question)

    def draw(self) -> None:
        """Let the user draw the rectangle that the next question is about."""
        if self.desk is not None:
            self.desk.places.draw()

    def add_handler(self, action: str, handler: Handler) -> None:
        """Let answers use something another part does.

        Parameters
        ----------
        action : {"swipe", "report", "export"}
        handler : callable
            Called with the result's path and the action's arguments (``box_ids``, ``bbox`` …).
        """
        self._handlers[action] = handler
        if self.desk is not None:
            self.desk.hands.actions.handlers[action] = handler
