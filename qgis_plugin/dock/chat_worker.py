"""Short work off the main thread that QGIS does not announce.

A ``QgsTask`` is shown in the status bar, and its end in a message: right for a run, and too much
for every answer and every click on a link.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..errors import PluginError
from ..gui.tasks import attempted

_running: set[Worker] = set()


class Worker(QObject):
    """One function in a thread of its own.

    Parameters
    ----------
    work : callable
        Called in the thread with this worker, which is its feedback (``isCanceled``,
        ``pushInfo``).
    done : callable
        Called on the main thread with ``(result, None)`` or ``(None, PluginError)``.
    """

    line = pyqtSignal(str)
    _ended = pyqtSignal()

    def __init__(
        self, work: Callable[[Worker], Any], done: Callable[[Any, PluginError | None], None]
    ) -> None:
        super().__init__()
        self._work = work
        self._done: Callable[[Any, PluginError | None], None] | None = done
        self._result: Any = None
        self._error: PluginError | None = None
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changevg-chat", daemon=True)
        self._ended.connect(self._finish)

    def start(self) -> Worker:
        """Begin; a reference is kept until the end."""
        _running.add(self)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Ask the work to end; its end is told as always."""
        self._cancelled.set()

    def forget(self) -> None:
        """Cancel, and call nobody back."""
        self._done = None
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Wait for the thread's end, but not longer."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def isCanceled(self) -> bool:  # noqa: N802 (as QgsFeedback has it)
        """Whether the result is not wanted any more."""
        return self._cancelled.is_set()

    def pushInfo(self, text: str) -> None:  # noqa: N802 (as QgsProcessingFeedback calls it)
        """Hand a word of progress to the main thread."""
        self.line.emit(text)

    def _run(self) -> None:
        self._result, self._error = attempted(self._work, self)
        self._ended.emit()

    def _finish(self) -> None:
        _running.discard(self)
        if self._done is not None:
            self._done(self._result, self._error)
        self.deleteLater()


def forget_all(seconds: float = 1.0) -> None:
    """Let nothing call back any more, as the dock goes away; waits a little for the threads."""
    for worker in list(_running):
        if not worker.isCanceled():
            worker.forget()
        worker.wait(seconds)
