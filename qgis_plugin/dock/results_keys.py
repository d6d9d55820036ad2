"""Single letters as keys of a dock, without fighting the main window's own."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QWidget

TYPING = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Keys:
    """Keys that work while the focus is in a widget; the user may change them.

    A plain shortcut would not do: where the main window has one of the same key, Qt finds both and
    triggers neither.
    """

    def __init__(self) -> None:
        self.actions: list[QAction] = []

    def add(self, action: QAction, key: str, widget: QWidget) -> QAction:
        """Let a key trigger an action, and list it in Settings ▸ Keyboard Shortcuts."""
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        widget.addAction(action)
        QgsGui.shortcutsManager().registerAction(action, key)
        self.actions.append(action)
        return action

    def remove(self) -> None:
        """Take the keys away again."""
        for action in self.actions:
            QgsGui.shortcutsManager().unregisterAction(action)
        self.actions.clear()

    def action(self, event: Any) -> QAction | None:
        """The action of a key that was pressed."""
        if event.modifiers() not in TYPING or event.key() in (0, Qt.Key.Key_unknown):
            return None
        pressed = QKeySequence(event.key())
        found = (one for one in self.actions if pressed in one.shortcuts())
        return next((one for one in found if one.isEnabled()), None)
