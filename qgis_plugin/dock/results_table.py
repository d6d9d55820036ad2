"""The table of the dock: whole lines, fixed height, letters are keys and not a search."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ..layers.style import ICON, words
from ..translation import tr
from .results_keys import Keys
from .results_model import CAPTION, MARKS, ResultsModel
from .results_rows import ACTION, AREA, CLASS, REVIEW, SCORE

PADDING = 12
CAPTION_CHARACTERS = 14
"""Where there is not room for so many, the description is left out: it stands below the list."""


class ResultsTable(QTableView):
    """List of changes.

    Parameters
    ----------
    model : ResultsModel
    keys : Keys
    """

    def __init__(self, model: ResultsModel, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._review_width = 0
        self.setObjectName("changevgResultsTable")
        self.setAccessibleName(tr("Changes"))
        self.setModel(model)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        lines = self.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self._set_widths()
        self.setMinimumHeight(4 * lines.defaultSectionSize())

    def event(self, event: Any) -> bool:
        """Claim the dock's keys before a shortcut of the main window does."""
        if event.type() == QEvent.Type.ShortcutOverride and self._keys.action(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Trigger the dock's keys; the rest is the list's."""
        action = self._keys.action(event)
        if action is not None:
            action.trigger()
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """Show the description only where there is room for it and the whole verdict."""
        super().resizeEvent(event)
        rest = self.viewport().width() - sum(self.columnWidth(one) for one in range(REVIEW))
        wanted = CAPTION_CHARACTERS * self.fontMetrics().averageCharWidth()
        roomy = rest >= self._review_width + wanted
        if roomy == self.isColumnHidden(CAPTION):
            self.setColumnHidden(CAPTION, not roomy)
        if roomy:
            self.setColumnWidth(REVIEW, self._review_width)

    def _set_widths(self) -> None:
        """As wide as the longest word, in the user's language and font."""
        known = words()
        self._review_width = self._width(
            REVIEW, [f"{mark} {known[one]}" for one, mark in MARKS.items()]
        )
        for column, texts in (
            (CLASS, [known[one] for one in ("building", "road", "other")]),
            (ACTION, [known[one] for one in ("appeared", "disappeared", "changed")]),
            (SCORE, ["0.00"]),
            (AREA, ["100,000"]),
        ):
            picture = ICON + 10 if column == ACTION else 0
            self.setColumnWidth(column, self._width(column, texts) + picture)
        # The last column takes what is left; the mark alone needs this much.
        self.horizontalHeader().setMinimumSectionSize(24)
        self.setColumnWidth(REVIEW, 24)

    def _width(self, column: int, texts: list[str]) -> int:
        measure = self.fontMetrics().horizontalAdvance
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        return max(measure(text) for text in (title, *texts)) + PADDING
