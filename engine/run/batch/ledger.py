"""What became of each pair, so that none is done twice: one JSON object a line, never rewritten."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from engine.errors import DiskFullError, OutputExistsError, OutputFolderError
from engine.folder_lock import FolderLock
from engine.run.batch.made import name_in

FOLDER = ".batch"
FILE = "pairs.jsonl"
Record = dict[str, Any]


def check_free(output: Path, *, resume: bool, overwrite: bool) -> None:
    """Whether a batch may begin, or go on, in a folder.

    Raises
    ------
    OutputExistsError
        There is a batch already and neither ``resume`` nor ``overwrite`` is set.
    """
    if (output / FOLDER / FILE).is_file() and not (resume or overwrite):
        raise OutputExistsError(
            f"A batch is in {output} already.",
            hint="Do what is left with --resume, or begin anew with --overwrite.",
        )


class BatchLedger:
    """The folder ``.batch`` of a batch's outputs; use as a context manager.

    A line is written and flushed to the disk for every pair that begins or ends. A line that was
    cut short when the machine went down is dropped. Several threads may use it.

    Raises
    ------
    OutputExistsError
        There is a batch already and neither ``resume`` nor ``overwrite`` is set, or another
        process is at work on it.
    OutputFolderError
        The folder cannot be made or written.
    """

    def __init__(self, output: Path, *, resume: bool = False, overwrite: bool = False) -> None:
        self.folder = output / FOLDER
        self.records: dict[str, Record] = {}
        self._lock: FolderLock | None = None
        self._writing = threading.Lock()
        try:
            self._open(output, resume=resume, overwrite=overwrite)
        except OSError as error:
            self._release()
            raise OutputFolderError(
                f"Cannot write in {output}: {error.strerror}.",
                hint="Choose an output folder you can write to.",
            ) from error
        except BaseException:
            self._release()
            raise

    def _open(self, output: Path, *, resume: bool, overwrite: bool) -> None:
        if output.exists() and not output.is_dir():
            raise OutputFolderError(f"{output} is a file.", hint="Name a folder.")
        output.mkdir(parents=True, exist_ok=True)
        check_free(output, resume=resume, overwrite=overwrite)
        self.folder.mkdir(exist_ok=True)
        self._lock = FolderLock(self.folder)
        if overwrite and not resume:
            self._begin_anew(output)
        self.records = read_records(output)
        _drop_torn_line(self.folder / FILE)

    def _begin_anew(self, output: Path) -> None:
        """Forget what became of the pairs, but not what was made for them: it may be replaced."""
        lines = [
            json.dumps({"pair": name, "status": "open", "made": record["made"]}) + "\n"
            for name, record in read_records(output).items()
            if record["made"]
        ]
        part = self.folder / f".{FILE}.part"
        part.write_text("".join(lines), encoding="utf-8")
        os.replace(part, self.folder / FILE)

    def add(self, record: Record) -> None:
        """Keep a record; of a name, the last one holds.

        Raises
        ------
        DiskFullError
        OutputFolderError
        """
        line = json.dumps(record, ensure_ascii=False) + "\n"
        with self._writing:
            self._append(line.encode())
            self.records[record["pair"]] = record

    def made(self, pair: str) -> list[str]:
        """Names of what the batch made for a pair (:mod:`engine.run.batch.made`)."""
        return list(self.records.get(pair, {}).get("made", ()))

    def _append(self, line: bytes) -> None:
        try:
            with (self.folder / FILE).open("ab") as stream:
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            with suppress(OSError):
                _drop_torn_line(self.folder / FILE)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DiskFullError(
                    f"No room left in {self.folder.parent}.", hint="Make room, then use --resume."
                ) from error
            raise OutputFolderError(
                f"Cannot write in {self.folder}: {error.strerror}.",
                hint="Check the folder's permissions, then use --resume.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()
        if not self.records:  # nothing was begun
            shutil.rmtree(self.folder, ignore_errors=True)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def read_records(output: Path) -> dict[str, Record]:
    """The last record of each pair of a batch; empty where there is none."""
    records: dict[str, Record] = {}
    try:
        lines = (output / FOLDER / FILE).read_bytes().split(b"\n")
    except OSError:
        return records
    for line in lines:
        try:
            record = json.loads(line)
            name = str(record["pair"])
            if "made" not in record:  # of an engine that kept no such list
                made = [name_in(output, Path(path)) for path in record.get("files", {}).values()]
                record["made"] = made or records.get(name, {}).get("made", [])
            records[name] = record
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # cut short, or no record of ours: its pair is done again
    return records


def _drop_torn_line(file: Path) -> None:
    if not file.is_file():
        return
    content = file.read_bytes()
    if content and not content.endswith(b"\n"):
        with file.open("rb+") as stream:
            stream.truncate(content.rfind(b"\n") + 1)
