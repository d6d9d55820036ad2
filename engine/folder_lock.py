"""One process at a time in a folder; the system frees the lock when its holder ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO

from engine.errors import OutputExistsError

LOCK_FILE = "lock"


class FolderLock:
    """Holds a folder for this process.

    Where the file system knows no locks (some network shares) nothing is held.

    Parameters
    ----------
    folder : Path
        It is there; :meth:`make` makes it.
    busy : str, optional
        What is said where another process holds it.

    Raises
    ------
    OutputExistsError
        Another process holds it.
    OSError
        The folder is not there, or cannot be written.
    """

    def __init__(self, folder: Path, busy: str | None = None) -> None:
        self.folder = folder
        self._file: IO[bytes] | None = (folder / LOCK_FILE).open("ab")
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError) as error:
            self.release()
            raise OutputExistsError(
                busy or f"Another run is at work in {folder}.",
                hint="Wait until it has ended, or write to another output.",
            ) from error
        except OSError:
            return
        if not self._is_whole():
            self.release()
            raise FileNotFoundError(f"{folder} was removed by another process.")

    @classmethod
    def make(cls, folder: Path, busy: str | None = None) -> FolderLock:
        """Make a folder, or take one that is there; never one that its holder is removing."""
        while True:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except FileExistsError:
                if folder.is_file() or folder.is_symlink():  # else it has just gone
                    raise
            with suppress(FileNotFoundError):
                return cls(folder, busy)

    def clear(self, last: Collection[str] = ()) -> None:
        """Delete what is in the folder, of ``last`` what is there at the end."""
        for path in sorted(self.folder.iterdir(), key=lambda path: path.name in last):
            if path.name == LOCK_FILE:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def remove(self, last: Collection[str] = ()) -> None:
        """Delete the folder while it is held, as far as that can be done, and let go of it."""
        if self._file is None:
            return
        with suppress(OSError):
            self.clear(last)
        if sys.platform == "win32":
            self.release()  # an open file cannot be deleted there
        with suppress(OSError):
            (self.folder / LOCK_FILE).unlink(missing_ok=True)
            self.folder.rmdir()
        self.release()

    def release(self) -> None:
        """Let another process have it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_whole(self) -> bool:
        """Whether the file that is locked is the one on the disk."""
        assert self._file is not None
        try:
            there = os.stat(self.folder / LOCK_FILE)
        except FileNotFoundError:
            return False
        return os.path.samestat(os.fstat(self._file.fileno()), there)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
