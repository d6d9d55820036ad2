"""Room for two docks on one side of the window: one above the other, or as tabs."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget

KEY = "changevg/docks_arranged"
LINES = {"changevgChatDock": 20, "changevgResultsDock": 30}
"""The least height at which a dock is of use, in lines of its text."""


class Room(QObject):
    """Arranges two docks until both were open once, and never again.

    Where both have room, each gets the least it needs; where not, they become tabs. From then on
    the user moves them, and QGIS keeps the state of its window.

    Parameters
    ----------
    window : QMainWindow
    docks : tuple of QDockWidget
        Both, named in :data:`LINES`.
    """

    def __init__(self, window: Any, docks: tuple[QDockWidget, QDockWidget]) -> None:
        super().__init__()
        self._window, self._docks = window, docks
        self._seen = 0
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._arrange)
        for dock in docks:
            dock.visibilityChanged.connect(self._changed)

    def stop(self) -> None:
        """Look no longer."""
        self._look.stop()
        for dock in self._docks:
            dock.visibilityChanged.disconnect(self._changed)

    def _changed(self, visible: bool) -> None:
        self._look.start()

    def _arrange(self) -> None:
        if not self._window.isVisible() or QgsSettings().value(KEY, False, type=bool):
            return
        there = [dock for dock in self._docks if not dock.isHidden()]
        before, self._seen = self._seen, len(there)
        if len(there) == len(self._docks):
            QgsSettings().setValue(KEY, True)
            # Both at once are the state of the window that QGIS has brought back: the user's own.
            if before and self._together():
                self._share()
        elif there and self._together() and there[0].height() < sum(self._needed()):
            # Before the other one is opened, or the two of them would make the window grow.
            hidden = next(dock for dock in self._docks if dock is not there[0])
            self._window.tabifyDockWidget(there[0], hidden)

    def _needed(self) -> list[int]:
        return [LINES[dock.objectName()] * dock.fontMetrics().lineSpacing() for dock in self._docks]

    def _together(self) -> bool:
        """Whether both belong to one side of the window, and are not tabs."""
        first, second = self._docks
        sides = [self._window.dockWidgetArea(dock) for dock in self._docks]
        free = any(dock.isFloating() for dock in self._docks)
        return not free and sides[0] == sides[1] and second not in self._tabs(first)

    def _tabs(self, dock: QDockWidget) -> list[QDockWidget]:
        return list(self._window.tabifiedDockWidgets(dock))

    def _share(self) -> None:
        """Give each the least it needs, and half of what is left."""
        needed, heights = self._needed(), [dock.height() for dock in self._docks]
        beside = self._docks[0].x() != self._docks[1].x()
        if beside or all(has >= least for has, least in zip(heights, needed, strict=True)):
            return
        spare = (sum(heights) - sum(needed)) // len(needed)
        wanted = [least + spare for least in needed]
        self._window.resizeDocks(list(self._docks), wanted, Qt.Orientation.Vertical)
