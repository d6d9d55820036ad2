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
import shutil
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from engine.errors import DiskFullError, LedgerError, OutputExistsError, OutputFolderError
from engine.objects import Strip
from engine.run.lock import LOCK_FILE, FolderLock

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
    wordings : tuple of str
        The caption decoder's, the best liked first, where it was asked.
    """

    tile_id: str
    col: int
    status: str
    nodata_pct: float | None
    score: float | None = None
    reason: str | None = None
    range_score: float | None = None
    wordings: tuple[str, ...] = ()


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
            if self.is_in(folder):
                self._lock = FolderLock(folder)
                if resume:
                    self._check(fingerprint)
                    self.resumed = True
                    return
                if not overwrite:
                    raise OutputExistsError(
                        f"An unfinished run is in {folder}.",
                        hint="Continue it with --resume, or begin anew with --overwrite.",
                    )
            elif folder.is_dir() and not {p.name for p in folder.iterdir()} <= _STUMP:
                raise OutputExistsError(
                    f"The work directory {folder} holds something that is no unfinished run.",
                    hint="Move it away, or choose another place with --tmp-dir.",
                )
            self.remove()
            folder.mkdir(parents=True)
            self._lock = FolderLock(folder)
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
        try:
            known = json.loads((self.folder / RUN_FILE).read_text(encoding="utf-8"))["fingerprint"]
        except (OSError, ValueError, KeyError) as error:
            raise LedgerError(
                f"{self.folder / RUN_FILE} cannot be read: {error}.",
                hint="Begin anew with --overwrite.",
            ) from error
        if known != fingerprint:
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
        buffer = io.BytesIO()
        np.savez(
            buffer,
            row0=np.int64(strip.row0),
            class_map=strip.class_map,
            prob=strip.prob,
            appeared=strip.appeared,
            seen=np.packbits(strip.seen, axis=1),
            tiles=np.frombuffer(json.dumps([asdict(t) for t in tiles]).encode(), np.uint8),
        )
        self._write(self._row_file(row).name, zlib.compress(buffer.getbuffer(), level=1))

    def load_row(self, row: int) -> tuple[Strip, list[TileState]]:
        """A kept strip and its tiles.

        Raises
        ------
        LedgerError
            The file is missing or damaged.
        """
        try:
            data = np.load(io.BytesIO(zlib.decompress(self._row_file(row).read_bytes())))
            width = data["class_map"].shape[1]
            strip = Strip(
                row0=int(data["row0"]),
                class_map=data["class_map"],
                prob=data["prob"],
                appeared=data["appeared"],
                seen=np.unpackbits(data["seen"], axis=1, count=width).astype(bool),
            )
            tiles = [
                TileState(**tile | {"wordings": tuple(tile["wordings"])})
                for tile in json.loads(data["tiles"].tobytes())
            ]
        except (
            OSError, EOFError, ValueError, TypeError, KeyError, zlib.error, zipfile.BadZipFile,
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

    def remove(self) -> None:
        """Delete the work directory."""
        self.release()
        # What says that it is ours goes last: killed in between, the next run can still tell.
        for path in self.folder.glob("*"):
            if path.name not in {RUN_FILE, *_STUMP} and path.is_file():
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, content: bytes) -> None:
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
