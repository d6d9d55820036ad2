"""One run at a time in a work directory; the system frees the lock when its holder ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from engine.errors import OutputExistsError

LOCK_FILE = "lock"


class FolderLock:
    """Holds a work directory for this process.

    Where the file system knows no locks (some network shares) nothing is held.

    Raises
    ------
    OutputExistsError
        Another run holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = (folder / LOCK_FILE).open("ab")
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError) as error:
            self.release()
            raise OutputExistsError(
                f"Another run is at work in {folder}.",
                hint="Wait until it has ended, or write to another output.",
            ) from error
        except OSError:
            return

    def release(self) -> None:
        """Let another run have it."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
