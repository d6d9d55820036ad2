"""Actions of the dock: stepping, verdicts, notes, undo, saving, export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QToolBar, QToolButton

from ..translation import tr
from .results_menu import ExportMenu


class ResultsToolBar(QToolBar):
    """The toolbar, and the keys that have no place on it.

    Parameters
    ----------
    dock : ResultsDock
        Does what the actions say.

    Attributes
    ----------
    verdicts : list of QAction
        Confirm, reject, unsure.
    following, advance : QAction
        Whether the map follows the list, and a verdict leads to the next change.
    """

    def __init__(self, dock: Any) -> None:
        super().__init__(dock)
        self.setObjectName("changevgResultsToolBar")
        self.setIconSize(dock.iface.iconSize(True))
        self._dock = dock
        self._step()
        self.following = self._switch(
            tr("The map follows the list"), "changevgFollow", "mActionPanToSelected.svg"
        )
        self.advance = self._switch(
            tr("Go to the next change after a verdict"),
            "changevgAdvance",
            "mActionDoubleArrowRight.svg",
        )
        self.verdicts = self._decide()
        self.addSeparator()
        self.undo = self._make(
            tr("Undo the last verdict or note"), "changevgUndo", "mActionUndo.svg", dock.undo
        )
        self.save = self._make(
            tr("Save the reviews"), "changevgSaveReviews", "mActionSaveEdits.svg", dock.save_reviews
        )
        self.addActions([self.undo, self.save])
        self.addSeparator()
        self.exports = ExportMenu(dock)
        self._export_button()

    def _step(self) -> None:
        add, step = self._dock.keys.add, self._dock.step
        for name, text, icon, key, by in (
            ("changevgPrevious", tr("Previous change"), "mActionArrowUp.svg", "K", -1),
            ("changevgNext", tr("Next change"), "mActionArrowDown.svg", "J", 1),
        ):
            action = self._make(text, name, icon, partial(step, by))
            self.addAction(add(action, key, self._dock))
        for name, text, key, by in (
            ("changevgPreviousToo", tr("Previous change (second key)"), "P", -1),
            ("changevgNextToo", tr("Next change (second key)"), "N", 1),
        ):
            add(self._make(text, name, "", partial(step, by)), key, self._dock)

    def _decide(self) -> list[QAction]:
        add, mark = self._dock.keys.add, self._dock.mark
        made = []
        for verdict, text, key, icon in (
            ("confirmed", tr("Confirm"), "C", "mIconSuccess.svg"),
            ("rejected", tr("Reject"), "R", "mTaskCancel.svg"),
            ("unsure", tr("Unsure"), "U", "mActionHelpContents.svg"),
        ):
            action = self._make(text, f"changevgMark_{verdict}", icon, partial(mark, verdict))
            made.append(add(action, key, self._dock))
        note = self._make(tr("Write a note"), "changevgWriteNote", "", self._dock.write_note)
        forget = self._make(tr("Take the verdict away"), "changevgUnmark", "", partial(mark, None))
        add(note, "T", self._dock)
        add(forget, "Backspace", self._dock)
        return made

    def _make(self, text: str, name: str, icon: str, run: Callable[[], Any] | None) -> QAction:
        action = QAction(QgsApplication.getThemeIcon(icon) if icon else QIcon(), text, self._dock)
        action.setObjectName(name)
        if run is not None:
            action.triggered.connect(lambda checked=False: run())
        return action

    def _switch(self, text: str, name: str, icon: str) -> QAction:
        action = self._make(text, name, icon, None)
        action.setCheckable(True)
        action.setChecked(True)
        self.addAction(action)
        return action

    def _export_button(self) -> None:
        button = QToolButton()
        button.setObjectName("changevgExport")
        button.setIcon(QgsApplication.getThemeIcon("mActionSharingExport.svg"))
        button.setToolTip(tr("Export the list, pages or training data"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.exports)
        self.addWidget(button)
