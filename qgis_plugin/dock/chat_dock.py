"""The dock "Chat with the map": its widgets and nothing else."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ..translation import tr
from .chat_head import Head
from .chat_input import QuestionEdit
from .chat_notice import Notice
from .chat_place import PlaceChip
from .chat_status import StatusLine
from .chat_view import ChatView


class ChatDock(QgsDockWidget):
    """Signals ``stop_asked`` (the button, or Esc anywhere in the dock)."""

    stop_asked = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Chat with the map"), parent)
        self.setObjectName("changevgChatDock")
        self.setAllowedAreas(
            Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        page = QWidget()
        page.setObjectName("changevgChatPage")
        column = QVBoxLayout(page)
        space = self.fontMetrics().height() // 3
        column.setContentsMargins(space, space, space, space)
        column.setSpacing(space)
        self.head = Head()
        self.view = ChatView()
        self.notice = Notice()
        self.place = PlaceChip()
        self.question = QuestionEdit()
        self.status = StatusLine()
        column.addWidget(self.head)
        column.addWidget(self.view, 1)
        column.addWidget(self.notice)
        chips = QHBoxLayout()
        chips.setContentsMargins(0, 0, 0, 0)
        chips.addWidget(self.place)
        chips.addStretch(1)
        column.addLayout(chips)
        line = QHBoxLayout()
        line.setSpacing(space)
        line.addWidget(self.question, 1)
        self.send = QToolButton()
        self.send.setObjectName("changevgChatSend")
        self.send.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.send.clicked.connect(self._pressed)
        line.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(line)
        column.addWidget(self.status)
        self.setWidget(page)
        self.setFocusProxy(self.question)
        self.question.escaped.connect(self.stop_asked)
        self.running = False
        self.show_running(False)
        order = [self.head.results, self.head.new, self.head.history, self.head.more, self.view,
                 self.place.button, self.place.reset, self.question, self.send]  # fmt: skip
        for at, widget in enumerate(order[1:]):
            QWidget.setTabOrder(order[at], widget)

    def show_running(self, running: bool) -> None:
        """Turn the button for sending into one for stopping, or back."""
        self.running = running
        icon = "mTaskCancel.svg" if running else "mActionStart.svg"
        tip = tr("Stop the answer (Esc)") if running else tr("Send (Enter)")
        self.send.setIcon(QgsApplication.getThemeIcon(icon))
        self.send.setToolTip(tip)
        self.send.setAccessibleName(tip)
        side = self.question.fontMetrics().height() * 2
        self.send.setMinimumSize(side, side)

    def show_usable(self, usable: bool) -> None:
        """Let questions be typed, or not where there is nothing to ask about."""
        for widget in (self.question, self.send, self.place, self.head.new, self.head.history):
            widget.setEnabled(usable)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops, wherever the keyboard is in the dock."""
        if event.key() == Qt.Key.Key_Escape and self.running:
            self.stop_asked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def _pressed(self) -> None:
        if self.running:
            self.stop_asked.emit()
        else:
            self.question.send()
