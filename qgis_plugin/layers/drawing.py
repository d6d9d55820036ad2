"""A map drawn in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsMapRendererParallelJob, QgsMapSettings
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QImage

_alive: set[MapDrawing] = set()


class MapDrawing:
    """Draws in threads of QGIS's, and tells the main thread when it is done.

    Parameters
    ----------
    settings : QgsMapSettings
    done : callable
        Called with the picture, unless it was cancelled before.
    """

    def __init__(self, settings: QgsMapSettings, done: Callable[[QImage], Any]) -> None:
        self.settings = settings
        self._done: Callable[[QImage], Any] | None = done
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._finished)
        _alive.add(self)

    def start(self) -> MapDrawing:
        """Begin; returns at once."""
        self._job.start()
        return self

    def cancel(self) -> None:
        """Call nobody back; the threads end by themselves."""
        self._done = None
        self._job.cancelWithoutBlocking()

    def _finished(self) -> None:
        done, self._done = self._done, None
        # The job is in the middle of telling this: deleted now, QGIS would crash.
        QTimer.singleShot(0, self._release)
        if done is not None:
            done(self._job.renderedImage())

    def _release(self) -> None:
        _alive.discard(self)

    def _end(self) -> None:
        self.cancel()
        self._job.waitForFinished()


def end_drawings() -> None:
    """Cancel whatever is drawn, and wait for it: the plugin goes."""
    for one in list(_alive):
        one._end()
    _alive.clear()
