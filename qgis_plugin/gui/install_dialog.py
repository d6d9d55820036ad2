"""The dialog that installs or updates the engine, once the user says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QCoreApplication, Qt, pyqtSignal
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ..engine_link import EngineLink
from ..engine_link.errors import LinkCancelled
from ..engine_link.install import Installer, Plan, free_bytes
from ..engine_link.locate import engines_folder, has_gpu, installed
from ..errors import PluginError
from ..settings import Settings
from ..translation import tr
from .diagnostics import redact
from .proxy import proxy_environment
from .tasks import Task


class InstallDialog(QDialog):
    """Choose where the engine comes from, agree, watch, cancel, retry.

    Parameters
    ----------
    link : EngineLink
        Its engine is ended before a new one takes its place.
    parent : QWidget, optional
    """

    installed = pyqtSignal()

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.task: Task | None = None
        self.setObjectName("changevgInstallDialog")
        self.setWindowTitle(tr("Install the ChangeVG engine"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        self.about = QLabel(self._about_text())
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(self.about)
        self.from_index = QRadioButton(tr("From the &internet (Python's package index)"))
        self.from_index.setObjectName("changevgFromIndex")
        self.from_index.setChecked(True)
        self.from_file = QRadioButton(tr("From a wheelhouse &file (no internet needed)"))
        self.from_file.setObjectName("changevgFromFile")
        self.file = QgsFileWidget()
        self.file.setObjectName("changevgWheelhouse")
        self.file.setFilter(tr("Wheelhouse") + " (*.zip)")
        self.file.setDialogTitle(tr("Wheelhouse file"))
        self.file.fileChanged.connect(self._file_chosen)
        self.gpu = QCheckBox(tr("With support for the NVIDIA &graphics card of this computer"))
        self.gpu.setObjectName("changevgInstallGpu")
        self.gpu.setVisible(has_gpu())
        self.progress = QProgressBar()
        self.progress.setObjectName("changevgInstallProgress")
        self.progress.setRange(0, 100)
        self.message = QLabel()
        self.message.setObjectName("changevgInstallMessage")
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.log = QPlainTextEdit()
        self.log.setObjectName("changevgInstallLog")
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(5000)
        for widget in (self.from_index, self.from_file, self.file, self.gpu, self.progress,
                       self.message, self.log):  # fmt: skip
            layout.addWidget(widget)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.install = self._button(tr("&Install"), "changevgInstall", self.start)
        self.cancel = self._button(tr("&Cancel"), "changevgInstallCancel", self.stop)
        self._button(tr("Copy &log"), "changevgInstallCopy", self.copy_log)
        self.install.setDefault(True)
        self.buttons.rejected.connect(self.reject)
        layout.addWidget(self.buttons)
        self._show_running(False)
        self.install.setFocus()

    def start(self) -> None:
        """Install as chosen."""
        if self.task is not None:
            return
        wheels = Path(self.file.filePath()) if self.from_file.isChecked() else None
        if wheels is not None and not self.file.filePath().strip():
            self.message.setText(tr("Choose the wheelhouse file first."))
            return
        settings = Settings.load()
        environ = proxy_environment()
        gpu = self.gpu.isChecked() and self.gpu.isVisibleTo(self)
        link = self.link

        def work(task: Task) -> Any:
            plan = Plan.of(settings, wheels=wheels, gpu=gpu, environ=environ)
            # The engine that runs is ended only for one that works; it is started anew when needed.
            return Installer(plan, task, link.stop).run()

        self.log.clear()
        self.message.setText(tr("Installing …"))
        self.task = Task(tr("Install the ChangeVG engine"), work, self._done)
        self.task.line.connect(self._add_line)
        self.task.progressChanged.connect(lambda percent: self.progress.setValue(int(percent)))
        self._show_running(True)
        self.task.start()

    def stop(self) -> None:
        """Cancel; what was laid down so far is removed."""
        if self.task is not None:
            self.message.setText(tr("Cancelling …"))
            self.task.cancel()

    def outlive(self, *_: Any) -> None:
        """Go over to the main window: the options, and all that belongs to them, are deleted."""
        options = self.parentWidget().window()
        shown = self.isVisible()
        self.setParent(options.parentWidget(), self.windowFlags())
        self.setVisible(shown)

    def copy_log(self) -> None:
        """Put the log, without names and passwords, on the clipboard."""
        QGuiApplication.clipboard().setText(redact(self.log.toPlainText()))

    def done(self, result: int) -> None:
        """Close; an installation that still runs is cancelled."""
        if self.task is not None:
            self.task.forget()
            self.task = None
        super().done(result)

    def _done(self, result: Any, error: PluginError | None) -> None:
        self.task = None
        self._show_running(False)
        if error is None:
            self.progress.setValue(100)
            self.message.setText(
                tr("Engine {version} is installed and works.").format(version=result.version)
            )
            self.installed.emit()
            return
        self.progress.setValue(0)
        self.install.setText(tr("&Try again"))
        if isinstance(error, LinkCancelled):
            self.message.setText(tr("Cancelled. Nothing was changed."))
        else:
            self.message.setText(f"{error.message}\n{error.hint or ''}".strip())

    def _about_text(self) -> str:
        cpu, free = Plan().needed_bytes() / 1e9, free_bytes(engines_folder()) / 1e9
        text = tr(
            "The engine finds the changes. It is a program of its own and is installed into its "
            "own folder, {folder}; QGIS and its Python are not changed. It takes up to "
            "{need:.0f} GB there ({free:.0f} GB are free). Nothing is fetched before you press "
            "Install. If this computer has no fitting Python and uv is there, uv fetches one."
        ).format(folder=engines_folder(), need=cpu, free=free)
        have = installed()
        if have is not None:
            text += " " + tr("Installed now: {version}.").format(version=have.version)
        return text

    def _button(self, text: str, name: str, action: Any) -> QPushButton:
        button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        return button

    def _add_line(self, text: str) -> None:
        self.log.appendPlainText(text)

    def _file_chosen(self, path: str) -> None:
        if path:
            self.from_file.setChecked(True)

    def _show_running(self, running: bool) -> None:
        for widget in (self.from_index, self.from_file, self.file, self.gpu, self.install):
            widget.setEnabled(not running)
        self.cancel.setEnabled(running)
        self.progress.setVisible(running or bool(self.message.text()))


def open_install_dialog(link: EngineLink, parent: QWidget | None = None) -> InstallDialog:
    """Show the dialog without blocking the rest of QGIS."""
    dialog = InstallDialog(link, parent)
    dialog.resize(640, 480)
    dialog.show()
    QCoreApplication.processEvents()
    return dialog
