"""``--log-json``: every log line and event one JSON object a line on standard error.

Each has ``time`` (UTC, ISO 8601) and ``level``; a log line is the event ``log`` with ``logger`` and
``message``, and ``trace`` where an exception is told of.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import threading
from typing import Any, TextIO

from engine.run.events import Event, Sink
from engine.run.line_stream import LineStream

_OURS = ("engine", "changevg")


class LogLines(logging.Handler):
    """Takes events (call it) and log records alike.

    Parameters
    ----------
    stream : text stream
    least : int
        Level of :mod:`logging`; what is below is left out.
    """

    def __init__(self, stream: TextIO, least: int) -> None:
        super().__init__(least)
        self._stream = LineStream(stream)
        self._writing = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write one event."""
        level = _level(event)
        if level >= self.level:
            self._write(dt.datetime.now(dt.UTC).timestamp(), level, event)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one log record."""
        line: Event = {"event": "log", "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["trace"] = logging.Formatter().formatException(record.exc_info)
        self._write(record.created, record.levelno, line)

    def _write(self, moment: float, level: int, content: dict[str, Any]) -> None:
        stamp = dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds")
        head = {"time": stamp, "level": logging.getLevelName(level).lower()}
        text = json.dumps(head | content, ensure_ascii=False, default=str)
        with self._writing:
            self._stream.write(text + "\n")


def log_sink(verbosity: int = 0, stream: TextIO | None = None) -> Sink:
    """Send events and the log of this process to one stream.

    Parameters
    ----------
    verbosity : int
        Negative: warnings and errors only; 1 and more: also what is for debugging.
    """
    least = logging.WARNING if verbosity < 0 else logging.DEBUG if verbosity else logging.INFO
    lines = LogLines(stream or sys.stderr, least)
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, LogLines)]:
        root.removeHandler(old)
    root.addHandler(lines)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(least)
    return lines


def _level(event: Event) -> int:
    kind = event["event"]
    if kind == "error":
        return logging.ERROR
    if kind == "warning" or event.get("status") == "failed":
        return logging.WARNING
    return logging.INFO
