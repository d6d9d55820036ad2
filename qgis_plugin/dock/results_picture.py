"""A picture of a place at one date, with the date on it."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPainterPath, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

SIDE, SMALLEST, RADIUS = 190, 64, 4.0


class DatePicture(QWidget):
    """Square picture, as large as its place allows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.label = ""
        self._pixmap = QPixmap()
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_file(self, path: str) -> None:
        """Show a picture file."""
        self._pixmap = QPixmap(path)
        self._text = ""
        self.update()

    def show_text(self, text: str) -> None:
        """Say why there is no picture."""
        self._pixmap, self._text = QPixmap(), text
        self.update()

    @property
    def empty(self) -> bool:
        """Whether no picture is shown."""
        return self._pixmap.isNull()

    def sizeHint(self) -> QSize:  # noqa: N802
        """What is asked for."""
        return QSize(SIDE, SIDE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The least that shows something."""
        return QSize(SMALLEST, SMALLEST)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """A square."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """A square, but never taller than its share of the dock."""
        return max(SMALLEST, min(width, SIDE + 40))

    def paintEvent(self, event: Any) -> None:  # noqa: N802
        """Draw the picture with its label, or the text in the colours of the theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(frame, RADIUS, RADIUS)
        painter.fillPath(path, self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.save()
        painter.setClipPath(path)
        if self._pixmap.isNull():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(frame.adjusted(8, 8, -8, -8), int(flags), self._text)
        else:
            painter.drawPixmap(frame, self._pixmap, _middle(self._pixmap, frame))
            if self.label:
                self._draw_label(painter, frame)
        painter.restore()
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawPath(path)
        painter.end()

    def _draw_label(self, painter: QPainter, frame: QRectF) -> None:
        draw_pill(painter, self.label, frame.left() + 6, frame.top() + 6)


def draw_pill(
    painter: Any, text: str, left: float, top: float, *, from_right: bool = False
) -> None:
    """Draw a date, white on dark, so that it can be read on any picture."""
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 12.0
    pill = QRectF(left - width if from_right else left, top, width, metrics.height() + 4.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 20, 24, 200))
    painter.drawRoundedRect(pill, RADIUS, RADIUS)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)


def _middle(pixmap: QPixmap, frame: QRectF) -> QRectF:
    """The part of a picture that fills a frame without being stretched."""
    width, height = float(pixmap.width()), float(pixmap.height())
    scale = max(frame.width() / width, frame.height() / height)
    shown = QRectF(0, 0, frame.width() / scale, frame.height() / scale)
    shown.moveCenter(QRectF(0, 0, width, height).center())
    return shown
