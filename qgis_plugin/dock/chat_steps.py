"""The tools an answer used: one line that unfolds."""

from __future__ import annotations

import json

from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtGui import QPaintEvent, QResizeEvent
from qgis.PyQt.QtWidgets import (
    QFrame,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..translation import tr
from .chat_colours import mute
from .chat_record import Step
from .chat_text import PlainText

ARGUMENTS_MOST = 600
"""Characters of a call's arguments that are shown."""
SHORT_S = 0.095
"""Below this a time is given in milliseconds."""
UNITS = {"m2": "m²", "m": "m", "m2/year": "m²/a", "m/year": "m/a", "count/year": "1/a"}


class FoldButton(QToolButton):
    """A flat button whose text is cut where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ""
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str) -> None:
        """Show a text, cut to the room there is."""
        self.words = words
        self.setAccessibleName(words)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A tool button centres its text; a heading stands at the left."""
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.rect.setWidth(min(self.width(), super().sizeHint().width()))
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.end()

    def _cut(self) -> None:
        room = self.width() - 3 * self.fontMetrics().height()
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))


class StepsView(QWidget):
    """Tool calls, folded to their number once they are done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatSteps")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.head = FoldButton()
        self.head.setObjectName("changevgChatStepsButton")
        self.head.setToolTip(tr("Show or hide the steps of this answer"))
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.clicked.connect(self._turn_over)
        layout.addWidget(self.head)
        self.body = QFrame()
        self.body.setObjectName("changevgChatStepsBody")
        self.lines = QVBoxLayout(self.body)
        self.lines.setContentsMargins(self.head.sizeHint().height(), 0, 0, 0)
        self.lines.setSpacing(2)
        layout.addWidget(self.body)
        self.fold(True)
        self.hide()

    def show_steps(self, steps: list[Step], running: bool) -> None:
        """Show tool calls as they are now."""
        self.setVisible(bool(steps))
        while self.lines.count() < 2 * len(steps):
            self._add_line()
        for number, step in enumerate(steps):
            head = self.lines.itemAt(2 * number).widget()
            detail = self.lines.itemAt(2 * number + 1).widget()
            head.setPlainText(_outcome(step) if len(steps) == 1 else _headline(step))
            detail.setPlainText(_arguments(step))
            detail.setVisible(bool(step.arguments))
        self.head.show_words(self._summary(steps, running))

    def _summary(self, steps: list[Step], running: bool) -> str:
        if running and steps and steps[-1].seconds is None:
            return steps[-1].text + " …"
        count = len(steps)
        if count == 1:
            return steps[0].text or steps[0].tool
        text = tr("{} steps").format(count)
        known = [step.seconds for step in steps if step.seconds is not None]
        return f"{text} · {seconds_text(sum(known))}" if known else text

    def _turn_over(self) -> None:
        self.fold(self.body.isVisibleTo(self))

    def _add_line(self) -> None:
        for name in ("changevgChatStep", "changevgChatStepArguments"):
            label = PlainText(name)
            self.lines.addWidget(label)
            mute(label)

    def fold(self, folded: bool) -> None:
        """Show the summary only, or every step."""
        self.head.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        self.body.setVisible(not folded)


def seconds_text(seconds: float) -> str:
    """A time in the user's own digits."""
    if seconds < SHORT_S:
        return tr("{} ms").format(QLocale().toString(max(1, round(seconds * 1000))))
    return tr("{} s").format(QLocale().toString(seconds, "f", 1 if seconds < 100 else 0))


def value_text(step: Step) -> str:
    """The number a call gave, with its unit."""
    if step.value is None:
        return ""
    unit = UNITS.get(step.unit, "")
    digits = 0 if float(step.value).is_integer() or abs(step.value) >= 100 else 2
    number = QLocale().toString(float(step.value), "f", digits)
    return f"{number} {unit}".strip()


def _headline(step: Step) -> str:
    return " · ".join(one for one in (step.text or step.tool, _outcome(step)) if one)


def _outcome(step: Step) -> str:
    parts = []
    if step.value is not None:
        parts.append(value_text(step))
    elif step.n_features is not None:
        count = QLocale().toString(step.n_features)
        parts.append(tr("1 object") if step.n_features == 1 else tr("{} objects").format(count))
    if step.seconds is not None:
        parts.append(seconds_text(step.seconds))
    return " · ".join(parts)


def _arguments(step: Step) -> str:
    text = f"{step.tool} {json.dumps(step.arguments, ensure_ascii=False)}"
    return text if len(text) <= ARGUMENTS_MOST else text[:ARGUMENTS_MOST] + " …"
