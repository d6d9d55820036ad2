"""Runs on the disk: a folder each, with its record and its events.

Several services may share a state folder (two windows of one program). A service owns the runs that
were given to it and holds a lock as long as it lives; active runs whose owner is gone were
interrupted.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from engine.errors import OutputExistsError
from engine.folder_lock import LOCK_FILE, FolderLock
from engine.private_files import private_folder, write_private
from engine.service.crash import error_event
from engine.service.errors import InterruptedRunError, NoSuchRunError, StateError, error_body
from engine.service.eventlog import EventLog
from engine.service.records import RunRecord, now

KEPT_MOST = 500
"""Records of ended runs that are kept; the oldest go first."""
RECORD, EVENTS = "record.json", "events.jsonl"
_ID = re.compile(r"^[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{8}$")


def default_state_dir() -> Path:
    """Where records are kept when the user does not say."""
    return Path(platformdirs.user_state_dir("changevg", appauthor=False)) / "service"


class RunStore:
    """The records of all runs, and which of them are this service's.

    Parameters
    ----------
    folder : Path
        Made when missing, readable by its owner only.

    Attributes
    ----------
    empty : Path
        A folder with nothing in it, for processes to work in: no name leads to a file there.

    Raises
    ------
    StateError
        It cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.folder = private_folder(folder)
            self._runs = private_folder(folder / "runs")
            self._services = private_folder(folder / "services")
            self.empty = private_folder(folder / "empty")
            self.service = f"{os.getpid()}-{secrets.token_hex(6)}"
            mine = private_folder(self._services / self.service)
            (mine / LOCK_FILE).touch(mode=0o600)
            self._lock = FolderLock(mine)
        except OSError as error:
            raise StateError(
                f"The state folder {folder} cannot be used: {error.strerror}.",
                hint="Name another one with --state-dir.",
            ) from error
        self._records: dict[str, RunRecord] = {}
        self._tidy()

    def close(self) -> None:
        """Give up this service's runs."""
        self._lock.release()
        shutil.rmtree(self._services / self.service, ignore_errors=True)

    def save(self, record: RunRecord) -> None:
        """Keep a record.

        Raises
        ------
        StateError
            The disk is full, for instance. The record in memory is the new one all the same.
        """
        self._records[record.id] = record
        try:
            folder = private_folder(self._runs / record.id)
            write_private(folder / RECORD, record.model_dump_json())
        except OSError as error:
            raise StateError(f"The run's record cannot be written: {error.strerror}.") from error

    def newest_first(self) -> list[RunRecord]:
        """Every run, the newest first."""
        names = [entry.name for entry in os.scandir(self._runs) if _ID.match(entry.name)]
        found = (self._current(name) for name in sorted(names, reverse=True))
        return [record for record in found if record is not None]

    def get(self, run_id: str) -> RunRecord:
        """One run.

        Raises
        ------
        NoSuchRunError
        """
        record = self._current(run_id) if _ID.match(run_id) else None
        if record is None:
            raise NoSuchRunError("There is no run of this id.", hint="GET /v1/runs lists them.")
        return record

    def events_path(self, run_id: str) -> Path:
        """Where a run's events are, or will be."""
        return self._runs / run_id / EVENTS

    def is_mine(self, record: RunRecord) -> bool:
        """Whether this service looks after the run."""
        return record.service == self.service

    def _current(self, run_id: str) -> RunRecord | None:
        known = self._records.get(run_id)
        if known is None or (known.active and not self.is_mine(known)):
            known = self._read(run_id)
            if known is None:
                return None
            if known.active and not self.is_mine(known) and not self._lives(known.service):
                # Its service may have written the end just before it went.
                known = self._read(run_id) or known
                if known.active:
                    known = self.interrupt(known)
            self._records[run_id] = known
        return known

    def _read(self, run_id: str) -> RunRecord | None:
        try:
            text = (self._runs / run_id / RECORD).read_text("utf-8")
            return RunRecord.model_validate_json(text)
        except (OSError, ValidationError):
            return None  # being written by another service, or no record

    def interrupt(self, record: RunRecord) -> RunRecord:
        """Note that a run's service ended before it did."""
        error = InterruptedRunError(
            "The service ended before the run did.",
            hint="What was computed is kept: send the same request again with options.resume true.",
        )
        ended = record.model_copy(
            update={
                "status": "interrupted", "ended_at": now(), "error": error_body(error)["error"],
            }
        )  # fmt: skip
        log = EventLog(self.events_path(record.id))
        log.append(error_event(error))
        log.close()
        with suppress(StateError):  # who looks next finds it again
            self.save(ended)
        return ended

    def give_up(self, run_id: str) -> None:
        """Note, in memory at least, that a run failed because its records could not be kept."""
        record = self._records[run_id]
        if record.active:
            error = error_body(StateError("The run's records cannot be kept."))["error"]
            self._records[run_id] = record.model_copy(
                update={"status": "failed", "ended_at": now(), "error": error}
            )

    def _lives(self, service: str) -> bool:
        folder = self._services / service
        if not folder.is_dir():
            return False
        try:
            FolderLock(folder).release()
        except OutputExistsError:
            return True
        return False

    def forget_oldest(self) -> None:
        """Delete the oldest ended runs where there are too many."""
        ended = [record for record in self.newest_first() if not record.active]
        for record in ended[KEPT_MOST:]:
            shutil.rmtree(self._runs / record.id, ignore_errors=True)
            self._records.pop(record.id, None)

    def _tidy(self) -> None:
        """Forget services that are gone, and the oldest ended runs."""
        self.forget_oldest()
        for entry in os.scandir(self._services):
            if entry.name != self.service and not self._lives(entry.name):
                shutil.rmtree(entry.path, ignore_errors=True)
