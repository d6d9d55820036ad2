"""One answer on its way from the engine: read by a worker, delivered in small portions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..engine_link import EngineLink, EngineLinkError
from ..engine_link.errors import EngineAnswerError
from ..errors import PluginError
from ..messages import log
from .chat_worker import Worker

OTHER_LAYERS = "OtherLayersError"
PORTION_MS = 30
"""Events are collected for so long, so that a fast answer does not redraw at every word."""


class ChatStream(QObject):
    """Asks, and hands on what comes. All signals are emitted on the main thread.

    Parameters
    ----------
    link : EngineLink
    request : mapping
        Arguments of ``EngineClient.chat``.
    """

    arrived = pyqtSignal(list)
    starting = pyqtSignal(str)
    ended = pyqtSignal(object)
    _woken = pyqtSignal()

    def __init__(self, link: EngineLink, request: Mapping[str, Any]) -> None:
        super().__init__()
        self._link = link
        self._request = dict(request)
        self._events: deque[dict[str, Any]] = deque()
        self._forgotten = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PORTION_MS)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._wake)
        self._worker = Worker(self._work, self._done)
        self._worker.line.connect(self.starting)

    def start(self) -> None:
        """Ask."""
        self._worker.start()

    def forget(self) -> None:
        """Stop the answer, and deliver nothing any more."""
        self._forgotten = True
        self._worker.cancel()

    def wait(self, seconds: float) -> None:
        """Wait until the connection is closed, but not longer."""
        self._worker.wait(seconds)

    def _work(self, worker: Worker) -> None:
        """Read the answer; runs off the main thread."""
        self._ask(worker, self._request)

    def _ask(self, worker: Worker, request: dict[str, Any]) -> None:
        client = self._link.client(worker)
        session = request.get("session")
        try:
            for event in client.chat(**request, stop=worker.isCanceled):
                if event.get("event") == "session":
                    session = event.get("session")
                self._events.append(event)
                self._woken.emit()
        except EngineAnswerError as error:
            lost = error.status == 404 or error.kind == OTHER_LAYERS
            if not lost or request.get("session") is None or not request.get("layers"):
                raise
            # The engine no longer has the conversation, or knows it for the folder that the result
            # was moved or copied from: go on with a new one about the same result.
            self._ask(worker, request | {"session": None})
            return
        if worker.isCanceled() and isinstance(session, str):
            try:
                client.stop_chat(session)
            except EngineLinkError as error:
                # The connection is closed, which ends the answer as well.
                log(error.message)

    def _wake(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        portion = []
        while self._events:
            portion.append(self._events.popleft())
        if portion and not self._forgotten:
            self.arrived.emit(portion)

    def _done(self, result: Any, error: PluginError | None) -> None:
        self._timer.stop()
        self._deliver()
        if not self._forgotten:
            self.ended.emit(error)
        # Not before: the worker emits this object's signals from its own thread.
        self.deleteLater()
