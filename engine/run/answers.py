"""Answers of a language model, kept beside the unfinished run: asking again would cost hours."""

from __future__ import annotations

import json
import os
from pathlib import Path

from engine.errors import DiskFullError
from engine.language.backend import Reply

FILE = "answers.jsonl"


class AnswerBook:
    """An append-only file of answers by tile and question.

    A line that was not finished when the run was killed is dropped; what stands before it counts.

    Parameters
    ----------
    folder : Path
        The work directory.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._known: dict[tuple[str, str], Reply] = {}
        self._new: list[str] = []
        if self._path.exists():
            self._load()

    def _load(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with open(self._path, "r+b") as stream:
                stream.truncate(len(whole))
        for line in whole.splitlines():
            try:
                tile, key, text, finished, *others = json.loads(line)
            except ValueError:
                continue
            reply = Reply(str(text), bool(finished), others=tuple(map(str, others)))
            self._known[str(tile), str(key)] = reply

    def get(self, tile_id: str, key: str) -> Reply | None:
        """The kept reply, if there is one."""
        return self._known.get((tile_id, key))

    def add(self, tile_id: str, key: str, reply: Reply) -> None:
        """Take a reply; :meth:`flush` keeps it."""
        self._known[tile_id, key] = reply
        parts = [tile_id, key, reply.text, reply.finished, *reply.others]
        line = json.dumps(parts, ensure_ascii=False)
        self._new.append(line + "\n")

    def flush(self) -> None:
        """Keep what was added.

        Raises
        ------
        DiskFullError
        """
        if not self._new:
            return
        try:
            with open(self._path, "a", encoding="utf-8") as stream:
                stream.write("".join(self._new))
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise DiskFullError(
                f"The answers cannot be kept in {self._path.parent}: {error.strerror}.",
                hint="Make room and repeat the command with --resume, or use --tmp-dir.",
            ) from error
        self._new = []
