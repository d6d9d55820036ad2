"""One change in words and pictures, and the buttons that say what a person thinks of it."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QLocale, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAction,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..layers.result import DATES, Result
from ..layers.style import action_colour, words
from ..layers.thumbnails import Thumbnails
from ..translation import tr
from .results_picture import DatePicture


class ResultDetails(QWidget):
    """Shows the current change.

    Parameters
    ----------
    thumbnails : Thumbnails
    verdicts : list of QAction
        Become the buttons at the bottom.
    """

    noted = pyqtSignal(str)
    """A note was written and is to be kept."""
    left = pyqtSignal()
    """The note was left: back to the list."""

    def __init__(self, thumbnails: Thumbnails, verdicts: list[QAction]) -> None:
        super().__init__()
        self.setObjectName("changevgDetails")
        self._thumbnails = thumbnails
        self._wanted: dict[str, DatePicture] = {}
        self._note = ""
        self.fid: int | None = None
        self.title, self.facts, self.caption = QLabel(), QLabel(), QLabel()
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label, name in (
            (self.title, "changevgChangeTitle"),
            (self.facts, "changevgChangeFacts"),
            (self.caption, "changevgChangeCaption"),
        ):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.caption.setWordWrap(True)
        self.pictures = {which: DatePicture(f"changevgPicture_{which}") for which in DATES}
        self.note = _Note()
        self.note.setObjectName("changevgNote")
        self.note.setPlaceholderText(tr("Note, written with the next verdict or by Enter"))
        self.note.setAccessibleName(tr("Note"))
        self.note.returnPressed.connect(self._keep_note)
        self.note.escaped.connect(self._drop_note)
        self._arrange(verdicts)
        thumbnails.ready.connect(self._ready)
        self.clear("")

    def clear(self, text: str) -> None:
        """Show no change, but a sentence."""
        self.fid = None
        self._wanted.clear()
        self.title.setText(text)
        self.facts.clear()
        self.caption.clear()
        self.note.clear()
        self._note = ""
        for picture in self.pictures.values():
            picture.label = ""
            picture.show_text("")
        self._enable(False)

    def show_change(self, layer: Any, feature: Any, result: Result) -> None:
        """Show a change; its pictures come when they are drawn."""
        self.fid = feature.id()
        word = words()
        names = feature.fields().names()
        value = {name: feature.attribute(name) for name in names}
        kind, action = (str(value.get(name) or "") for name in ("class", "action"))
        self.title.setText(f"{word.get(kind, kind)} {word.get(action, action).lower()}")
        self.facts.setText(_facts(value))
        self.caption.setText(_said(value.get("caption")))
        self._note = _said(value.get("note"))
        self.note.setText(self._note)
        self._wanted.clear()
        for which, picture in self.pictures.items():
            picture.label = result.label(which)
            colour = action_colour(layer, feature)
            found = self._thumbnails.picture(layer, feature, result, which, colour)
            if found is None:
                picture.show_text(tr("The raster is not where it was."))
            elif found[1]:
                picture.show_file(found[0])
            else:
                if picture.empty:
                    picture.show_text("…")
                self._wanted[found[0]] = picture
        self._enable(True)

    def pending_note(self) -> str | None:
        """The note where it was changed and not kept yet."""
        return self.note.text() if self.note.text().strip() != self._note.strip() else None

    def note_kept(self) -> None:
        """The note that stands there is in the layer."""
        self._note = self.note.text()

    def _arrange(self, verdicts: list[QAction]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.facts)
        layout.addLayout(head)
        pair = QHBoxLayout()
        pair.setSpacing(6)
        for picture in self.pictures.values():
            pair.addWidget(picture, 1)
        layout.addLayout(pair)
        layout.addWidget(self.caption)
        layout.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons = []
        for action in verdicts:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setObjectName(f"{action.objectName()}Button")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button, 1)
            self.buttons.append(button)
        layout.addLayout(row)

    def _enable(self, on: bool) -> None:
        self.note.setEnabled(on)
        for button in self.buttons:
            button.defaultAction().setEnabled(on)

    def _ready(self, path: str) -> None:
        picture = self._wanted.pop(path, None)
        if picture is not None:
            picture.show_file(path)

    def _keep_note(self) -> None:
        text = self.pending_note()
        if text is not None:
            self.noted.emit(text)
        self.left.emit()

    def _drop_note(self) -> None:
        self.note.setText(self._note)
        self.left.emit()


class _Note(QLineEdit):
    """Tells of Escape."""

    escaped = pyqtSignal()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Escape leaves; everything else is writing."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


def _facts(value: dict[str, Any]) -> str:
    parts = []
    locale = QLocale()
    for name, text, digits in (("score", tr("score {}"), 2), ("area_m2", tr("{} m²"), 0)):
        number = value.get(name)
        if isinstance(number, (int, float)):
            parts.append(text.format(locale.toString(float(number), "f", digits)))
    return " · ".join(parts)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""
