"""An answer's sentences, each with a link to the features it rests on."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QLocale, Qt, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QPalette, QTextCharFormat, QTextCursor
from qgis.PyQt.QtWidgets import QWidget

from ..translation import tr
from .chat_colours import muted
from .chat_record import Sentence
from .chat_text import PlainText

SCHEME = "evidence"


class AnswerText(PlainText):
    """Shows text as text: what a model wrote is never read as HTML, and its links are none.

    Signals ``evidence_asked`` with the number of the sentence whose evidence was clicked.
    """

    evidence_asked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("changevgChatAnswer", parent)
        self.setAccessibleName(tr("Answer"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.anchorClicked.connect(self._clicked)
        self._sentences: list[Sentence] = []
        self._pending = ""
        self._settled = 0

    def show_answer(self, sentences: list[Sentence], pending: str = "") -> None:
        """Show sentences, and the words that came since the last of them."""
        # One block of edits is laid out once, however many words it brings.
        block = QTextCursor(self.document())
        block.beginEditBlock()
        done = len(self._sentences)
        if sentences[:done] != self._sentences:
            self._restart()
            done = 0
        if len(sentences) == done and pending.startswith(self._pending):
            self._write(pending.removeprefix(self._pending), self._plain_format())
        else:
            self._drop_pending()
            for number in range(done, len(sentences)):
                self._write_sentence(number, sentences[number])
            self._settled = self._end().position()
            if pending:
                self._write((" " if sentences else "") + pending.lstrip(), self._plain_format())
        self._sentences, self._pending = list(sentences), pending
        block.endEditBlock()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_sentences", None):
            sentences, pending = self._sentences, self._pending
            self._restart()
            self.show_answer(sentences, pending)

    def _restart(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        self._sentences, self._pending, self._settled = [], "", 0

    def _end(self) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _write(self, text: str, style: QTextCharFormat) -> None:
        # insertText takes everything as characters, insertHtml would not.
        if text:
            self._end().insertText(text, style)

    def _drop_pending(self) -> None:
        cursor = self._end()
        cursor.setPosition(self._settled, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def _write_sentence(self, number: int, sentence: Sentence) -> None:
        style = self._plain_format()
        if sentence.source != "map":
            style.setForeground(muted(self.palette()))
        if sentence.source == "model":
            style.setFontItalic(True)
            style.setToolTip(tr("A model's opinion: nothing was measured."))
        text = sentence.text + (" …" if sentence.source == "unfinished" else "")
        self._write((" " if number else "") + text, style)
        if sentence.source == "model":
            self._write(" (" + tr("model's opinion") + ")", style)
        if sentence.evidence or sentence.bbox:
            self._write("\u00a0", self._plain_format())
            self._write(link_text(sentence), self._link_format(number, sentence))

    def _plain_format(self) -> QTextCharFormat:
        style = QTextCharFormat()
        style.setForeground(self.palette().color(QPalette.ColorRole.Text))
        return style

    def _link_format(self, number: int, sentence: Sentence) -> QTextCharFormat:
        style = QTextCharFormat()
        style.setAnchor(True)
        style.setAnchorHref(f"{SCHEME}:{number}")
        style.setForeground(self.palette().color(QPalette.ColorRole.Link))
        style.setToolTip(tr("Show on the map what this sentence rests on"))
        return style

    def _clicked(self, url: QUrl) -> None:
        number = url.path()
        if url.scheme() == SCHEME and number.isdigit():
            self.evidence_asked.emit(int(number))


def link_text(sentence: Sentence) -> str:
    """What the link to a sentence's evidence says."""
    count = sentence.evidence
    if not count:
        return "[" + tr("place") + "]"
    shown = QLocale().toString(count)
    return "[" + (tr("1 object") if count == 1 else tr("{} objects").format(shown)) + "]"
