"""The list of changes as Qt shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QLocale, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QIcon

from ..layers.style import words
from ..translation import tr
from .results_filter import Filter
from .results_rows import ACTION, AREA, CLASS, REVIEW, SCORE, Rows
from .slices import Slices

CAPTION = REVIEW + 1
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MARKS = {"confirmed": "✓", "rejected": "✗", "unsure": "?"}
"""Before the verdict's word: told apart without colours."""


class ResultsModel(QAbstractTableModel):
    """Changes that pass a filter, in an order; reads, sorts and filters without blocking."""

    arranged = pyqtSignal()
    """A new list is shown."""
    counted = pyqtSignal()
    """The number of reviewed changes is another."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: Rows | None = None
        self.order: list[int] = []
        self.filter = Filter()
        self._column: int | None = None
        self._backwards = False
        self._work = Slices(self)
        self._reading = False
        self._icons: dict[str, QIcon] = {}
        self._words = words()
        self._position: dict[int, int] = {}

    @property
    def busy(self) -> bool:
        """Whether a new list is being made."""
        return self._work.running

    def load(self, rows: Rows | None, icons: dict[str, QIcon]) -> None:
        """Show another layer's changes, or none; the list is empty until they are read."""
        self._work.stop()
        self._show([], {}, rows)
        self._icons = icons
        self._reading = rows is not None
        if rows is None:
            self.arranged.emit()
            self.counted.emit()
            return
        self._work.start(rows.read(), self._read)

    def arrange(self, wanted: Filter) -> None:
        """Filter anew."""
        self.filter = wanted
        self._arrange()

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by the file's own order for -1 and for captions."""
        self._column = column if 0 <= column <= REVIEW else None
        self._backwards = order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def stop(self) -> None:
        """Drop what is being read."""
        self._work.stop()

    def fid(self, position: int) -> int | None:
        """The feature in a line of the list."""
        if self.rows is None or not 0 <= position < len(self.order):
            return None
        return self.rows.fids[self.order[position]]

    def position(self, fid: int) -> int | None:
        """The line of a feature; None where the filter keeps it out."""
        row = self.rows.place.get(fid) if self.rows is not None else None
        return None if row is None else self._position.get(row)

    def fids(self) -> list[int]:
        """The features of the list, in its order."""
        return [] if self.rows is None else [self.rows.fids[row] for row in self.order]

    def change(self, fid: int, field: int, value: Any) -> None:
        """Take over an edit of the layer."""
        if self.rows is None:
            return
        before = self.rows.reviewed
        row = self.rows.change(fid, field, value)
        position = None if row is None else self._position.get(row)
        if position is not None:
            last = self.index(position, self.columnCount() - 1)
            self.dataChanged.emit(self.index(position, 0), last)
        if before != self.rows.reviewed:
            self.counted.emit()

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802
        """Number of changes in the list."""
        return 0 if parent is not None and parent.isValid() else len(self.order)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802
        """Class, change, score, area, review, description."""
        return 0 if parent is not None and parent.isValid() else CAPTION + 1

    def headerData(  # noqa: N802
        self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (tr("Class"), tr("Change"), tr("Score"), tr("Area (m²)"), tr("Review"),
                  tr("Description"))  # fmt: skip
        return titles[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if self.rows is None or not index.isValid():
            return None
        row, column = self.order[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column, index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SCORE, AREA):
            return RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column == ACTION:
            return self._icons.get(str(self.rows.key(row, ACTION)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.rows.text(row, self.order, index.row())[0] or None
        if role == Qt.ItemDataRole.FontRole and self.rows.key(row, REVIEW) == "rejected":
            font = QFont()
            font.setStrikeOut(column in (CLASS, ACTION))
            return font
        return None

    def _text(self, row: int, column: int, position: int) -> str:
        if self.rows is None:
            return ""
        if column == CAPTION:
            return self.rows.text(row, self.order, position)[0]
        value = self.rows.key(row, column)
        if column == SCORE:
            return "–" if value is None else QLocale().toString(float(value), "f", 2)
        if column == AREA:
            return "–" if value is None else QLocale().toString(float(value), "f", 0)
        word = self._words.get(value, str(value or ""))
        return f"{MARKS.get(value, '')} {word}".strip() if column == REVIEW else word

    def _read(self) -> None:
        self._reading = False
        self.counted.emit()
        self._arrange()

    def _arrange(self) -> None:
        rows = self.rows
        # While it is still being read there is nothing to arrange; it is done afterwards.
        if rows is None or self._reading:
            return
        order: list[int] = []
        position: dict[int, int] = {}

        def steps() -> Iterator[None]:
            for found in rows.arrange(self.filter, self._column, self._backwards):
                order[:] = found
                yield
            position.update({row: at for at, row in enumerate(order)})

        def done() -> None:
            self._show(order, position, rows)
            self.arranged.emit()

        self._work.start(steps(), done)

    def _show(self, order: list[int], position: dict[int, int], rows: Rows | None) -> None:
        self.beginResetModel()
        self.rows, self.order, self._position = rows, order, position
        self.endResetModel()
