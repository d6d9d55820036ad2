"""A run's events on the disk, one JSON object a line; the line's number, from 1, is its id."""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

from engine.private_files import private_opener

Event = dict[str, Any]
FINAL = frozenset({"done", "error", "cancelled"})
"""Events after which none comes."""
SKIPPED_MOST = 20_000
"""Lines that are passed over at a time, before others get their turn."""

log = logging.getLogger("changevg.service")


class EventLog:
    """Appends events; what a kill cut off in the middle of a line is dropped.

    What the disk has no room for is left out and said once: a run that writes somewhere else does
    not end for it.

    Parameters
    ----------
    path : Path
        Made when missing, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._whole = 0
        self._failed = False

    def append(self, event: Event) -> None:
        """Write one event; readers see it at once."""
        line = json.dumps(event, ensure_ascii=True).encode() + b"\n"
        try:
            if self._file is None:
                self._open()
            self._write(line)
        except OSError as error:
            if not self._failed:
                log.warning("events are lost", extra={"reason": error.strerror})
            self._failed = True

    def close(self) -> None:
        """No more events."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        # Without a buffer, which would keep a line that failed and write it twice.
        file = open(self._path, "ab", buffering=0, opener=private_opener)  # noqa: SIM115
        self._file, self._whole = file, self._path.read_bytes().rfind(b"\n") + 1
        file.truncate(self._whole)

    def _write(self, line: bytes) -> None:
        assert self._file is not None
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            with suppress(OSError):  # a line is there whole or not at all
                self._file.truncate(self._whole)
            raise
        self._whole += len(line)


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
        self._last = b""

    def read(self, most: int = 500) -> Iterator[tuple[int, Event]]:
        """New events with their ids, at most so many.

        There may be none while those that are known are passed over: see :attr:`at_end`.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                passed = 0
                while most > 0 and passed < SKIPPED_MOST:
                    line = file.readline()
                    if not line.endswith(b"\n"):
                        return
                    self._number += 1
                    self._offset += len(line)
                    self._last = line
                    if self._number > self._after:
                        most -= 1
                        yield self._number, json.loads(line)
                    else:
                        passed += 1
        except FileNotFoundError:
            return

    @property
    def lacks_end(self) -> bool:
        """Whether the final event is neither in what was read nor known already."""
        if self._after > self._number:
            return False
        return not self._last or json.loads(self._last).get("event") not in FINAL

    @property
    def next_id(self) -> int:
        """Id of the event after the last one that was read."""
        return self._number + 1

    @property
    def at_end(self) -> bool:
        """Whether everything written so far was read."""
        try:
            return os.stat(self._path).st_size <= self._offset
        except FileNotFoundError:
            return True
