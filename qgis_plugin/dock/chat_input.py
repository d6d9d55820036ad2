"""Where questions are typed: Enter sends, Shift+Enter breaks the line, Up brings back the last."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent, QTextCursor
from qgis.PyQt.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ..translation import tr

LINES_MOST = 6
KEPT_MOST = 100
QUESTION_MOST = 2000
"""Characters of one question; the engine refuses longer ones."""


class QuestionEdit(QPlainTextEdit):
    """A text field that grows with its text up to six lines.

    Signals ``sent`` (the question) and ``escaped``.
    """

    sent = pyqtSignal(str)
    escaped = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatQuestion")
        self.setPlaceholderText(tr("Ask about the changes …"))
        self.setAccessibleName(tr("Question about the changes"))
        self.setToolTip(
            tr("Enter sends, Shift+Enter starts a new line, Up brings back the last question.")
        )
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.asked: list[str] = []
        self._at = 0
        self._draft = ""
        self._fit()

    def send(self) -> None:
        """Hand the question over and empty the field; nothing happens when it is empty."""
        question = self.toPlainText().strip()[:QUESTION_MOST]
        if not question:
            return
        self.remember(question)
        self.clear()
        self.sent.emit(question)

    def remember(self, question: str) -> None:
        """Let Up find a question."""
        if question in self.asked:
            self.asked.remove(question)
        self.asked = [*self.asked, question][-KEPT_MOST:]
        self._at = len(self.asked)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys with a meaning of their own."""
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.send()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key == Qt.Key.Key_Up and plain and self._on_edge(QTextCursor.MoveOperation.Up):
            self._step(-1)
        elif key == Qt.Key.Key_Down and plain and self._on_edge(QTextCursor.MoveOperation.Down):
            self._step(1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A narrower field needs more lines."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line at least."""
        return QSize(super().sizeHint().width(), self.height())

    def _on_edge(self, way: QTextCursor.MoveOperation) -> bool:
        """Whether the cursor is in the first, or the last, line."""
        cursor = self.textCursor()
        return not cursor.movePosition(way)

    def _step(self, way: int) -> None:
        if self._at >= len(self.asked):
            self._draft = self.toPlainText()
        self._at = min(max(self._at + way, 0), len(self.asked))
        text = self.asked[self._at] if self._at < len(self.asked) else self._draft
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def _fit(self) -> None:
        lines = min(max(int(self.document().size().height()), 1), LINES_MOST)
        line = QFontMetricsF(self.font()).lineSpacing()
        around = 2 * (self.document().documentMargin() + self.frameWidth())
        self.setFixedHeight(int(lines * line + around + 2))
