"""``--profile``: spans as a file that Perfetto and chrome://tracing open.

Trace Event Format, JSON object form: complete events (``X``) by process and thread, counters
(``C``) of memory, names (``M``); times in microseconds since the run began. Events are written as
they come, so memory does not grow with the run.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from engine.errors import OutputError
from engine.layers.atomic import make_folder, output_errors
from engine.run.memory import resident_mb
from engine.run.spans import SpanRecord

MAIN = "engine"
"""Name of the run's own process in the trace."""


class Trace:
    """Writes spans; call :meth:`close` however the run ended.

    What cannot be written later on ends the trace, not the run.

    Parameters
    ----------
    target : Path
        An older file of that name is replaced at the end.

    Raises
    ------
    OutputExistsError
        Another run is writing it.
    OutputError
        It cannot be begun.
    """

    def __init__(self, target: Path) -> None:
        self._target, self._held = target, make_folder(target)
        self._part = self._held.folder / target.name
        self._fault: OutputError | None = None
        self._zero = time.time()
        self._lock = threading.Lock()
        self._threads: dict[tuple[str, str], tuple[int, int]] = {}
        self._processes: dict[str, int] = {}
        self._comma = ""
        with output_errors(target):
            self._file: TextIO = self._part.open("w", encoding="utf-8")
            self._file.write('{"displayTimeUnit":"ms","traceEvents":[\n')

    def add(self, record: SpanRecord, process: str = MAIN) -> None:
        """One span."""
        with self._lock:
            pid, tid = self._place(process, record.thread)
            self._write(
                {
                    "name": record.name, "cat": "stage", "ph": "X", "pid": pid, "tid": tid,
                    "ts": self._micros(record.start), "dur": round(record.seconds * 1e6, 1),
                    "args": dict(record.facts),
                }
            )  # fmt: skip

    def memory(self) -> None:
        """The memory of this moment."""
        resident = resident_mb()
        if resident is None:
            return
        with self._lock:
            pid, _ = self._place(MAIN, threading.current_thread().name)
            self._write(
                {
                    "name": "resident memory, MB", "ph": "C", "pid": pid, "tid": 0,
                    "ts": self._micros(time.time()), "args": {"MB": resident},
                }
            )  # fmt: skip

    def close(self, facts: dict[str, Any]) -> OutputError | None:
        """End the file; ``facts`` (JSON-able) are its metadata. Gives why there is none."""
        with self._lock:
            try:
                if self._fault is None:
                    with output_errors(self._target):
                        self._file.write(f'\n],"otherData":{json.dumps(facts, default=str)}}}\n')
                        self._file.close()
                        os.replace(self._part, self._target)
            except OutputError as error:
                self._fault = error
            finally:
                with suppress(OSError):  # what is left in it cannot be written either
                    self._file.close()
                self._held.remove()
        return self._fault

    def _place(self, process: str, thread: str) -> tuple[int, int]:
        """Numbers of a process and a thread; their names are written when they are new."""
        if process not in self._processes:
            self._processes[process] = len(self._processes) + 1
            self._name("process_name", self._processes[process], 0, process)
        pid = self._processes[process]
        if (process, thread) not in self._threads:
            self._threads[process, thread] = pid, len(self._threads) + 1
            self._name("thread_name", *self._threads[process, thread], thread)
        return self._threads[process, thread]

    def _name(self, kind: str, pid: int, tid: int, name: str) -> None:
        self._write({"name": kind, "ph": "M", "pid": pid, "tid": tid, "args": {"name": name}})

    def _micros(self, moment: float) -> float:
        return round((moment - self._zero) * 1e6, 1)

    def _write(self, event: dict[str, Any]) -> None:
        if self._fault is not None or self._file.closed:
            return
        try:
            with output_errors(self._target):
                self._file.write(self._comma + json.dumps(event, separators=(",", ":")))
        except OutputError as error:
            self._fault = error
        self._comma = ",\n"
