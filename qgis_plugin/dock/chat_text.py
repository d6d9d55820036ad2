"""Text that is shown as it is, as high as it needs to be."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QSize, Qt, QUrl
from qgis.PyQt.QtGui import QResizeEvent, QTextOption, QWheelEvent
from qgis.PyQt.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget


class PlainText(QTextBrowser):
    """Never reads text as HTML, never follows a link, never loads anything.

    Parameters
    ----------
    name : str
        Object name.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Paths and addresses have no spaces to break at.
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def loadResource(self, kind: int, name: QUrl) -> Any:  # noqa: N802
        """Nothing is ever loaded."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A narrower text needs more lines."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The conversation scrolls, not the text in it."""
        event.ignore()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the text."""
        return QSize(0, self._text_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as the text, however narrow."""
        return self.sizeHint()

    def _text_height(self) -> int:
        return int(self.document().size().height() + 1)

    def _fit(self, *size: Any) -> None:
        if self.height() != self._text_height():
            self.setFixedHeight(self._text_height())
