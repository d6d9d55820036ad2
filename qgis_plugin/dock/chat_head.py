"""The dock's top line: which result, which conversation, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ..translation import tr
from .chat_results import Result


class Head(QWidget):
    """Signals ``result_chosen`` with a package's path; the menus are filled by their owner."""

    result_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgChatHead")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.results = QComboBox()
        self.results.setObjectName("changevgChatResult")
        self.results.setAccessibleName(tr("Result that is talked about"))
        self.results.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.results.setMinimumContentsLength(8)
        self.results.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.results.activated.connect(self._chosen)
        row.addWidget(self.results, 1)
        self.new = self._button("New", "mActionAdd.svg", tr("New conversation"))
        self.history = self._button("History", "mActionHistory.svg", tr("Earlier conversations"))
        self.more = self._button("More", "mActionOptions.svg", tr("More"))
        for button in (self.history, self.more):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            menu = QMenu(button)
            menu.setObjectName(button.objectName() + "Menu")
            button.setMenu(menu)
        for button in (self.new, self.history, self.more):
            row.addWidget(button)

    def show_results(self, results: list[Result], chosen: str | None) -> None:
        """Offer results, and mark the one that is talked about."""
        self.results.blockSignals(True)
        self.results.clear()
        for result in results:
            self.results.addItem(result.title, result.package)
            last = self.results.count() - 1
            self.results.setItemData(last, result.package, Qt.ItemDataRole.ToolTipRole)
        self.results.setCurrentIndex(self.results.findData(chosen))
        self.results.setEnabled(bool(results))
        self.results.blockSignals(False)

    def add_entry(
        self, name: str, text: str, icon: str, act: Callable[[], None], *, enabled: bool = True
    ) -> None:
        """Add something to the menu "More"."""
        action = self.more.menu().addAction(QgsApplication.getThemeIcon(icon), text)
        action.setObjectName(name)
        action.setEnabled(enabled)
        action.triggered.connect(lambda checked=False: act())

    def _button(self, name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"changevgChat{name}")
        button.setIcon(QgsApplication.getThemeIcon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _chosen(self, row: int) -> None:
        self.result_chosen.emit(str(self.results.itemData(row)))
