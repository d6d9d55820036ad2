"""Work off the main thread, so that QGIS never waits."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ..errors import PluginError
from ..translation import tr

_running: set[Task] = set()


def attempted(work: Callable[[Any], Any], feedback: Any) -> tuple[Any, PluginError | None]:
    """Result or error of some work in another thread: an exception that left it nobody would see.

    Parameters
    ----------
    work : callable
        Called with `feedback`.
    """
    try:
        return work(feedback), None
    except PluginError as error:
        return None, error
    except Exception:
        return None, PluginError(tr("Something unexpected failed:"), traceback.format_exc())


class Task(QgsTask):
    """One function in QGIS's task manager.

    Parameters
    ----------
    title : str
        What the task manager shows.
    work : callable
        Called off the main thread with this task, which is its feedback (``isCanceled``,
        ``setProgress``, ``pushInfo``).
    done : callable
        Called on the main thread with ``(result, None)`` or ``(None, PluginError)``.
    """

    line = pyqtSignal(str)

    def __init__(
        self,
        title: str,
        work: Callable[[Task], Any],
        done: Callable[[Any, PluginError | None], None],
    ) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work = work
        self._done: Callable[[Any, PluginError | None], None] | None = done
        self._result: Any = None
        self._error: PluginError | None = None

    def start(self) -> Task:
        """Hand the task to QGIS; a reference is kept until it ends."""
        _running.add(self)
        QgsApplication.taskManager().addTask(self)
        return self

    def forget(self) -> None:
        """Cancel, and call nobody back: the window that waited is gone."""
        self._done = None
        self.cancel()

    def pushInfo(self, text: str) -> None:  # noqa: N802 (as QgsProcessingFeedback calls it)
        """Hand a line of log to the main thread."""
        self.line.emit(text)

    def run(self) -> bool:
        """Do the work; QGIS calls this on another thread."""
        self._result, self._error = attempted(self._work, self)
        return self._error is None

    def finished(self, good: bool) -> None:
        """Report; QGIS calls this on the main thread."""
        _running.discard(self)
        error = self._error
        if not good and error is None:
            error = PluginError(tr("Cancelled."))
        if self._done is not None:
            self._done(self._result, error)


def forget_all() -> None:
    """Cancel what still runs, as the plugin is unloaded."""
    for task in list(_running):
        task.forget()
