"""One question and its answer, as they are shown."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..translation import tr
from .chat_answer import AnswerText
from .chat_colours import Bubble, mute
from .chat_flow import FlowLayout
from .chat_record import Turn
from .chat_steps import StepsView, seconds_text
from .chat_text import PlainText


class TurnView(QWidget):
    """Signals: ``evidence_asked`` (Sentence), ``action_asked`` (dict), ``retry_asked``,
    ``copy_asked``, all with the turn first.
    """  # noqa: D205

    evidence_asked = pyqtSignal(object, object)
    action_asked = pyqtSignal(object, object)
    retry_asked = pyqtSignal(object)
    copy_asked = pyqtSignal(object)

    def __init__(self, turn: Turn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turn = turn
        self.setObjectName("changevgChatTurn")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._question_row())
        self.steps = StepsView()
        layout.addWidget(self.steps)
        self.answer = AnswerText()
        self.answer.evidence_asked.connect(self._evidence)
        layout.addWidget(self.answer)
        self.error = self._error_box()
        layout.addWidget(self.error)
        self.actions = QWidget()
        self.actions.setObjectName("changevgChatActions")
        self.action_row = FlowLayout(self.actions)
        layout.addWidget(self.actions)
        layout.addLayout(self._foot())
        for label in (self.about, self.place, self.hint):
            mute(label)
        self.show_turn({"steps", "sentences", "actions", "end"})

    def show_turn(self, changed: set[str]) -> None:
        """Show what changed."""
        turn = self.turn
        if changed & {"steps", "sentences", "end"}:
            self.steps.show_steps(turn.steps, turn.running)
        if changed & {"words", "sentences", "end"}:
            self.answer.show_answer(turn.sentences, turn.pending)
        self.answer.setVisible(bool(turn.sentences or turn.pending))
        if "actions" in changed:
            self._show_actions()
        waiting = turn.running and not (turn.text or turn.steps)
        self.about.setPlainText(tr("Thinking …") if waiting else self._about())
        self.tools.setVisible(turn.state in ("done", "stopped"))
        self.error.setVisible(turn.state == "failed")
        self.message.setPlainText(turn.error)
        self.hint.setPlainText(turn.hint)
        self.hint.setVisible(bool(turn.hint))

    def say(self, text: str) -> None:
        """Show a word of progress before the answer begins."""
        self.about.setPlainText(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "about"):
            for label in (self.about, self.place, self.hint):
                mute(label)

    def _question_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        bubble = Bubble()
        bubble.setObjectName("changevgChatBubble")
        inside = QVBoxLayout(bubble)
        space = self.fontMetrics().height() // 2
        inside.setContentsMargins(space, space // 2, space, space // 2)
        inside.setSpacing(0)
        self.question = _label("changevgChatAsked", self.turn.question)
        self.question.setAccessibleName(tr("Question"))
        inside.addWidget(self.question)
        self.place = _label("changevgChatPlace", self.turn.place)
        self.place.setVisible(bool(self.turn.place))
        inside.addWidget(self.place)
        row.addWidget(bubble, 5)
        return row

    def _error_box(self) -> Bubble:
        box = Bubble(QPalette.ColorRole.Text, 0.08)
        box.setObjectName("changevgChatError")
        row = QHBoxLayout(box)
        icon = QLabel()
        size = self.fontMetrics().height()
        icon.setPixmap(QgsApplication.getThemeIcon("mIconWarning.svg").pixmap(size, size))
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        self.message = _label("changevgChatErrorText", "")
        self.hint = _label("changevgChatErrorHint", "")
        again = QPushButton(QgsApplication.getThemeIcon("mActionRefresh.svg"), tr("Try again"))
        again.setObjectName("changevgChatTryAgain")
        again.clicked.connect(lambda: self.retry_asked.emit(self.turn))
        words.addWidget(self.message)
        words.addWidget(self.hint)
        words.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(words, 1)
        return box

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self.about = _label("changevgChatAbout", "")
        row.addWidget(self.about, 1)
        self.tools = QWidget()
        buttons = QHBoxLayout(self.tools)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(0)
        for name, icon, tip, signal in (
            ("Copy", "mActionEditCopy.svg", tr("Copy this answer"), self.copy_asked),
            ("Retry", "mActionRefresh.svg", tr("Ask again"), self.retry_asked),
        ):
            button = QToolButton()
            button.setObjectName(f"changevgChat{name}")
            button.setIcon(QgsApplication.getThemeIcon(icon))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda checked=False, signal=signal: signal.emit(self.turn))
            buttons.addWidget(button)
        row.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _show_actions(self) -> None:
        self.action_row.empty()
        names = {
            "zoom": (tr("Zoom"), "mActionZoomToSelected.svg"),
            "select": (tr("Select"), "mActionSelectRectangle.svg"),
            "filter": (tr("Show only these"), "mActionFilter2.svg"),
            "swipe": (tr("Before / after"), "mActionMapTips.svg"),
            "report": (tr("Open the report"), "mActionFileOpen.svg"),
            "export": (tr("Save as…"), "mActionFileSave.svg"),
        }
        for action in self.turn.actions:
            if action.get("name") not in names:
                continue
            text, icon = names[action["name"]]
            if action.get("arguments", {}).get("clear") is True:
                text = tr("Show all again")
            button = QPushButton(QgsApplication.getThemeIcon(icon), text)
            button.setObjectName(f"changevgChatAction_{action['name']}")
            button.clicked.connect(lambda checked=False, action=action: self._act(action))
            self.action_row.addWidget(button)
        self.actions.setVisible(bool(self.turn.actions))

    def _act(self, action: dict[str, Any]) -> None:
        self.action_asked.emit(self.turn, action)

    def _about(self) -> str:
        turn = self.turn
        parts = []
        if turn.state == "stopped":
            parts.append(tr("Stopped"))
        if turn.seconds is not None:
            parts.append(seconds_text(turn.seconds))
        if turn.host:
            parts.append(tr("sent to {}").format(turn.host))
        return " · ".join(parts)

    def _evidence(self, number: int) -> None:
        if number < len(self.turn.sentences):
            self.evidence_asked.emit(self.turn, self.turn.sentences[number])


def _label(name: str, text: str) -> PlainText:
    label = PlainText(name)
    label.setPlainText(text)
    return label
