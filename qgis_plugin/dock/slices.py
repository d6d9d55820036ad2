"""Long work in the main thread, in slices so short that nobody notices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from qgis.PyQt.QtCore import QObject, QTimer

SLICE_S = 0.012


class Slices(QObject):
    """Runs a generator a little at a time, between the events of the interface.

    For work on the interface's own data, where a thread would have to copy it. Only one generator
    runs at a time: a new one replaces the old.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Iterator[None] | None = None
        self._done: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slice)

    @property
    def running(self) -> bool:
        """Whether there is work left."""
        return self._work is not None

    def start(self, work: Iterator[None], done: Callable[[], None]) -> None:
        """Begin; ``done`` is called when the generator has ended by itself."""
        self.stop()
        self._work, self._done = work, done
        self._timer.start(0)

    def stop(self) -> None:
        """Drop what is left of the work."""
        self._timer.stop()
        self._work = self._done = None

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE_S
        while self._work is not None and time.perf_counter() < until:
            try:
                next(self._work)
            except StopIteration:
                done = self._done
                self.stop()
                if done is not None:
                    done()
                return
            except Exception:
                # What went wrong is for QGIS's own handler; but never again at every tick.
                self.stop()
                raise
