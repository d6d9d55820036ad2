"""The dock with the list of changes: look, decide, go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsFeatureRequest, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QItemSelectionModel, QLocale, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ..errors import PluginError
from ..layers.result import Result, box_layers
from ..layers.style import action_icons
from ..layers.thumbnails import Thumbnails
from ..messages import show
from ..translation import tr
from .results_details import ResultDetails
from .results_filter_bar import FilterBar
from .results_follow import Follow
from .results_keys import Keys
from .results_model import ResultsModel
from .results_review import Review
from .results_rows import Rows
from .results_table import ResultsTable
from .results_toolbar import ResultsToolBar

SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class ResultsDock(QgsDockWidget):
    """List, pictures, verdicts.

    Parameters
    ----------
    iface : QgisInterface
    thumbnails : Thumbnails
    """

    layer_changed = pyqtSignal()
    """Another result, or none, is shown."""

    def __init__(self, iface: Any, thumbnails: Thumbnails) -> None:
        super().__init__(tr("Changes"))
        self.setObjectName("changevgResultsDock")
        self.iface = iface
        self.layer: Any = None
        self.result: Result | None = None
        self.review: Review | None = None
        self.model = ResultsModel(self)
        self.keys = Keys()
        self.follow = Follow(iface.mapCanvas())
        self._fid: int | None = None
        self.toolbar = ResultsToolBar(self)
        self._build(thumbnails)
        self._connect()
        self.refresh_layers()

    def stop(self) -> None:
        """Let go of everything outside the dock; it is about to be deleted."""
        project = QgsProject.instance()
        project.layersAdded.disconnect(self.refresh_layers)
        project.layersWillBeRemoved.disconnect(self._layers_go)
        project.layersRemoved.disconnect(self.refresh_layers)
        self._leave()
        self.toolbar.exports.stop()
        self.model.stop()
        self.keys.remove()
        self.follow.clear()

    def show_layer(self, layer: Any) -> None:
        """Show a result that is in the project."""
        self.refresh_layers()
        at = self.chooser.findData(layer.id())
        if at >= 0:
            self.chooser.setCurrentIndex(at)

    def refresh_layers(self, *_: Any) -> None:
        """List the results of the project; stay with the one that is shown."""
        found = list(box_layers(QgsProject.instance()))
        current = self.chooser.currentData()
        self.chooser.blockSignals(True)
        self.chooser.clear()
        for layer, result in found:
            node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
            named = node.parent().name() if node is not None and node.parent() else ""
            self.chooser.addItem(named or result.title(), layer.id())
        at = max(0, self.chooser.findData(current))
        self.chooser.setCurrentIndex(at if found else -1)
        self.chooser.setEnabled(bool(found))
        self.chooser.blockSignals(False)
        self._choose()

    def go_to(self, fid: int) -> bool:
        """Make a change the current one; False where the filter keeps it out."""
        position = self.model.position(fid)
        if position is None:
            return False
        self._set_line(position)
        return True

    def step(self, by: int) -> None:
        """Go on or back in the list."""
        count = self.model.rowCount()
        if count:
            line = self.table.currentIndex().row()
            self._set_line(min(max(line + by, 0), count - 1))

    def mark(self, verdict: str | None) -> None:
        """Give a verdict on the current change, with the note that is written, and go on."""
        if self.review is None or self._fid is None:
            return
        review, fid = self.review, self._fid
        note = self.details.pending_note() if self.details.fid == fid else None
        if self._try(lambda: review.mark(fid, verdict, note)):
            if note is not None:
                self.details.note_kept()
            # QGIS's own Undo works on the active layer.
            self.iface.setActiveLayer(self.layer)
            if verdict is not None and self.toolbar.advance.isChecked():
                self.step(1)
            self._show_current()

    def _build(self, thumbnails: Thumbnails) -> None:
        body = QWidget(self)
        body.setObjectName("changevgResults")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.chooser = QComboBox()
        self.chooser.setObjectName("changevgResultChooser")
        self.chooser.setAccessibleName(tr("Result"))
        self.chooser.setMinimumContentsLength(12)
        self.chooser.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.filters = FilterBar()
        self.table = ResultsTable(self.model, self.keys)
        self.details = ResultDetails(thumbnails, self.toolbar.verdicts)
        self.count = QLabel()
        self.count.setObjectName("changevgCount")
        self.count.setContentsMargins(6, 2, 6, 2)
        self.progress = QProgressBar()
        self.progress.setObjectName("changevgProgress")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setObjectName("changevgResultsSplitter")
        splitter.addWidget(self.table)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        chooser = QVBoxLayout()
        chooser.setContentsMargins(6, 4, 6, 0)
        chooser.addWidget(self.chooser)
        layout.addWidget(self.toolbar)
        layout.addLayout(chooser)
        layout.addWidget(self.filters)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.count)
        self.setWidget(body)

    def _connect(self) -> None:
        project = QgsProject.instance()
        project.layersAdded.connect(self.refresh_layers)
        project.layersWillBeRemoved.connect(self._layers_go)
        project.layersRemoved.connect(self.refresh_layers)
        self.chooser.currentIndexChanged.connect(lambda at: self._choose())
        self.filters.changed.connect(self.model.arrange)
        self.model.arranged.connect(self._arranged)
        self.model.counted.connect(self._count)
        self.table.selectionModel().currentRowChanged.connect(lambda new, old: self._moved(new))
        self.table.doubleClicked.connect(lambda index: self._show_current(zoom=True))
        self.details.noted.connect(self._annotate)
        self.details.left.connect(self.table.setFocus)
        # The map moves when stepping has come to rest for a moment, not at every key repeat.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(60)
        self._rest.timeout.connect(self._show_current)

    def _choose(self) -> None:
        layer = QgsProject.instance().mapLayer(self.chooser.currentData() or "")
        if layer is self.layer and layer is not None:
            return
        self._leave()
        self.layer, self.result = layer, Result.of_layer(layer)
        if layer is None or self.result is None:
            self.layer = self.result = None
            self.model.load(None, {})
        else:
            self.review = Review(layer, self)
            self.review.changed.connect(self._show_state)
            layer.attributeValueChanged.connect(self.model.change)
            layer.selectionChanged.connect(self._selected)
            layer.dataSourceChanged.connect(self.renew)
            for signal in _reloads(layer):
                signal.connect(self.reload)
            self.model.load(Rows(layer, self.result), action_icons(layer))
        self._show_state()
        self.layer_changed.emit()

    def _layers_go(self, ids: list[str]) -> None:
        """Leave a layer while it is still there."""
        if self.layer is not None and self.layer.id() in ids:
            self._leave(keep=False)
            self.model.load(None, {})

    def _leave(self, *, keep: bool = True) -> None:
        """Listen no longer to the layer that was shown; write the note that is pending, or drop it.

        A note is dropped where its number may be another change's by now.
        """
        if keep:
            self._write_note(self.details.pending_note())
        self.details.clear("")
        self._fid = None
        self.follow.clear()
        if self.layer is not None and self.review is not None:
            self.review.release()
            self.layer.attributeValueChanged.disconnect(self.model.change)
            self.layer.selectionChanged.disconnect(self._selected)
            self.layer.dataSourceChanged.disconnect(self.renew)
            for signal in _reloads(self.layer):
                signal.disconnect(self.reload)
        self.layer = self.result = self.review = None

    def reload(self, *_: Any) -> None:
        """Read the layer again: changes were added, removed or numbered anew."""
        if self.layer is not None and self.result is not None:
            self.model.load(Rows(self.layer, self.result), action_icons(self.layer))

    def renew(self, *_: Any) -> None:
        """Show the same layer, whose file a run, or the user, has replaced by another."""
        self._leave(keep=False)
        self.refresh_layers()

    def _set_line(self, line: int) -> None:
        index = self.model.index(line, 0)
        self.table.selectionModel().setCurrentIndex(index, SELECT)
        self.table.scrollTo(index)

    def _moved(self, index: Any) -> None:
        fid = self.model.fid(index.row()) if index.isValid() else None
        if fid is not None:
            self._keep_pending()
            self._fid = fid
            self._rest.start()

    def _keep_pending(self) -> None:
        """A note that was written and not confirmed by Enter is kept, not lost."""
        note = self.details.pending_note()
        if note is not None:
            self._annotate(note)

    def _annotate(self, note: str) -> None:
        if self._write_note(note):
            self.details.note_kept()
            self.iface.setActiveLayer(self.layer)

    def _write_note(self, note: str | None) -> bool:
        review, fid = self.review, self.details.fid
        if review is None or fid is None or note is None:
            return False
        return self._try(lambda: review.annotate(fid, note))

    def write_note(self) -> None:
        """Go to the field for the note."""
        self.details.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_current(self, *, zoom: bool | None = None) -> None:
        self._rest.stop()
        if self.layer is None or self.result is None or self._fid is None:
            return
        feature = next(self.layer.getFeatures(QgsFeatureRequest(self._fid)), None)
        if feature is None:
            return
        self.details.show_change(self.layer, feature, self.result)
        wanted = self.toolbar.following.isChecked() if zoom is None else zoom
        self.follow.go(self.layer, feature, zoom=wanted)
        self._count()

    def _selected(self, chosen: Any, *_: Any) -> None:
        """Who picks one change on the map finds it in the list."""
        if len(chosen) == 1 and chosen[0] != self._fid:
            following = self.toolbar.following.isChecked()
            self.toolbar.following.setChecked(False)
            self.go_to(chosen[0])
            self._show_current()
            self.toolbar.following.setChecked(following)

    def _arranged(self) -> None:
        if self._fid is None or not self.go_to(self._fid):
            self._fid = None
            if self.model.rowCount():
                self._set_line(0)
                # The map stays where it is, on the whole result, until someone steps.
                self._rest.stop()
                self._show_current(zoom=False)
            else:
                self.follow.clear()
                self._keep_pending()
                nothing = self.layer is not None
                self.details.clear(
                    tr("No change passes the filter.") if nothing else tr("No result is open.")
                )
        self._count()

    def _count(self) -> None:
        rows, locale = self.model.rows, QLocale()
        total = 0 if rows is None else len(rows)
        done = 0 if rows is None else rows.reviewed
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)
        if not total:
            self.count.setText(tr("Reading…") if self.model.busy else "")
            return
        parts = [tr("{} of {} reviewed").format(locale.toString(done), locale.toString(total))]
        line = self.table.currentIndex().row() + 1
        shown = self.model.rowCount()
        parts.append(
            tr("{} of {} in the list").format(locale.toString(line), locale.toString(shown))
        )
        self.count.setText(" · ".join(parts))

    def _show_state(self) -> None:
        """Grey out what cannot be done now."""
        self.toolbar.undo.setEnabled(self.review is not None and self.review.undoable)
        self.toolbar.save.setEnabled(self.review is not None and self.review.unsaved)

    def undo(self) -> None:
        """Take the last verdict or note back."""
        if self.review is not None:
            self.review.undo()
            self._show_current()

    def save_reviews(self) -> bool:
        """Write what was reviewed into the file; False where that failed, and why is said."""
        if self.review is None:
            return True
        self._keep_pending()
        return self._try(self.review.save)

    def _try(self, act: Callable[[], Any]) -> bool:
        """Do what may be refused, and say why."""
        try:
            act()
        except PluginError as error:
            show(self.iface, str(error), Qgis.MessageLevel.Warning)
            return False
        return True

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for the list and a pair of pictures."""
        return QSize(460, 760)


def _reloads(layer: Any) -> tuple[Any, ...]:
    """Signals after which the features are others."""
    return layer.featureAdded, layer.featureDeleted, layer.afterRollBack
