"""A process that does one pair after the other.

Apart from the batch's own process, so that a pair that takes the machine's memory or trips over a
fault of a library ends itself and not the others. It ends when the batch's process does.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from engine.errors import CODES, Cancelled, EngineError, OutOfMemoryError
from engine.run.events import Event, Events
from engine.run.settings import RunSettings

STOP_SECONDS = 20.0
"""From the request to stop to the kill: a pair at work keeps what it has."""
FRESH_AFTER = 100
"""Pairs after which a process makes room for a new one."""
_PASSED_ON = ("warning", "tile")
_CHECKED = "open"
"""The first stage of a run: what it would write to was looked at before."""


class WorkerDiedError(EngineError):
    """The process of a pair ended without a word."""


class Worker:
    """Runs pairs in a process of its own; use it from one thread."""

    def __init__(self) -> None:
        self._process: Any = None
        self._line: Connection | None = None
        self._pairs = 0

    def run(
        self, settings: RunSettings, on_event: Callable[[Event], None], cancelled: threading.Event
    ) -> dict[str, Any]:
        """Do one pair and give its result.

        Parameters
        ----------
        settings : RunSettings
        on_event : callable
            Takes its first stage, its warnings and the tiles that were lost.
        cancelled : threading.Event
            Set it to stop the pair; what is done is kept.

        Raises
        ------
        EngineError
            What the pair ended with.
        """
        if self._process is None or self._pairs >= FRESH_AFTER:
            self._start()
        assert self._line is not None
        self._pairs += 1
        try:
            self._line.send(settings)
            kind, content = self._follow(self._line, on_event, cancelled)
        except (EOFError, OSError) as error:
            death = self._death()
            if cancelled.is_set():
                # A signal to a whole group may reach this process before it can ignore it.
                death = Cancelled("Stopped by the user.")
            raise death from error
        except BaseException:
            self.close()  # it is still at work on this pair
            raise
        if kind == "error":
            raise content
        return dict(content)

    def _follow(
        self, line: Connection, on_event: Callable[[Event], None], cancelled: threading.Event
    ) -> tuple[str, Any]:
        """Pass events on until the last word."""
        asked_at: float | None = None
        while True:
            if cancelled.is_set() and asked_at is None:
                asked_at = time.monotonic()
                line.send(None)
            if line.poll(0.2):
                kind, content = line.recv()
                if kind != "event":
                    return kind, content
                on_event(content)
            if asked_at is not None and time.monotonic() - asked_at > STOP_SECONDS:
                raise Cancelled("Stopped by the user.")

    def close(self) -> None:
        """End the process."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.join(1)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process = None

    def _start(self) -> None:
        self.close()
        context = multiprocessing.get_context("spawn")
        try:
            self._line, far = context.Pipe()
            with far:
                process = context.Process(target=_work, args=(far,), name="pair", daemon=True)
                process.start()
        except OSError as error:
            self.close()
            raise WorkerDiedError(
                f"No process could be started for this pair: {error.strerror or error}.",
                hint="The machine has no room for another one: use fewer --workers, then --resume.",
            ) from error
        self._process, self._pairs = process, 0

    def _death(self) -> EngineError:
        process, self._process = self._process, None
        process.join(5)
        if process.exitcode is None:
            process.kill()
            process.join()
        code = process.exitcode
        if self._line is not None:
            self._line.close()
            self._line = None
        if code is not None and -code == getattr(signal, "SIGKILL", None):
            return OutOfMemoryError(
                "The process of this pair was killed.",
                hint="Perhaps the machine's memory ran out: use fewer --workers. What was done is "
                "kept for --resume.",
            )
        return WorkerDiedError(
            f"The process of this pair ended without a word (code {code}).",
            hint="Try `engine tile-infer` on it to see more.",
        )


def _work(line: Connection) -> None:
    """Life of the process: settings in, events and a result or an error out."""
    # Ctrl-C goes to every process of a terminal, and who ends a service or a job ends its group;
    # the batch passes it on in its own order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not ignored as such: processes that a run starts would inherit that, and are ended so.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    from engine.run.pipeline import run

    work: queue.Queue[RunSettings] = queue.Queue()
    cancelled = threading.Event()

    def listen() -> None:
        while True:
            try:
                said = line.recv()
            except (EOFError, OSError):
                # The batch is gone. At once: what was computed is on the disk.
                os._exit(CODES[Cancelled][0])
            if said is None:
                cancelled.set()
            else:
                work.put(said)

    threading.Thread(target=listen, daemon=True).start()
    lock = threading.Lock()

    def send(kind: str, content: Any) -> None:
        with lock:
            line.send((kind, content))

    def sink(event: Event) -> None:
        if event["event"] in _PASSED_ON or event.get("stage") == _CHECKED:
            send("event", event)

    while True:
        settings = work.get()
        try:
            send("result", run(settings, Events(sink), cancelled).as_dict())
        except EngineError as error:
            send("error", _portable(error))
        except Exception as error:  # one pair's fault is no other pair's
            send(
                "error",
                WorkerDiedError(
                    f"{type(error).__name__}: {error}", hint="This is a fault of ours."
                ),
            )


def _portable(error: EngineError) -> EngineError:
    """The error without what cannot travel: its cause and traceback."""
    return type(error)(error.message, hint=error.hint)
