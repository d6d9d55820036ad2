"""A line above the question that says something before it is sent, with what can be done."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .chat_colours import Bubble
from .chat_flow import FlowLayout


class Notice(Bubble):
    """Hidden until :meth:`say`; each of its buttons hides it again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QPalette.ColorRole.Highlight, 0.18, parent)
        self.setObjectName("changevgChatNotice")
        row = QHBoxLayout(self)
        self.icon = QLabel()
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        self.text = QLabel()
        self.text.setObjectName("changevgChatNoticeText")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        column.addWidget(self.text)
        self.buttons = QWidget()
        self.button_row = FlowLayout(self.buttons)
        column.addWidget(self.buttons)
        row.addLayout(column, 1)
        self.hide()

    def say(
        self,
        text: str,
        buttons: tuple[tuple[str, str, Callable[[], None]], ...] = (),
        icon: str = "mIconInfo.svg",
    ) -> None:
        """Show a text and buttons.

        Parameters
        ----------
        buttons : tuple of (object name, text, function)
            The first one gets the keyboard.
        """
        size = self.fontMetrics().height()
        self.icon.setPixmap(QgsApplication.getThemeIcon(icon).pixmap(size, size))
        self.text.setText(text)
        self.button_row.empty()
        made = []
        for name, words, act in buttons:
            button = QPushButton(words)
            button.setObjectName(name)
            button.clicked.connect(lambda checked=False, act=act: self._do(act))
            self.button_row.addWidget(button)
            made.append(button)
        self.buttons.setVisible(bool(made))
        self.show()
        if made:
            made[0].setFocus()

    def _do(self, act: Callable[[], None]) -> None:
        self.hide()
        act()
