"""The one engine of this QGIS: whichever part of the plugin asks gets the same."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any

from qgis.core import Qgis

from ..messages import log
from ..settings import Settings
from ..translation import tr
from .client import EngineClient
from .errors import EngineLinkError, EngineStartError, LinkCancelled
from .locate import data_folder, engine_program
from .process import EngineProcess


class EngineLink:
    """Starts the engine when it is first needed, or connects to the user's own.

    Methods may be called from any thread. Those that start or ask the engine block; call them off
    the main thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: EngineProcess | None = None
        self._signature: tuple[Any, ...] = ()
        self._closing = threading.Event()

    def client(self, feedback: Any = None) -> EngineClient:
        """A client of a running engine.

        Parameters
        ----------
        feedback : QgsFeedback, optional
            Cancelling it stops waiting for the start.

        Raises
        ------
        EngineLinkError
            No engine is installed, it does not start or does not answer, or it speaks another
            version of the interface. The message says which, the hint what to do.
        """
        cancelled: Callable[[], bool] = feedback.isCanceled if feedback is not None else bool

        def stop() -> bool:
            return self._closing.is_set() or cancelled()

        settings = Settings.load()
        if settings.url:
            client = EngineClient(settings.url, settings.token())
            client.check_api()
            return client
        while not self._lock.acquire(timeout=0.1):
            # Another thread is starting it.
            if stop():
                raise LinkCancelled(tr("Cancelled."))
        try:
            process = self._fitting(settings)
            if feedback is not None and not process.running and hasattr(feedback, "pushInfo"):
                feedback.pushInfo(tr("Starting the engine …"))
            return process.ensure(stop)
        finally:
            self._lock.release()

    def _fitting(self, settings: Settings) -> EngineProcess:
        """The process that fits the settings; a changed setting means a new one."""
        program = engine_program(settings)
        key = settings.language_key()
        # The engine starts with no folder that is not there; a drive may be plugged in later.
        folders = tuple(one for one in settings.folders if os.path.isdir(one))
        signature = (program, settings.folders, folders, settings.gpu, key)
        process = self._process
        if process is not None and signature != self._signature and not _busy(process):
            process.stop()
            process = None
        if process is None:
            self._tell_missing(settings.folders, folders)
            file = data_folder() / "log" / "engine.log"
            process = EngineProcess(program, folders, file, gpu=settings.gpu, language_key=key)
            self._process, self._signature = process, signature
        return process

    @staticmethod
    def _tell_missing(wanted: tuple[str, ...], there: tuple[str, ...]) -> None:
        """Say which folders are not there; without any the engine would use its own defaults."""
        missing = ", ".join(one for one in wanted if one not in there)
        if wanted and not there:
            raise EngineStartError(
                tr("None of the folders the engine may use is there: {}").format(missing),
                tr("Connect the drive, or choose others in Settings ▸ Options ▸ ChangeVG."),
            )
        if missing:
            log(
                tr("The engine starts without these folders, which are not there: {}").format(
                    missing
                ),
                Qgis.MessageLevel.Warning,
            )

    @property
    def process(self) -> EngineProcess | None:
        """The child process, if one was ever needed."""
        return self._process

    def stop(self) -> None:
        """End the engine if the plugin started it. A later :meth:`client` starts it again."""
        # Whoever starts the engine at this moment holds the lock: it gives up first.
        self._closing.set()
        try:
            with self._lock:
                if self._process is not None:
                    self._process.stop()
                self._process = None
        finally:
            self._closing.clear()


def _busy(process: EngineProcess) -> bool:
    """Whether runs would be lost if the engine ended now."""
    if not process.running or process.client is None:
        return False
    with contextlib.suppress(EngineLinkError):
        return any(process.client.health(2.0).get("runs", {}).values())
    return False
