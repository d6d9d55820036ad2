"""Nothing half-written: work under a temporary name next to the target, then one rename."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rasterio._err import CPLE_BaseError  # what rasterio.shutil lets through
from rasterio.errors import RasterioError

from engine.errors import DiskFullError, OutputError, OutputExistsError, OutputFolderError
from engine.folder_lock import FolderLock
from engine.ogr import pyogrio

LEAST_ROOM = 1 << 18
"""With fewer free bytes than this, a failed write failed for lack of room."""

_FULL = ("no space left", "disk is full", "disk full", "disk quota", "write failure")
# GDAL says no more when a file could not be written to its end.
_CUT = ("tiffappendtostrip", "write error", "seek error", "i/o failure")
_DENIED = ("permission denied", "read-only", "readonly", "access is denied", "being used by")


def part_of(target: Path) -> Path:
    """Temporary sibling of `target`; the name is fixed so that the next run clears a dead one."""
    return target.with_name(f".{target.name}.part")


def make_folder(target: Path) -> FolderLock:
    """Make an empty temporary folder next to `target`, and hold it.

    Raises
    ------
    OutputExistsError
        Another process is writing `target`.
    OutputError
        The folder cannot be made.
    """
    folder = part_of(target)
    with output_errors(target):
        if not target.parent.is_dir():
            raise OutputFolderError(
                f"The folder '{target.parent}' does not exist.", hint="Make it first."
            )
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        held = FolderLock.make(folder, f"Another run is writing '{target}'.")
        try:
            held.clear()
        except BaseException:
            held.release()
            raise
    return held


def remove(path: Path) -> None:
    """Delete a file or folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replace_file(made: Path, target: Path) -> None:
    """Move the finished file `made` onto `target` in one step."""
    if target.is_dir():
        raise OutputExistsError(
            f"'{target}' is a folder, not a file.", hint="Choose another output name."
        )
    with made.open("rb+") as handle:
        os.fsync(handle.fileno())
    _settle(target)
    os.replace(made, target)


def _settle(target: Path) -> None:
    """Take the write-ahead log of a GeoPackage away, which would be replayed into the next file.

    What it holds (reviews that QGIS has just saved) goes into the old file first: when the machine
    goes down before the new one is in its place, they are still there.
    """
    log = target.with_name(f"{target.name}-wal")
    if log.is_file() and log.stat().st_size and target.is_file():
        with suppress(sqlite3.Error), closing(sqlite3.connect(target, timeout=1)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm", "-journal"):
        remove(target.with_name(target.name + suffix))


def replace_folder(made: Path, target: Path, *, ours: str) -> None:
    """Move the finished folder `made` onto `target`.

    An older folder is taken away only if it holds the file `ours` (we wrote it) or nothing.
    """
    restore_folder(target)
    if not target.exists():
        os.replace(made, target)
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / ours).exists()):
        raise OutputExistsError(
            f"'{target}' is there and is not a result of ChangeVG.",
            hint="Choose another output name.",
        )
    old = _old_of(target)
    remove(old)
    os.replace(target, old)
    try:
        os.replace(made, target)
    except BaseException:
        restore_folder(target)
        raise
    remove(old)


def restore_folder(target: Path) -> None:
    """Put an older folder back whose replacement was cut short."""
    if not target.exists() and (old := _old_of(target)).is_dir():
        os.replace(old, target)


def _old_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to, moved onto `target` when the block ends well and gone when it does not.

    Raises
    ------
    OutputError
        What writing in the block raised.
    """
    part = make_folder(target)
    try:
        with output_errors(target):
            made = part.folder / target.name
            yield made
            replace_file(made, target)
    finally:
        part.remove()


@contextmanager
def output_errors(target: Path) -> Iterator[None]:
    """Turn what writing can raise into errors that say what to do."""
    try:
        yield
    except (
        OSError,
        sqlite3.Error,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        RasterioError,
        CPLE_BaseError,
    ) as error:
        raise _translated(error, target) from error


def _translated(error: Exception, target: Path) -> OutputError:
    code = error.errno if isinstance(error, OSError) else None
    text = " ".join(str(e).lower() for e in _chain(error))
    # GDAL often says only that writing failed: then the disk itself is asked.
    if (
        code in (errno.ENOSPC, errno.EDQUOT)
        or any(word in text for word in (*_FULL, *_CUT))
        or _room(target) < LEAST_ROOM
    ):
        return DiskFullError(
            f"No room left on the disk while writing '{target}'.",
            hint="Free some space or write elsewhere; --resume continues without computing again.",
        )
    if code in (errno.EACCES, errno.EPERM, errno.EROFS) or any(w in text for w in _DENIED):
        return OutputFolderError(
            f"'{target}' cannot be written: {str(error).rstrip('.')}.",
            hint="Choose a folder you may write to, and close the file in other programs.",
        )
    return OutputError(f"'{target}' could not be written: {str(error).rstrip('.')}.")


def _room(target: Path) -> int:
    """Free bytes where `target` lies; plenty if nobody knows."""
    try:
        return shutil.disk_usage(target.parent).free
    except OSError:
        return LEAST_ROOM


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
