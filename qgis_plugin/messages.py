"""One place for what the plugin says: QGIS's log, and its message bar where there is a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtWidgets import QPushButton

TAG = "ChangeVG"


def log(text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Info) -> None:
    """Write to the tab "ChangeVG" of QGIS's log, from any thread."""
    QgsApplication.messageLog().logMessage(text, TAG, level, False)


def show(
    iface: Any,
    text: str,
    level: Qgis.MessageLevel = Qgis.MessageLevel.Info,
    button: str | None = None,
    action: Callable[[], Any] | None = None,
) -> None:
    """Log a message and show it in the message bar, with a button where there is something to do.

    Parameters
    ----------
    iface : QgisInterface or None
        Without a window the message is only logged.
    text : str
    level : Qgis.MessageLevel
    button : str, optional
        What the button says.
    action : callable, optional
        What the button does; the message then goes away.
    """
    log(text, level)
    if iface is None:
        return
    bar = iface.messageBar()
    item = bar.createMessage(TAG, text)
    if button and action:
        pressed = QPushButton(button, item)
        pressed.setObjectName("changevgMessageButton")

        def act() -> None:
            bar.popWidget(item)
            action()

        pressed.clicked.connect(act)
        item.layout().addWidget(pressed)
    bar.pushWidget(item, level, 0 if button else 8)
