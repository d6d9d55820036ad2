"""Colours made from the palette only, so that every theme of QGIS fits."""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor, QPainter, QPaintEvent, QPalette
from qgis.PyQt.QtWidgets import QApplication, QFrame, QWidget

RADIUS_LINES = 0.4
"""Radius of a bubble's corners, in heights of a line."""


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """A colour between two: ``share`` of the second."""
    return QColor.fromRgbF(
        first.redF() * (1 - share) + second.redF() * share,
        first.greenF() * (1 - share) + second.greenF() * share,
        first.blueF() * (1 - share) + second.blueF() * share,
    )


def muted(palette: QPalette) -> QColor:
    """For what matters less; still 60 % of the text's contrast."""
    return mixed(
        palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.62
    )


def mute(widget: QWidget) -> None:
    """Draw a widget's text in the muted colour of the palette around it."""
    around = widget.parentWidget()
    palette = QPalette(around.palette() if around is not None else QApplication.palette())
    # On a base-coloured background a label draws with the second of these.
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, muted(palette))
    widget.setPalette(palette)


class Bubble(QFrame):
    """A frame with round corners in a tint of the highlight's, or the text's, colour.

    Parameters
    ----------
    role : QPalette.ColorRole
        What tints the base colour.
    share : float
        How much.
    """

    def __init__(
        self,
        role: QPalette.ColorRole = QPalette.ColorRole.Highlight,
        share: float = 0.18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._share = role, share

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the background."""
        palette = self.palette()
        base = palette.color(QPalette.ColorRole.Base)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(mixed(base, palette.color(self._role), self._share))
        painter.setPen(mixed(base, palette.color(self._role), min(1.0, self._share * 2)))
        radius = self.fontMetrics().height() * RADIUS_LINES
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        painter.end()
