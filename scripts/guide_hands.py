"""Hands for a script that runs inside a QGIS desktop (``qgis --code``): wait, press, look."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QWidget
from qgis.utils import iface

FAILED = 3
"""Exit code of QGIS after a script that failed."""


def turn(seconds: float) -> None:
    """Let the event loop run for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    # In an inner loop Qt keeps what was to be deleted later; QGIS's own loop would not.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def until(done: Callable[[], Any], seconds: float, what: str) -> None:
    """Let the event loop run until something is so.

    Raises
    ------
    TimeoutError
        It is not, after so many seconds.
    """
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        turn(0.05)


def drawn(seconds: float = 120) -> None:
    """Wait until the map is drawn."""
    canvas = iface.mapCanvas()
    turn(0.5)
    until(lambda: not canvas.isDrawing(), seconds, "the map")
    turn(0.5)


def action(name: str) -> QAction:
    """An action of the main window, by its object name.

    Raises
    ------
    LookupError
        There is none.
    """
    found = iface.mainWindow().findChild(QAction, name)
    if found is None:
        raise LookupError(name)
    return found


def shown(name: str, seconds: float) -> Any:
    """A window by its object name or its class, once it is shown.

    Raises
    ------
    TimeoutError
        It is not, after so many seconds.
    """
    found: list[QWidget] = []

    def look() -> bool:
        found[:] = [
            one
            for one in QApplication.topLevelWidgets()
            if one.isVisible() and name in (one.objectName(), type(one).__name__)
        ]
        return bool(found)

    until(look, seconds, name)
    return found[0]


def press(widget: QWidget, keys: str) -> None:
    """Press keys one after the other, as ``"C R Down"``."""
    for key in keys.split():
        QTest.keyClick(widget, QKeySequence(key)[0])
        turn(0.2)


def perform(story: Callable[[], None]) -> None:
    """Play a story once QGIS has come to rest, then end QGIS: with code 3 where it failed."""

    def play() -> None:
        try:
            story()
            QgsProject.instance().clear()
            QgsProject.instance().setDirty(False)
        except BaseException:
            traceback.print_exc()
            os._exit(FAILED)
        # QGIS asks about layers that would be lost, unless the project is empty.
        QTimer.singleShot(0, iface.actionExit().trigger)

    QTimer.singleShot(2000, play)
