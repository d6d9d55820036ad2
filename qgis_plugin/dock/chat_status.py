"""The line below the question: model, device, CRS and time."""

from __future__ import annotations

import time

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, Qt, QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ..translation import tr
from .chat_colours import mute
from .chat_record import Turn
from .chat_steps import seconds_text


class StatusLine(QWidget):
    """What answered the last question; counts the time while an answer comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatStatus")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.away = QLabel()
        self.away.setObjectName("changevgChatAway")
        size = self.fontMetrics().height()
        self.away.setPixmap(QgsApplication.getThemeIcon("mIconWarning.svg").pixmap(size, size))
        self.away.hide()
        row.addWidget(self.away)
        self.text = QLabel()
        self.text.setObjectName("changevgChatStatusText")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.text, 1)
        self._turn: Turn | None = None
        self._crs = ""
        self._started = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self.refresh)
        mute(self.text)

    def follow(self, turn: Turn | None, crs: str) -> None:
        """Tell of another turn."""
        self._turn, self._crs = turn, crs
        self._started = time.monotonic()
        self.refresh()

    def refresh(self) -> None:
        """Tell of the turn as it is now."""
        turn = self._turn
        running = turn is not None and turn.running
        if running and not self._timer.isActive():
            self._timer.start()
        elif not running:
            self._timer.stop()
        parts = []
        if turn is not None:
            model = tr("measured on the map") if turn.model == "map" else turn.model
            parts = [model, _device(turn.device)]
        parts.append((turn.crs if turn is not None else "") or self._crs)
        if turn is not None and turn.running:
            parts.append(seconds_text(time.monotonic() - self._started))
        elif turn is not None and turn.seconds is not None:
            parts.append(seconds_text(turn.seconds))
        host = turn.host if turn is not None else ""
        if host:
            parts.insert(0, tr("sent to {}").format(host))
        self.away.setVisible(bool(host))
        text = " · ".join(part for part in parts if part)
        self.text.setText(text)
        self.text.setToolTip(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "text"):
            mute(self.text)


def _device(name: str) -> str:
    """A device as people write it."""
    return {"cpu": "CPU", "cuda": "GPU"}.get(name.partition(":")[0], name)
