"""The conversation as a column of questions and answers."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..translation import tr
from .chat_colours import mute
from .chat_flow import FlowLayout, WordsButton
from .chat_record import Turn
from .chat_turn import TurnView

SHOWN_MOST = 40
"""Turns shown at once; earlier ones come on request."""
AT_END_PIXELS = 24


class ChatView(QScrollArea):
    """Turns from the oldest to the newest; keeps to the end unless one has scrolled up.

    Signals ``question_chosen`` with a suggested question, and the turns' own.
    """

    question_chosen = pyqtSignal(str)
    evidence_asked = pyqtSignal(object, object)
    action_asked = pyqtSignal(object, object)
    retry_asked = pyqtSignal(object)
    copy_asked = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatView")
        self.setAccessibleName(tr("Conversation"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.page = QWidget()
        self.page.setBackgroundRole(QPalette.ColorRole.Base)
        self.page.setAutoFillBackground(True)
        self.column = QVBoxLayout(self.page)
        space = self.fontMetrics().height()
        self.column.setContentsMargins(space // 2, space // 2, space // 2, space // 2)
        self.column.setSpacing(space)
        self.earlier = QPushButton(tr("Show earlier questions"))
        self.earlier.setObjectName("changevgChatEarlier")
        self.earlier.clicked.connect(self._show_earlier)
        self.column.addWidget(self.earlier)
        self.welcome = QLabel()
        self.welcome.setObjectName("changevgChatWelcome")
        self.welcome.setTextFormat(Qt.TextFormat.PlainText)
        self.welcome.setWordWrap(True)
        self.column.addWidget(self.welcome)
        self.suggestions = QWidget()
        self.suggestions.setObjectName("changevgChatSuggestions")
        self.suggestions.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.suggestion_row = FlowLayout(self.suggestions)
        self.column.addWidget(self.suggestions)
        self.column.addStretch(1)
        self.setWidget(self.page)
        self.views: list[TurnView] = []
        self._hidden: list[Turn] = []
        self._at_end = True
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._grown)
        mute(self.welcome)

    def show_turns(self, turns: list[Turn], welcome: str) -> None:
        """Show another conversation."""
        for view in self.views:
            view.hide()
            view.deleteLater()
        self.views = []
        self._hidden = list(turns[:-SHOWN_MOST])
        self.earlier.setVisible(bool(self._hidden))
        self.welcome.setText(welcome)
        self._at_end = True
        for turn in turns[-SHOWN_MOST:]:
            self.add(turn)
        self.welcome.setVisible(not turns)

    def add(self, turn: Turn) -> TurnView:
        """Show a new turn at the end."""
        self.welcome.hide()
        view = self._make(turn)
        self.column.insertWidget(self.column.indexOf(self.suggestions), view)
        self.views.append(view)
        self._at_end = True
        if len(self.views) > 2 * SHOWN_MOST:
            self._hidden.append(self.views[0].turn)
            self.drop(self.views[0].turn)
            self.earlier.show()
        return view

    def drop(self, turn: Turn) -> None:
        """Take a turn away."""
        view = self.view_of(turn)
        if view is not None:
            self.views.remove(view)
            view.hide()
            view.deleteLater()

    def view_of(self, turn: Turn) -> TurnView | None:
        """What shows a turn, if it is shown."""
        return next((view for view in self.views if view.turn is turn), None)

    def suggest(self, questions: list[str]) -> None:
        """Offer questions as buttons below the last answer."""
        self.suggestion_row.empty()
        for question in questions:
            button = WordsButton(question)
            button.setObjectName("changevgChatSuggestion")
            button.clicked.connect(
                lambda checked=False, question=question: self.question_chosen.emit(question)
            )
            self.suggestion_row.addWidget(button)
        self.suggestions.setVisible(bool(questions))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "welcome"):
            mute(self.welcome)

    def _make(self, turn: Turn) -> TurnView:
        view = TurnView(turn)
        view.evidence_asked.connect(self.evidence_asked)
        view.action_asked.connect(self.action_asked)
        view.retry_asked.connect(self.retry_asked)
        view.copy_asked.connect(self.copy_asked)
        return view

    def _show_earlier(self) -> None:
        more, self._hidden = self._hidden[-SHOWN_MOST:], self._hidden[:-SHOWN_MOST]
        first = self.column.indexOf(self.earlier) + 1
        views = [self._make(turn) for turn in more]
        for position, view in enumerate(views):
            self.column.insertWidget(first + position, view)
        self.views = views + self.views
        self.earlier.setVisible(bool(self._hidden))

    def _scrolled(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - AT_END_PIXELS

    def _grown(self, low: int, high: int) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(high)
