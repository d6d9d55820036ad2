"""The map tool that drags the line between before and after."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal

from .swipe_item import GRIP, SwipeItem

STEP = 0.02


class SwipeTool(QgsMapTool):
    """Drag anywhere, or use the keys: arrows move the line, Home and End show one date.

    Parameters
    ----------
    canvas : QgsMapCanvas
    item : SwipeItem
    tool_before : QgsMapTool or None
        The map's own, which comes back; it may be deleted meanwhile.
    """

    ended = pyqtSignal()
    """Escape was pressed."""

    def __init__(self, canvas: Any, item: SwipeItem, tool_before: Any = None) -> None:
        super().__init__(canvas)
        self.tool_before = tool_before
        self._item = item
        self.setToolName("ChangeVG swipe")
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def canvasPressEvent(self, event: Any) -> None:  # noqa: N802
        """Take the line along from where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._item.move_handle(float(event.pos().x()))

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._item.move_handle(float(event.pos().x()))
        near = abs(event.pos().x() - self._item.handle) <= GRIP
        shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Move the line by keys."""
        share = {
            Qt.Key.Key_Left: self._item.share - STEP,
            Qt.Key.Key_Right: self._item.share + STEP,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(event.key())
        if share is not None:
            self._item.move_handle(share * float(self.canvas().width()))
            # QGIS goes on with a key when its event is ignored, strange as it is.
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
            event.ignore()
