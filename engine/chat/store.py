"""Conversations on the disk: a folder each, with what it is about and a line for every event.

A question is kept when it is asked, its answer when it is said: a program that is killed in between
leaves a question that was interrupted, and nothing before it is lost. Several programs may use one
folder (a window of QGIS, a terminal).
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from engine.chat.errors import HistoryError, NoSuchSessionError
from engine.chat.files import append_line, lines_backwards
from engine.chat.records import SessionRecord, TurnRecord
from engine.private_files import private_folder, write_private

RECORD, TURNS = "session.json", "turns.jsonl"
_ID = re.compile(r"^[0-9]{8}-[0-9]{6}-[0-9]{6}-[0-9a-f]{16}$")
_ASKED = b'{"asked":'


class SessionStore:
    """All conversations of a user.

    Parameters
    ----------
    folder : Path
        Made when missing, readable by its owner only.

    Raises
    ------
    HistoryError
        It cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.folder = private_folder(folder)
        except OSError as error:
            raise HistoryError(
                f"The folder {folder} cannot be used: {error.strerror}.",
                hint="Name another one with --state-dir.",
            ) from error

    def create(self, record: SessionRecord) -> None:
        """Keep a new conversation.

        Raises
        ------
        HistoryError
        """
        try:
            private_folder(self.folder / record.id)
        except OSError as error:
            raise _cannot(error) from error
        self.save(record)

    def save(self, record: SessionRecord) -> None:
        """Keep what a conversation is about.

        Raises
        ------
        HistoryError
        NoSuchSessionError
            It was deleted meanwhile.
        """
        try:
            write_private(self.folder / record.id / RECORD, record.model_dump_json())
        except FileNotFoundError as error:
            raise _gone() from error
        except OSError as error:
            raise _cannot(error) from error

    def get(self, session: str) -> SessionRecord:
        """One conversation.

        Raises
        ------
        NoSuchSessionError
        """
        record = self._read(session) if _ID.match(session) else None
        if record is None:
            raise _gone()
        return record

    def newest_first(self) -> list[SessionRecord]:
        """Every conversation, the one that went on last first."""
        names = [entry.name for entry in os.scandir(self.folder) if _ID.match(entry.name)]
        found = [record for name in names if (record := self._read(name)) is not None]
        return sorted(found, key=lambda record: (record.updated_at, record.id), reverse=True)

    def delete(self, session: str) -> None:
        """Forget a conversation.

        Raises
        ------
        NoSuchSessionError, HistoryError
        """
        self.get(session)
        away = self.folder / f".{session}.deleted"
        try:
            os.replace(self.folder / session, away)
            shutil.rmtree(away)
        except FileNotFoundError as error:
            raise _gone() from error
        except OSError as error:
            raise HistoryError(f"It cannot be deleted: {error.strerror}.") from error

    def asked(self, session: str, turn: TurnRecord) -> None:
        """Keep a question before it is answered.

        Raises
        ------
        HistoryError, NoSuchSessionError
        """
        fields = {"id", "question", "asked_at", "context", "model", "device"}
        self._append(session, {"asked": turn.model_dump(mode="json", include=fields)})

    def answered(self, record: SessionRecord, turn: TurnRecord) -> SessionRecord:
        """Keep an answer, and give the conversation's new record.

        Raises
        ------
        HistoryError, NoSuchSessionError
        """
        self._append(record.id, {"turn": turn.model_dump(mode="json", exclude_defaults=True)})
        record = self._counted(record.model_copy(update={"updated_at": turn.asked_at}))
        self.save(record)
        return record

    def turns(self, session: str, at_work: Collection[str] = ()) -> list[TurnRecord]:
        """All turns in order, without those at work.

        Raises
        ------
        NoSuchSessionError
        """
        self.get(session)
        found: dict[str, TurnRecord] = {}
        for turn in self._lines(session, backwards=False):
            found[turn.id] = turn
        return [turn for turn in found.values() if turn.id not in at_work]

    def last(self, session: str, count: int) -> list[TurnRecord]:
        """The last answered turns, in order."""
        found: list[TurnRecord] = []
        for turn in self._lines(session, backwards=True):
            if not turn.interrupted:
                found.append(turn)
            if len(found) == count:
                break
        return found[::-1]

    def _read(self, session: str) -> SessionRecord | None:
        try:
            text = (self.folder / session / RECORD).read_text("utf-8")
            record = SessionRecord.model_validate_json(text)
        except (OSError, ValidationError):
            return None  # deleted at this moment, or no conversation
        return self._counted(record)

    def _counted(self, record: SessionRecord) -> SessionRecord:
        """The record with the turns that were asked since it was written."""
        turns, size = record.turns, record.size
        try:
            with open(self.folder / record.id / TURNS, "rb") as file:
                if file.seek(0, os.SEEK_END) > size:
                    file.seek(size)
                    for line in file:
                        size += len(line)
                        turns += line.startswith(_ASKED) and _turn(line) is not None
        except FileNotFoundError:
            return record
        return record.model_copy(update={"turns": turns, "size": size})

    def _lines(self, session: str, *, backwards: bool) -> Iterator[TurnRecord]:
        path = self.folder / session / TURNS
        try:
            if backwards:
                yield from _turns(lines_backwards(path))
            else:
                with open(path, "rb") as file:
                    yield from _turns(file)
        except FileNotFoundError:
            return

    def _append(self, session: str, content: dict[str, object]) -> None:
        line = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
        folder = self.folder / session
        if not folder.is_dir():
            raise _gone()
        try:
            append_line(folder / TURNS, line)
        except FileNotFoundError as error:
            raise _gone() from error
        except OSError as error:
            raise _cannot(error) from error


def _turns(lines: Iterable[bytes]) -> Iterator[TurnRecord]:
    return (turn for line in lines if (turn := _turn(line)) is not None)


def _turn(line: bytes) -> TurnRecord | None:
    """A turn; None for what a killed program left of a line."""
    try:
        content = json.loads(line)
        if line.startswith(_ASKED):
            return TurnRecord.model_validate(content["asked"] | {"interrupted": True})
        return TurnRecord.model_validate(content["turn"])
    except (ValueError, KeyError, TypeError):
        return None


def _gone() -> NoSuchSessionError:
    return NoSuchSessionError(
        "There is no conversation of this id.", hint="Begin a new one, or look at the list."
    )


def _cannot(error: OSError) -> HistoryError:
    return HistoryError(
        f"The conversation cannot be kept: {error.strerror}.", hint="Make room on the disk."
    )
