"""An atlas as PDF, a part of a page at a time, so that it can be watched and stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsExpressionContextUtils, QgsLayoutExporter, QgsLayoutItemMap
from qgis.PyQt.QtCore import QMarginsF, QObject, QRectF, QSizeF
from qgis.PyQt.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from ..errors import PluginError
from ..layers.drawing import MapDrawing
from ..translation import tr
from .results_atlas import HEIGHT, PAGE, PAGES, WIDTH
from .slices import Slices

DPI, MM_PER_INCH, FRAME_MM = 200, 25.4, 0.2


class AtlasPdf(QObject):
    """Writes the pages of an atlas between the events of the interface.

    Layouts can only be drawn in the main thread, and QGIS's own export lists and draws all pages in
    one go. Here the maps, which take the time, are drawn in the background, the rest of a page in
    steps of some hundredths of a second, and the atlas is told of one change at a time.

    Parameters
    ----------
    layout : QgsPrintLayout
        With its atlas.
    fids : sequence of int
        The changes, a page each, in this order.
    path : str
    progress : callable
        Called with the pages done and their number.
    done : callable
        Called with None, or the PluginError that ended it.
    """

    def __init__(
        self,
        layout: Any,
        fids: Sequence[int],
        path: str,
        progress: Callable[[int, int], Any],
        done: Callable[[PluginError | None], Any],
    ) -> None:
        super().__init__()
        self._layout, self._left = layout, iter(fids)
        self._atlas, self._exporter = layout.atlas(), QgsLayoutExporter(layout)
        self._atlas.setFilterFeatures(True)  # to one change at a time
        QgsExpressionContextUtils.setLayoutVariable(layout, PAGES, len(fids))
        self._path, self._progress, self._done = path, progress, done
        self._part = f"{path}.part"
        self._maps = [one for one in layout.items() if isinstance(one, QgsLayoutItemMap)]
        for item in self._maps:
            item.setExcludeFromExports(True)  # drawn by the jobs, and put into their places
        self._images: dict[int, QImage] = {}
        self._drawings: list[MapDrawing] = []
        self._slices = Slices(self)
        self._painter: QPainter | None = None
        self._writer: QPdfWriter | None = None
        self._over = self._more = False
        self.pages, self._all = 0, len(fids)
        self._changes = self._atlas.coverageLayer()
        self._filter = self._changes.subsetString()
        self._shown = {one.id() for item in self._maps for one in item.layers()}
        layout.project().layersWillBeRemoved.connect(self._layers_go)

    def start(self) -> None:
        """Begin; returns at once."""
        if not self._next():
            self._end(PluginError(tr("No change passes the filter."), tr("There are no pages.")))
            return
        self._writer = QPdfWriter(self._part)
        self._writer.setResolution(DPI)
        size = QPageSize(QSizeF(HEIGHT, WIDTH), QPageSize.Unit.Millimeter)
        self._writer.setPageLayout(
            QPageLayout(size, QPageLayout.Orientation.Landscape, QMarginsF())
        )
        self._painter = QPainter()
        if not self._painter.begin(self._writer):
            self._end(
                PluginError(
                    tr("{} cannot be written.").format(self._path),
                    tr("Is it open in another program, or the disk full?"),
                )
            )
            return
        self._draw_maps()

    def cancel(self) -> None:
        """Stop; no file is left."""
        self._end(PluginError(tr("Cancelled.")))

    def _next(self) -> bool:
        """Turn the atlas to the next change that is still there."""
        for fid in self._left:
            QgsExpressionContextUtils.setLayoutVariable(self._layout, PAGE, self.pages + 1)
            self._atlas.setFilterExpression(f'"fid" = {int(fid)}')
            if self._atlas.beginRender() and self._atlas.first():
                return True
        return False

    def _draw_maps(self) -> None:
        """Begin to draw the maps of the current page, in threads of their own."""
        self._images.clear()
        self._drawings = []
        for at, item in enumerate(self._maps):
            size = item.rect().size() * (DPI / MM_PER_INCH)
            settings = item.mapSettings(item.extent(), size, DPI, True)
            settings.setFlag(Qgis.MapSettingsFlag.ForceVectorOutput, False)
            self._drawings.append(MapDrawing(settings, partial(self._drawn, at)))
        for drawing in self._drawings:
            drawing.start()

    def _drawn(self, at: int, image: QImage) -> None:
        self._images[at] = image
        if len(self._images) == len(self._maps):
            self._slices.start(self._page(), self._turn)

    def _page(self) -> Iterator[None]:
        """Write the current page, whose maps are drawn, and go to the next one."""
        if self._painter is None or self._writer is None:
            return
        if self.pages:
            self._writer.newPage()
        self._exporter.renderPage(self._painter, 0)
        yield
        scale = DPI / MM_PER_INCH
        for at, item in enumerate(self._maps):
            frame = QRectF(item.pos(), item.rect().size())
            target = QRectF(frame.topLeft() * scale, frame.size() * scale)
            self._painter.drawImage(target, self._images[at])
            self._painter.setPen(QPen(item.frameStrokeColor(), FRAME_MM * scale))
            self._painter.drawRect(target)
            yield
        self.pages += 1
        self._progress(self.pages, self._all)
        yield
        self._more = self._next()

    def _turn(self) -> None:
        """Go on with the next page, or be done."""
        if self._more:
            self._draw_maps()
        elif self.pages < self._all and self._changes.subsetString() != self._filter:
            self._end(self._cut_short())
        else:
            self._end(None)

    def _layers_go(self, ids: list[str]) -> None:
        """Without its layers the atlas would end early, or show no pictures."""
        if self._changes.id() in ids or self._shown.intersection(ids):
            self._end(self._cut_short())

    def _cut_short(self) -> PluginError:
        return PluginError(
            tr("Only {} of {} pages were drawn: a layer was removed or filtered.").format(
                self.pages, self._all
            ),
            tr("No file was written. Make the pages again."),
        )

    def _end(self, error: PluginError | None) -> None:
        if self._over:
            return
        self._over = True
        self._layout.project().layersWillBeRemoved.disconnect(self._layers_go)
        self._slices.stop()
        for drawing in self._drawings:
            drawing.cancel()
        self._atlas.endRender()
        if self._painter is not None and self._painter.isActive():
            self._painter.end()
        self._painter = self._writer = None
        if error is None:
            try:
                Path(self._part).replace(self._path)
            except OSError as problem:
                error = PluginError(
                    tr("{} cannot be replaced: {}").format(self._path, problem.strerror),
                    tr("Is it open in another program? Choose another name, or close it there."),
                )
        if error is not None:
            Path(self._part).unlink(missing_ok=True)
        self._done(error)
