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
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DiskFullError, LedgerError, OutputExistsError, OutputFolderError
from engine.objects import Strip

RUN_FILE = "run.json"


@dataclass(frozen=True)
class TileState:
    """What became of one tile.

    Attributes
    ----------
    status : {"ok", "nodata", "failed"}
    score : float or None
        Highest mean change probability of any 8×8-pixel block.
    nodata_pct : float
        Share of the tile's pixels without data in both dates, percent.
    reason : str or None
        Why it failed.
    """

    tile_id: str
    col: int
    status: str
    nodata_pct: float
    score: float | None = None
    reason: str | None = None


class Ledger:
    """The work directory of one run.

    Raises
    ------
    OutputExistsError
        There is an unfinished run and neither ``resume`` nor ``overwrite`` is set.
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
        if (folder / RUN_FILE).is_file():
            if resume:
                self._check(fingerprint)
                self.resumed = True
            elif not overwrite:
                raise OutputExistsError(
                    f"An unfinished run is in {folder}.",
                    hint="Continue it with --resume, or begin anew with --overwrite.",
                )
        if not self.resumed:
            self.remove()
            try:
                folder.mkdir(parents=True)
            except OSError as error:
                raise OutputFolderError(
                    f"Cannot make the work directory {folder}: {error.strerror}.",
                    hint="Choose an output folder you can write to, or --tmp-dir.",
                ) from error
            self._write(
                RUN_FILE,
                json.dumps(
                    {"fingerprint": fingerprint, "parameters": parameters}, indent=1
                ).encode(),
            )

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
        """Whether the strip of a tile row is kept and none of its tiles failed."""
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
            tiles = [TileState(**tile) for tile in json.loads(data["tiles"].tobytes())]
        except (OSError, ValueError, KeyError, zlib.error) as error:
            raise LedgerError(
                f"{self._row_file(row)} cannot be read: {error}.",
                hint="Begin anew with --overwrite.",
            ) from error
        return strip, tiles

    def forget_row(self, row: int) -> None:
        """Drop a row, so that it is read again."""
        self._row_file(row).unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete the work directory."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, content: bytes) -> None:
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(content)
            os.replace(part, self.folder / name)
        except OSError as error:
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
