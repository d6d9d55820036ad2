"""Full text of captions, ranked by BM25 (SQLite's FTS5) in a temporary database.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from engine.errors import EngineError
from engine.find.words import content, meanings

_WEIGHT_NAMES, _WEIGHT_WORDS = 1.0, 0.5
"""Of a word's meaning, and of the very word."""


class CaptionIndex(AbstractContextManager["CaptionIndex"]):
    """Captions by number; use as a context manager.

    The database is SQLite's own temporary file and goes with it.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        try:
            self._db.execute(
                "CREATE VIRTUAL TABLE captions USING fts5(names, words, content='', "
                "tokenize='porter unicode61')"
            )
        except sqlite3.OperationalError as error:
            self._db.close()
            raise EngineError(
                f"This Python's SQLite has no full-text search: {error}.",
                hint="Use a Python whose SQLite has FTS5; the usual builds do.",
            ) from error

    def add(self, numbered: Iterable[tuple[int, str]]) -> None:
        """Take captions with their numbers."""
        self._db.executemany(
            "INSERT INTO captions(rowid, names, words) VALUES (?, ?, ?)",
            ((at, " ".join(meanings(text)), " ".join(content(text))) for at, text in numbered),
        )

    def scores(self, names: Sequence[str], words: Sequence[str]) -> dict[int, float]:
        """Relevance of each caption that has one of the words, 1 for the best.

        A caption is the more relevant, the more of the words it has, and the rarer they are.
        """
        terms = [f"names:{_quoted(one)}" for one in names]
        terms += [f"words:{_quoted(one)}" for one in words]
        if not terms:
            return {}
        rows = self._db.execute(
            f"SELECT rowid, -bm25(captions, {_WEIGHT_NAMES}, {_WEIGHT_WORDS}) FROM captions "  # nosec B608
            "WHERE captions MATCH ?",
            (" OR ".join(terms),),
        ).fetchall()
        # In a small archive a word of most captions has a negative weight: nothing is less than 0.
        best = max((score for _, score in rows), default=0.0)
        return {at: max(score, 0.0) / best if best > 0 else 1.0 for at, score in rows}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self


def _quoted(word: str) -> str:
    """A word as FTS5 takes it, whatever signs are in it."""
    doubled = word.replace('"', '""')
    return f'"{doubled}"'
