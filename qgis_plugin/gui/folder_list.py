"""A list of folders that can be added to and taken from."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..settings import default_folders
from ..translation import tr


class FolderList(QWidget):
    """Folders the engine may use; the home and the temporary folder unless the user says else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changevgFolderList")
        self.list = QListWidget()
        self.list.setObjectName("changevgFolders")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(tr("Folders the engine may use"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        buttons = QVBoxLayout()
        for name, icon, tip, action in (
            ("Add", "symbologyAdd.svg", tr("Add a folder"), self.choose),
            ("Remove", "symbologyRemove.svg", tr("Remove the chosen folders"), self.remove),
        ):
            button = QToolButton()
            button.setObjectName(f"changevgFolder{name}")
            button.setIcon(QgsApplication.getThemeIcon(icon))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(action)
            buttons.addWidget(button)
        buttons.addStretch()
        layout.addLayout(buttons)

    def folders(self) -> tuple[str, ...]:
        """The folders; empty when they are the usual ones."""
        shown = [self.list.item(row).text() for row in range(self.list.count())]
        return () if shown == default_folders() else tuple(shown)

    def set_folders(self, folders: tuple[str, ...]) -> None:
        """Show folders; the usual ones for none."""
        self.list.clear()
        self.list.addItems(list(folders) or default_folders())

    def add(self, folder: str) -> None:
        """Add a folder unless it is there."""
        path = str(Path(folder))
        shown = [self.list.item(row).text() for row in range(self.list.count())]
        if path not in shown:
            self.list.addItem(path)

    def choose(self) -> None:
        """Let the user point at a folder."""
        folder = QFileDialog.getExistingDirectory(self, tr("Folder the engine may use"))
        if folder:
            self.add(folder)

    def remove(self) -> None:
        """Take the chosen folders out."""
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
