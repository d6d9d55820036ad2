"""A run's events on the disk, one JSON object a line; the line's number, from 1, is its id."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.private_files import private_opener

Event = dict[str, Any]
FINAL = frozenset({"done", "error", "cancelled"})
"""Events after which none comes."""


class EventLog:
    """Appends events; what a kill cut off in the middle of a line is dropped.

    Parameters
    ----------
    path : Path
        Made when missing, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self._file = open(path, "ab", opener=private_opener)  # noqa: SIM115 -- closed by close()
        whole = path.read_bytes().rfind(b"\n") + 1
        self._file.truncate(whole)

    def append(self, event: Event) -> None:
        """Write one event; readers see it at once.

        Raises
        ------
        OSError
            The disk is full.
        """
        self._file.write(json.dumps(event, ensure_ascii=True).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        """No more events."""
        self._file.close()


class EventReader:
    """Reads whole lines as they appear.

    Parameters
    ----------
    path : Path
        May be missing still.
    after : int
        Id of the last event that is known already.
    """

    def __init__(self, path: Path, after: int = 0) -> None:
        self._path, self._after = path, after
        self._number, self._offset = 0, 0

    def read(self, most: int = 500) -> Iterator[tuple[int, Event]]:
        """New events with their ids, at most so many."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while most > 0:
                    line = file.readline()
                    if not line.endswith(b"\n"):
                        return
                    self._number += 1
                    self._offset += len(line)
                    if self._number > self._after:
                        most -= 1
                        yield self._number, json.loads(line)
        except FileNotFoundError:
            return

    @property
    def at_end(self) -> bool:
        """Whether everything written so far was read."""
        try:
            return os.stat(self._path).st_size <= self._offset
        except FileNotFoundError:
            return True
