"""Settings ▸ Options ▸ ChangeVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.gui import (
    QgsAuthConfigSelect,
    QgsFileWidget,
    QgsOptionsPageWidget,
    QgsOptionsWidgetFactory,
)
from qgis.PyQt.QtGui import QGuiApplication, QIcon
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..engine_link import EngineLink
from ..engine_link.errors import EngineLinkError
from ..engine_link.install import uninstall
from ..engine_link.locate import engine_program, engines_folder, installed
from ..errors import PluginError
from ..resources import plugin_icon
from ..settings import Settings, overridden
from ..translation import tr
from .diagnostics import collect
from .folder_list import FolderList
from .install_dialog import open_install_dialog
from .language_box import LanguageBox
from .review_box import ReviewBox
from .tasks import Task

KEY = "mOptionsPageChangeVG"
NO = QMessageBox.StandardButton.No


class OptionsPage(QgsOptionsPageWidget):
    """Which engine is used, where from, and what it may touch.

    Parameters
    ----------
    link : EngineLink
    parent : QWidget, optional
    """

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.setObjectName(KEY)
        scroll = QScrollArea()
        scroll.setObjectName("changevgOptionsScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        content = QWidget()
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._engine_box())
        layout.addWidget(self._own_engine_box())
        self.language = LanguageBox()
        layout.addWidget(self.language)
        self.review = ReviewBox()
        layout.addWidget(self.review)
        folders = QGroupBox(tr("Folders the engine may read and write"))
        self.folders = FolderList()
        QVBoxLayout(folders).addWidget(self.folders)
        layout.addWidget(folders)
        layout.addStretch()
        self.show_settings(Settings.stored())

    def apply(self) -> None:
        """Keep what the page shows; QGIS calls this for OK."""
        Settings(
            program=self.program.filePath().strip(),
            url=self.url.text().strip(),
            auth=self.auth.configId(),
            folders=self.folders.folders(),
            gpu=self.gpu.isChecked(),
            index=self.index.text().strip(),
            uv=Settings.stored().uv,
            **self.language.values(),
            **self.review.values(),
        ).save()

    def show_settings(self, settings: Settings) -> None:
        """Fill the page."""
        self.program.setFilePath(settings.program)
        self.url.setText(settings.url)
        self.auth.setConfigId(settings.auth)
        self.folders.set_folders(settings.folders)
        self.gpu.setChecked(settings.gpu)
        self.index.setText(settings.index)
        self.language.show_settings(settings)
        self.review.show_settings(settings)
        self.show_state()

    def show_state(self) -> None:
        """Say which engine is there; asks files only."""
        ruled = [overridden(name) for name in ("program", "url") if overridden(name)]
        settings = Settings.load()
        try:
            if settings.url:
                text = tr("Uses the engine at {url}.").format(url=settings.url)
            else:
                program, own = engine_program(settings), installed()
                if own is not None and own.program == program:
                    text = tr("Engine {version}: {path}").format(version=own.version, path=program)
                else:
                    text = tr("Engine: {path}").format(path=program)
        except EngineLinkError as error:
            text = str(error)
        if ruled:
            text += "\n" + tr("Decided by the variable {name}.").format(name=", ".join(ruled))
        self.state.setText(text)
        self.findChild(QPushButton, "changevgRemoveButton").setEnabled(installed() is not None)

    def test(self) -> None:
        """Start or ask the engine as saved, and say what it answers."""
        self.apply()
        self._later(tr("Test the ChangeVG engine"), self._ask_health, self.state.setText)

    def copy_diagnostics(self) -> None:
        """Put a redacted report on the clipboard."""

        def copied(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self.state.setText(tr("The diagnostics are on the clipboard."))

        self._later(tr("ChangeVG diagnostics"), lambda task: collect(self.link), copied)

    def install(self) -> None:
        """Open the install dialog."""
        self.apply()
        self.dialog = open_install_dialog(self.link, self)
        self.dialog.installed.connect(self.show_state)
        options = self.window()
        if isinstance(options, QDialog):
            # While the options are open only what belongs to them can be used.
            options.finished.connect(self.dialog.outlive)

    def remove(self) -> None:
        """Remove the engine the plugin installed, once the user has confirmed it."""
        yes = QMessageBox.StandardButton.Yes
        question = tr("Remove the engine and all its files from {folder}?")
        answer = QMessageBox.question(
            self, "ChangeVG", question.format(folder=engines_folder()), yes | NO, NO
        )
        if answer != yes:
            return

        def work(task: Task) -> str:
            self.link.stop()
            uninstall()
            return tr("The engine is removed.")

        def removed(text: str) -> None:
            self.show_state()
            self.state.setText(text)

        self._later(tr("Remove the ChangeVG engine"), work, removed)

    def _ask_health(self, task: Task) -> str:
        client = self.link.client(task)
        health = client.health()
        return tr("Engine {version} answers at {url}.").format(
            version=health.get("version", "?"), url=client.url
        )

    def _later(self, title: str, work: Callable[[Task], Any], show: Callable[[str], None]) -> None:
        """Do something off the main thread; the buttons wait, the page does not."""

        def done(result: Any, error: PluginError | None) -> None:
            try:
                self.actions.setEnabled(True)
                show(str(error) if error is not None else result)
            except RuntimeError:
                return  # the page was closed while the engine was asked

        self.actions.setEnabled(False)
        self.state.setText(tr("Asking the engine …"))
        Task(title, work, done).start()

    def _engine_box(self) -> QGroupBox:
        box = QGroupBox(tr("Engine"))
        layout = QVBoxLayout(box)
        self.state = QLabel()
        self.state.setObjectName("changevgState")
        self.state.setWordWrap(True)
        layout.addWidget(self.state)
        self.actions = QWidget()
        row = QHBoxLayout(self.actions)
        row.setContentsMargins(0, 0, 0, 0)
        for text, name, action in (
            (tr("&Install or update…"), "changevgInstallButton", self.install),
            (tr("&Test"), "changevgTestButton", self.test),
            (tr("&Copy diagnostics"), "changevgDiagnosticsButton", self.copy_diagnostics),
            (tr("&Remove…"), "changevgRemoveButton", self.remove),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.clicked.connect(action)
            row.addWidget(button)
        row.addStretch()
        layout.addWidget(self.actions)
        self.gpu = QCheckBox(tr("Use the &graphics card if there is one"))
        self.gpu.setObjectName("changevgGpu")
        layout.addWidget(self.gpu)
        form = QFormLayout()
        self.index = QLineEdit()
        self.index.setObjectName("changevgIndex")
        self.index.setPlaceholderText(tr("the installer's own"))
        form.addRow(tr("Package inde&x"), self.index)
        layout.addLayout(form)
        return box

    def _own_engine_box(self) -> QGroupBox:
        box = QGroupBox(tr("An engine of your own"))
        form = QFormLayout(box)
        self.program = QgsFileWidget()
        self.program.setObjectName("changevgProgram")
        self.program.lineEdit().setPlaceholderText(tr("the installed one"))
        form.addRow(tr("&Program"), self.program)
        self.url = QLineEdit()
        self.url.setObjectName("changevgUrl")
        self.url.setPlaceholderText(tr("none: the plugin starts the engine"))
        form.addRow(tr("Running at (&URL)"), self.url)
        self.auth = QgsAuthConfigSelect()
        self.auth.setObjectName("changevgAuth")
        self.auth.setToolTip(tr("A configuration of the kind “Basic” whose password is the token"))
        form.addRow(tr("Its to&ken"), self.auth)
        note = QLabel(
            tr("An engine on another computer sees the rasters you describe, by their paths there.")
        )
        note.setWordWrap(True)
        form.addRow(note)
        return box


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page when the options dialog opens.

    Parameters
    ----------
    link : EngineLink
    """

    def __init__(self, link: EngineLink) -> None:
        super().__init__("ChangeVG", plugin_icon())
        self.link = link

    def icon(self) -> QIcon:
        """The plugin's."""
        return plugin_icon()

    def createWidget(self, parent: QWidget | None) -> OptionsPage:  # noqa: N802
        """A fresh page."""
        return OptionsPage(self.link, parent)
