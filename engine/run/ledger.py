"""What an unfinished run has done, so that ``--resume`` ends with the same layers.

A work directory holds ``run.json`` (which run this is) and one file per tile row: the stitched
strip whose first row is that tile row's, and what became of each tile. A row file is written under
a temporary name and renamed, so it is whole or not there.
"""

from __future__ import annotations

import errno
import io
import json
import os
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import DiskFullError, LedgerError, OutputExistsError, OutputFolderError
from engine.folder_lock import LOCK_FILE, FolderLock
from engine.objects import Strip

RUN_FILE = "run.json"
_STUMP = {LOCK_FILE, f".{RUN_FILE}.part"}
"""All that is in a directory whose run was killed before it began."""


@dataclass(frozen=True)
class TileState:
    """What became of one tile.

    Attributes
    ----------
    status : {"ok", "nodata", "failed"}
    score : float or None
        The guide's flag for the whole tile; else the highest mean change probability of any
        8×8-pixel block.
    nodata_pct : float or None
        Share of the tile's pixels without data in one of the dates, or outside the area of
        interest, percent; unknown where the tile could not be read.
    reason : str or None
        Why it failed.
    range_score : float or None
        Distance from the training imagery over the model's limit; unknown where not judged.
    memory : float16 array (T, M) or None
        What the caption decoder reads, where the tile may have changed.
    """

    tile_id: str
    col: int
    status: str
    nodata_pct: float | None
    score: float | None = None
    reason: str | None = None
    range_score: float | None = None
    memory: NDArray[np.float16] | None = field(default=None, compare=False, repr=False)


class Ledger:
    """The work directory of one run; use as a context manager.

    Left by an error before any row was kept, it is removed: there is nothing to resume.

    Raises
    ------
    OutputExistsError
        There is an unfinished run and neither ``resume`` nor ``overwrite`` is set, another run is
        at work there, or the directory holds something else.
    LedgerError
        The unfinished run is another run (inputs, parameters, model or engine differ).
    OutputFolderError
        The directory cannot be made.
    """

    def __init__(
        self, folder: Path, fingerprint: str, parameters: dict[str, Any], *, resume: bool = False,
        overwrite: bool = False,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.resumed = False
        self._lock: FolderLock | None = None
        try:
            self._claim(fingerprint, resume=resume, overwrite=overwrite)
            if not self.resumed:
                content = {"fingerprint": fingerprint, "parameters": parameters}
                self._write(RUN_FILE, json.dumps(content, indent=1).encode())
        except BaseException:
            self.release()
            raise

    def _claim(self, fingerprint: str, *, resume: bool, overwrite: bool) -> None:
        """Take the directory: as it is, or made anew."""
        folder = self.folder
        try:
            if not self.is_in(folder):
                _check_ours(folder)
            # All else is looked at and done while nobody else can.
            self._lock = FolderLock.make(folder)
            if self.is_in(folder):
                if resume:
                    self._check(fingerprint)
                    self.resumed = True
                    return
                if not overwrite:
                    raise OutputExistsError(
                        f"An unfinished run is in {folder}.",
                        hint="Continue it with --resume, or begin anew with --overwrite.",
                    )
            else:
                _check_ours(folder)
            self._lock.clear(last=(RUN_FILE,))
        except OSError as error:
            raise OutputFolderError(
                f"Cannot make the work directory {folder}: {error.strerror}.",
                hint="Choose an output folder you can write to, or --tmp-dir.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not any(self.folder.glob("row-*.z")):
            self.remove()
        self.release()

    def _check(self, fingerprint: str) -> None:
        if self.fingerprint_in(self.folder) != fingerprint:
            raise LedgerError(
                f"The unfinished run in {self.folder} had other inputs, options, model or engine.",
                hint="Repeat its command with --resume, or begin anew with --overwrite.",
            )

    def _row_file(self, row: int) -> Path:
        return self.folder / f"row-{row:06d}.z"

    def has_row(self, row: int) -> bool:
        """Whether the strip of a tile row is kept."""
        return self._row_file(row).is_file()

    def save_row(self, row: int, strip: Strip, tiles: list[TileState]) -> None:
        """Keep a finished strip and its tiles, atomically.

        Raises
        ------
        DiskFullError
        """
        memories = [tile.memory for tile in tiles if tile.memory is not None]
        content = {
            "row0": np.int64(strip.row0),
            "class_map": strip.class_map,
            "prob": strip.prob,
            "appeared": strip.appeared,
            "seen": np.packbits(strip.seen, axis=1),
            "tiles": np.frombuffer(json.dumps([_plain(tile) for tile in tiles]).encode(), np.uint8),
            "memory": np.stack(memories) if memories else np.zeros((0, 0, 0), np.float16),
        }
        buffer = io.BytesIO()
        # As numpy.savez_compressed, but quickly and without a second copy of all arrays.
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, array in content.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
        self._write(self._row_file(row).name, buffer.getbuffer())

    def load_row(self, row: int) -> tuple[Strip, list[TileState]]:
        """A kept strip and its tiles.

        Raises
        ------
        LedgerError
            The file is missing or damaged.
        """
        try:
            data = np.load(io.BytesIO(self._row_file(row).read_bytes()))
            class_map = data["class_map"]
            strip = Strip(
                row0=int(data["row0"]),
                class_map=class_map,
                prob=data["prob"],
                appeared=data["appeared"],
                seen=np.unpackbits(data["seen"], axis=1, count=class_map.shape[1]).astype(bool),
            )
            memories = iter(data["memory"])
            tiles = [
                TileState(**tile | {"memory": next(memories) if tile["memory"] else None})
                for tile in json.loads(data["tiles"].tobytes())
            ]
        except (
            OSError, EOFError, ValueError, TypeError, KeyError, StopIteration, zlib.error,
            zipfile.BadZipFile,
        ) as error:  # fmt: skip
            raise LedgerError(
                f"{self._row_file(row)} cannot be read: {error}.",
                hint="Begin anew with --overwrite.",
            ) from error
        return strip, tiles

    def forget_row(self, row: int) -> None:
        """Drop a row, so that it is read again."""
        self._row_file(row).unlink(missing_ok=True)

    def release(self) -> None:
        """Let another run have the directory."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether there is an unfinished run in a directory."""
        return (folder / RUN_FILE).is_file()

    @staticmethod
    def fingerprint_in(folder: Path) -> str:
        """Which run is unfinished in a directory.

        Raises
        ------
        LedgerError
            Its file does not say.
        """
        try:
            known = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
            return str(known["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LedgerError(
                f"{folder / RUN_FILE} cannot be read: {error}.",
                hint="Begin anew with --overwrite.",
            ) from error

    def remove(self) -> None:
        """Delete the work directory."""
        # What says that it is ours goes last: killed in between, the next run can still tell.
        if self._lock is not None:
            self._lock.remove(last=(RUN_FILE,))
            self._lock = None

    def _write(self, name: str, content: bytes | memoryview) -> None:
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(content)
            os.replace(part, self.folder / name)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DiskFullError(
                    f"No room left in {self.folder}: what was done so far is kept there.",
                    hint="Make room and repeat the command with --resume, or use --tmp-dir.",
                ) from error
            raise OutputFolderError(
                f"Cannot write in {self.folder}: {error.strerror}.",
                hint="Check the folder's permissions, then use --resume.",
            ) from error


def _check_ours(folder: Path) -> None:
    if folder.is_dir() and not {path.name for path in folder.iterdir()} <= _STUMP:
        raise OutputExistsError(
            f"The work directory {folder} holds something that is no unfinished run.",
            hint="Move it away, or choose another place with --tmp-dir.",
        )


def _plain(tile: TileState) -> dict[str, Any]:
    """A tile's state for JSON; of what the decoder reads only whether it is there."""
    facts = {f.name: getattr(tile, f.name) for f in fields(tile)}
    return facts | {"memory": tile.memory is not None}
