"""The chip that says, and changes, which part of the map a question is about."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QAction
from qgis.PyQt.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ..translation import tr
from .chat_context import EXTENT, OBJECTS, RECTANGLE, SELECTION, WHOLE, Place

ICONS = {
    WHOLE: "mActionZoomFullExtent.svg",
    EXTENT: "mActionSetToCanvasExtent.svg",
    SELECTION: "mActionSelectRectangle.svg",
    RECTANGLE: "mActionZoomToArea.svg",
    OBJECTS: "mActionHighlightFeature.svg",
}


class PlaceChip(QWidget):
    """A button with a menu, and a small one that goes back to the whole result.

    Signals ``chosen`` with one of ``chat_context.KINDS``.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatPlaceChip")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.button = QToolButton()
        self.button.setObjectName("changevgChatPlaceButton")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip(tr("What the next question is about"))
        self.menu = QMenu(self)
        self.menu.setObjectName("changevgChatPlaceMenu")
        self.entries: dict[str, QAction] = {}
        for kind, text in (
            (WHOLE, tr("The whole result")),
            (EXTENT, tr("What the map shows")),
            (SELECTION, tr("The selected objects")),
            (RECTANGLE, tr("A rectangle to be drawn …")),
        ):
            action = self.menu.addAction(QgsApplication.getThemeIcon(ICONS[kind]), text)
            action.setObjectName(f"changevgChatPlace_{kind}")
            action.setCheckable(True)
            action.triggered.connect(lambda checked=False, kind=kind: self.chosen.emit(kind))
            self.entries[kind] = action
        self.button.setMenu(self.menu)
        row.addWidget(self.button)
        self.reset = QToolButton()
        self.reset.setObjectName("changevgChatPlaceReset")
        self.reset.setAutoRaise(True)
        self.reset.setIcon(QgsApplication.getThemeIcon("mIconClose.svg"))
        self.reset.setToolTip(tr("Ask about the whole result"))
        self.reset.setAccessibleName(self.reset.toolTip())
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.clicked.connect(lambda: self.chosen.emit(WHOLE))
        row.addWidget(self.reset)

    def show_place(self, kind: str, place: Place) -> None:
        """Show the part that is chosen now."""
        for name, action in self.entries.items():
            action.setChecked(name == kind)
        self.button.setIcon(QgsApplication.getThemeIcon(ICONS[kind]))
        self.button.setText(place.text)
        self.button.setAccessibleName(tr("The question is about: {}").format(place.text))
        self.reset.setVisible(kind != WHOLE)
