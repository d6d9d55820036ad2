"""What can be made of the list: a spreadsheet, pages, training data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QProgressDialog

from ..errors import PluginError
from ..gui.tasks import Task
from ..messages import show
from ..translation import tr
from .results_atlas import make_atlas
from .results_export import Sheet, write_training_data
from .results_pdf import AtlasPdf

FOLDER_KEY = "changevg/export_folder"


class ExportMenu(QMenu):
    """The menu of the list's export button.

    Parameters
    ----------
    dock : ResultsDock
    """

    def __init__(self, dock: Any) -> None:
        super().__init__(dock)
        self.setObjectName("changevgExportMenu")
        self._dock, self._iface = dock, dock.iface
        self._pdf: AtlasPdf | None = None
        for text, name, icon, run in (
            (tr("List as spreadsheet…"), "Spreadsheet", "mActionSaveAs.svg", self.spreadsheet),
            (tr("One page per change as PDF…"), "Pdf", "mActionSaveAsPDF.svg", self.pdf),
            (tr("Open the page layout"), "Atlas", "mIconAtlas.svg", self.atlas),
            (
                tr("Reviews as training data…"),
                "Training",
                "mActionSharingExport.svg",
                self.training,
            ),
        ):
            action = self.addAction(QgsApplication.getThemeIcon(icon), text)
            action.setObjectName(f"changevgExport{name}")
            action.triggered.connect(lambda checked=False, run=run: run())

    def stop(self) -> None:
        """Drop a PDF that is being written."""
        if self._pdf is not None:
            self._pdf.cancel()

    def spreadsheet(self, fids: list[int] | None = None) -> None:
        """Write some changes, or the list as it is shown, in their order."""
        path = self._ask(".xlsx", tr("Spreadsheet (*.xlsx *.ods)"))
        if path:
            chosen = self._dock.model.fids() if fids is None else fids
            sheet = Sheet.of(self._dock.layer, chosen)
            self._run(path, lambda task: sheet.write(path, task), tr("{} rows were written to {}."))

    def training(self) -> None:
        """Copy the result with its reviews."""
        if not self._saved():
            return
        result = self._dock.result
        path = self._ask("-reviewed.gpkg", tr("GeoPackage (*.gpkg)"))
        if not path:
            return
        if Path(path).absolute() == Path(result.package).absolute():
            self._say(PluginError(tr("Choose another name: this is the result itself.")))
            return
        said = tr("{} decided changes were copied for training to {}.")
        self._run(path, lambda task: write_training_data(result, path, task), said)

    def atlas(self) -> None:
        """Open the pages in QGIS's layout window, where they can be edited and exported."""
        layout = self._layout()
        if layout is not None:
            designer = self._iface.openLayoutDesigner(layout)
            if designer is not None:
                designer.setAtlasPreviewEnabled(True)

    def pdf(self) -> None:
        """Write a page for each change of the list, in its order."""
        path = self._ask(".pdf", tr("PDF (*.pdf)"))
        layout = self._layout() if path and self._pdf is None else None
        if layout is None:
            return
        watch = QProgressDialog(tr("Pages are drawn…"), tr("Cancel"), 0, 0, self._dock)
        watch.setObjectName("changevgPdfProgress")
        watch.setMinimumDuration(500)
        watch.setAutoReset(False)
        project = QgsProject.instance()
        project.aboutToBeCleared.connect(watch.cancel)

        def progress(done: int, total: int) -> None:
            watch.setMaximum(total)
            watch.setValue(done)

        def done(error: PluginError | None) -> None:
            pages = self._pdf.pages if self._pdf is not None else 0
            self._pdf = None
            project.aboutToBeCleared.disconnect(watch.cancel)
            watch.close()
            watch.deleteLater()
            project.layoutManager().removeLayout(layout)
            if error is None:
                self._done(path, tr("{} pages were written to {}.").format(pages, path))
            else:
                self._say(error)

        self._pdf = AtlasPdf(layout, self._dock.model.fids(), path, progress, done)
        watch.canceled.connect(self._pdf.cancel)
        self._pdf.start()

    def _layout(self) -> Any:
        dock = self._dock
        if not self._saved():
            return None
        try:
            return make_atlas(
                dock.layer, dock.result, dock.chooser.currentText(), dock.model.filter.expression()
            )
        except PluginError as error:
            self._say(error)
            return None

    def _saved(self) -> bool:
        """A result is shown, and its reviews are in the file."""
        if self._dock.result is None:
            self._say(PluginError(tr("No result is open.")))
            return False
        return bool(self._dock.save_reviews())

    def _ask(self, ending: str, kinds: str) -> str:
        """A name for a file, beside the result or where the last one was written."""
        result = self._dock.result
        if result is None:
            self._say(PluginError(tr("No result is open.")))
            return ""
        settings = QgsSettings()
        folder = settings.value(FOLDER_KEY, str(Path(result.package).parent), type=str)
        start = Path(folder) / f"{Path(result.package).stem}{ending}"
        path, _ = QFileDialog.getSaveFileName(self._dock, tr("Export"), str(start), kinds)
        if not path:
            return ""
        if not Path(path).suffix:
            path += Path(ending).suffix or ending
        settings.setValue(FOLDER_KEY, str(Path(path).parent))
        return str(path)

    def _run(self, path: str, work: Callable[[Any], int], said: str) -> None:
        def done(count: Any, error: PluginError | None) -> None:
            if error is None:
                self._done(path, said.format(count, path))
            else:
                self._say(error)

        Task(tr("Export"), work, done).start()

    def _done(self, path: str, text: str) -> None:
        folder = QUrl.fromLocalFile(str(Path(path).parent))
        show(
            self._iface,
            text,
            Qgis.MessageLevel.Success,
            tr("Open folder"),
            lambda: QDesktopServices.openUrl(folder),
        )

    def _say(self, error: PluginError) -> None:
        show(self._iface, str(error), Qgis.MessageLevel.Warning)
