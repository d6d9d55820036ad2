"""The one stream of events of a run (design 4.3) and where it can flow.

Every event is a JSON-able dict with the key ``event``: ``stage``, ``progress``, ``tile``,
``pair`` (of a batch), ``warning``, ``error`` or ``done``. The progress bar, ``--progress json``,
the service and the plugin read the same stream.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TextIO

from engine.errors import EngineError
from engine.run.line_stream import LineStream, let_go
from engine.run.memory import peak_mb

Event = dict[str, Any]
Sink = Callable[[Event], None]
PROGRESS = ("auto", "bar", "json", "none")
"""Values of ``--progress``."""
PROGRESS_SECONDS = 0.2
"""Least time between two progress events of a stage: a raster may have millions of tiles."""


class Events:
    """Writes events into a sink; safe to call from several threads.

    A sink that cannot write is let go of, and the run goes on.

    Parameters
    ----------
    sink : callable taking one event, optional
        Nothing is shown without one; warnings are collected in any case.
    """

    def __init__(self, sink: Sink | None = None) -> None:
        self._sink = sink
        self._lock = threading.Lock()
        self._started: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}
        self.warnings: list[str] = []

    def stage(self, name: str, message: str, **facts: Any) -> None:
        """A part of the run begins; with the highest memory so far, MB."""
        self._emit(
            {"event": "stage", "stage": name, "message": message, "memory_mb": peak_mb(), **facts}
        )

    def progress(self, stage: str, done: int, total: int) -> None:
        """``done`` of ``total`` units; ``eta_s`` is None until a rate is known.

        Told now and then: the first, the last, and those between not too often.
        """
        now = time.monotonic()
        with self._lock:
            start, first = self._started.setdefault(stage, (now, done))
            told = self._told.get(stage)
            if told is not None and done < total and now - told < PROGRESS_SECONDS:
                return
            self._told[stage] = now
        rate = (done - first) / (now - start) if now > start and done > first else 0.0
        eta = round((total - done) / rate, 1) if rate else None
        self._emit(
            {"event": "progress", "stage": stage, "done": done, "total": total, "eta_s": eta}
        )

    def tile(self, tile_id: str, status: str, reason: str | None = None) -> None:
        """A tile is read (``ok``), empty (``nodata``) or lost (``failed``, with a reason).

        Only lost ones are told of one by one; the result counts the others.
        """
        if status != "failed":
            return
        event: Event = {"event": "tile", "tile_id": tile_id, "status": status}
        self._emit(event | ({"reason": reason} if reason else {}))

    def pair(self, name: str, status: str, facts: dict[str, Any]) -> None:
        """A pair of a batch has begun (``started``) or ended."""
        self._emit({"event": "pair", "pair": name, "status": status, **facts})

    def warning(self, message: str) -> None:
        """Something the user should know; the run goes on. Said once."""
        with self._lock:
            if message in self.warnings:
                return
            self.warnings.append(message)
        self._emit({"event": "warning", "message": message})

    def error(self, error: EngineError) -> None:
        """The run ends without a result."""
        self._emit(
            {
                "event": "error",
                "type": type(error).__name__,
                "code": error.exit_code,
                "message": error.message,
                "hint": error.hint,
            }
        )

    def done(self, result: dict[str, Any]) -> None:
        """The run ends with a result."""
        self._emit({"event": "done", **result})

    def close(self) -> None:
        """Give the terminal back, however the run ended."""
        if isinstance(self._sink, BarSink):
            self._sink.close()

    def _emit(self, event: Event) -> None:
        with self._lock:
            if self._sink is None:
                return
            try:
                self._sink(event)
            except OSError:
                self._sink = None


class JsonSink:
    """One JSON object a line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = LineStream(stream or sys.stderr)

    def __call__(self, event: Event) -> None:
        """Write one event."""
        self._stream.write(json.dumps(event, ensure_ascii=False) + "\n")


class TextSink:
    """Plain lines for logs and pipes: stages, warnings and errors; progress only when verbose."""

    def __init__(self, stream: TextIO | None = None, verbosity: int = 0) -> None:
        self._stream = LineStream(stream or sys.stderr)
        self._verbosity = verbosity

    def __call__(self, event: Event) -> None:
        """Write what a reader of logs wants of an event."""
        line = self._line(event)
        if line is not None:
            self._stream.write(line + "\n")

    def _line(self, event: Event) -> str | None:
        kind = event["event"]
        if kind == "stage":
            return None if self._verbosity < 0 else str(event["message"])
        if kind == "warning":
            return f"warning: {event['message']}"
        if kind == "tile" and event["status"] == "failed":
            return f"tile {event['tile_id']} failed: {event.get('reason')}"
        if kind == "pair" and event["status"] != "started":
            said = event.get("error")
            why = f": {said['message']}" if said else ""
            return (
                None
                if self._verbosity < 0 and not said
                else (f"{event['pair']} {event['status']}{why}")
            )
        if kind == "error":
            hint = f"\n{event['hint']}" if event["hint"] else ""
            return f"error: {event['message']}{hint}"
        if self._verbosity > 0 and kind == "progress":
            return f"{event['stage']}: {event['done']}/{event['total']}"
        return None


class BarSink:
    """A progress bar on a terminal (rich), with the lines of :class:`TextSink` above it."""

    def __init__(self, verbosity: int = 0) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        class Terminal(Console):
            def on_broken_pipe(self) -> None:  # rich's own ends the process
                raise

        self._console = Terminal(stderr=True)
        self._lines = TextSink(_ConsoleStream(self._console), verbosity)  # type: ignore[arg-type]
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, Any] = {}

    def __call__(self, event: Event) -> None:
        """Move the bar or write a line above it."""
        try:
            self._show(event)
        except OSError:
            let_go(sys.stderr)

    def _show(self, event: Event) -> None:
        if event["event"] == "progress":
            if not self._tasks:
                self._bar.start()
            name = event["stage"]
            if name not in self._tasks:
                self._tasks[name] = self._bar.add_task(name, total=event["total"])
            self._bar.update(self._tasks[name], completed=event["done"], total=event["total"])
            return
        if event["event"] in ("done", "error"):
            self.close()
        self._lines(event)

    def close(self) -> None:
        """Take the bar off the screen."""
        if not self._tasks:
            return
        self._tasks.clear()
        try:
            self._bar.stop()
        except OSError:
            let_go(sys.stderr)


class _ConsoleStream:
    """A text stream that prints through rich, so that lines and bar do not tear each other."""

    def __init__(self, console: Any) -> None:
        self._console = console

    def write(self, text: str) -> None:
        """Print text as it is."""
        self._console.print(text, end="", markup=False, highlight=False, soft_wrap=True)

    def flush(self) -> None:
        """Nothing is buffered."""

    def fileno(self) -> int:
        """Where rich writes."""
        return sys.stderr.fileno()


def choose_sink(progress: str, verbosity: int = 0) -> Sink | None:
    """The sink for ``--progress auto|bar|json|none`` and ``-q``/``-v``."""
    if progress == "json":
        return JsonSink()
    if progress == "bar" or (progress == "auto" and _on_terminal() and verbosity >= 0):
        return BarSink(verbosity)
    return TextSink(verbosity=verbosity)


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()  # None: started without one
