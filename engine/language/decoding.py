"""Answering token by token: what the small and the large language model have in common.

Prompts become rows of numbers; what the questions about one pair share, its images and its card, is
read once; then all rows go on together, and those that ended leave. How a model looks at images and
reads tokens is its own affair.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import OutOfMemoryError
from engine.guide.caption import drawn
from engine.language.backend import Inquiry, Reply, never, stop
from engine.language.chat_format import chat_text
from engine.language.messages import Message
from engine.language.tasks import CAPTION
from engine.language.token_rows import TokenRow, shared_length, token_row

SEED = 7
"""Of the dice that descriptions are drawn with."""
LOOP = 4
"""A token said so often on end ends a row, which is not whole then."""


class Cache(Protocol):
    """What a model remembers of the rows it has read."""

    def of(self, rows: NDArray[np.intp]) -> Self:
        """That of some rows, which may be named more than once."""


@dataclass(frozen=True)
class Reading:
    """Rows to read: tokens behind what is known of them.

    Attributes
    ----------
    tokens : int64 array (B, T)
    slots : int64 array (B, T)
        Which image vector stands there instead of the token, -1 for none.
    places : int64 array (3, B, T)
        Positions by time, row and column.
    fresh, known : bool array (B, T), (B, P)
        False where a row is padded.
    last : int64 array (B,)
        The token whose successor is wanted.
    """

    tokens: NDArray[np.int64]
    slots: NDArray[np.int64]
    places: NDArray[np.int64]
    fresh: NDArray[np.bool_]
    known: NDArray[np.bool_]
    last: NDArray[np.int64]


class TokenModel(ABC):
    """A language model that reads and says tokens.

    Attributes
    ----------
    batch : int
        Pairs at a time; halved where memory runs out.
    longest : int
        Tokens of an answer at most.
    grid : int
        Tokens of an image by row and column.
    image, end : int
        Ids of an image's token and of the end of a turn.
    drawn : int
        Wordings of a description that are drawn by lot beside the likeliest one.
    temperature : float
        Of the lot.
    """

    batch: int
    longest: int
    grid: int
    image: int
    end: int
    drawn: int = 0
    temperature: float = 1.0

    @property
    @abstractmethod
    def name(self) -> str:
        """Model and place, for the layers' history."""

    @abstractmethod
    def close(self) -> None:
        """Give back memory."""

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """A prompt's tokens."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """An answer's text."""

    @abstractmethod
    def look(self, inquiries: Sequence[Inquiry]) -> Any:
        """Vectors of every pair's images: before and after, pair by pair, ``grid``² each."""

    @abstractmethod
    def read(self, rows: Reading, vectors: Any, cache: Any) -> tuple[Any, Any]:
        """Logits of each row's next token (B, V), the model's own kind, and the longer cache.

        ``vectors`` is None where no image is read, ``cache`` where nothing has been read.

        Raises
        ------
        OutOfMemoryError
        """

    @abstractmethod
    def likeliest(self, logits: Any) -> NDArray[np.int64]:
        """The likeliest token of each row, int64 (B,)."""

    @abstractmethod
    def numbers(self, logits: Any, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """The logits of some rows, float32 (n, V)."""

    def answer(
        self, inquiries: Sequence[Inquiry], check: Callable[[], None] = never
    ) -> list[tuple[Reply, ...]]:
        """A reply to every turn, the likeliest tokens one by one.

        Descriptions may be drawn several times (``drawn``), with the same dice for every pair.

        Raises
        ------
        OutOfMemoryError
            There is no room even for one pair.
        ModelError
            The model failed.
        """
        rows = [[self._row(turn.messages) for turn in inquiry.turns] for inquiry in inquiries]
        # Rows of like length are read together: padding costs as much as words.
        order = sorted(range(len(rows)), key=lambda i: sum(map(len, rows[i])))
        replies: list[tuple[Reply, ...]] = [()] * len(rows)
        for first in range(0, len(order), self.batch):
            if stopped := stop(check):
                for i in order[first:]:
                    replies[i] = tuple(Reply(finished=False, error=stopped) for _ in rows[i])
                break
            piece = [i for i in order[first : first + self.batch] if rows[i]]
            found = self._chunk([inquiries[i] for i in piece], [rows[i] for i in piece])
            for i, several in zip(piece, found, strict=True):
                replies[i] = several
        return replies

    def _row(self, messages: Sequence[Message]) -> TokenRow:
        text = chat_text(messages, self.grid**2)
        return token_row(self.encode(text), self.image, self.grid, self.grid)

    def _chunk(
        self, inquiries: Sequence[Inquiry], rows: Sequence[Sequence[TokenRow]]
    ) -> list[tuple[Reply, ...]]:
        if not inquiries:
            return []
        try:
            found = iter(self._replies(inquiries, rows))
            return [tuple(next(found) for _ in several) for several in rows]
        except OutOfMemoryError:
            if len(inquiries) == 1:
                raise
        except MemoryError as error:  # numpy's, where a cache is copied
            if len(inquiries) == 1:
                raise OutOfMemoryError(
                    f"No memory for one pair ({self.name}).",
                    hint="Use a language server, or a smaller model.",
                ) from error
        # Not inside the clause: the error holds what the failed try had in memory.
        half = len(inquiries) // 2
        return self._chunk(inquiries[:half], rows[:half]) + self._chunk(
            inquiries[half:], rows[half:]
        )

    def _replies(
        self, inquiries: Sequence[Inquiry], rows: Sequence[Sequence[TokenRow]]
    ) -> list[Reply]:
        """Replies of all turns, inquiry by inquiry."""
        vectors = self.look(inquiries)
        owner = np.array([i for i, several in enumerate(rows) for _ in several], np.intp)
        flat = [row for several in rows for row in several]
        shared = [shared_length(several) for several in rows]
        known, cache = np.zeros((len(rows), 0), bool), None
        if max(shared):
            heads = [row.cut(0, cut) for (row, *_), cut in zip(rows, shared, strict=True)]
            reading = self._reading(heads, np.arange(len(rows)), known)
            _, cache = self.read(reading, vectors, cache)
            known = reading.fresh
            cache = cache.of(owner)
        tails = [row.cut(shared[i], len(row)) for i, row in zip(owner, flat, strict=True)]
        reading = self._reading(tails, owner, known[owner])
        logits, cache = self.read(reading, vectors, cache)
        known = np.concatenate([reading.known, reading.fresh], axis=1)
        turns = [turn for inquiry in inquiries for turn in inquiry.turns]
        times = np.array([1 + self.drawn * (turn.asked == CAPTION) for turn in turns], np.intp)
        rows_of = np.repeat(np.arange(len(flat)), times)
        lots = np.concatenate([np.arange(count) for count in times])
        if len(rows_of) > len(flat):
            logits, cache, known = logits[rows_of], cache.of(rows_of), known[rows_of]
        following = np.array([row.following for row in flat], np.int64)[rows_of]
        said = iter(self._say(logits, cache, known, following, lots))
        return [_told([next(said) for _ in range(count)]) for count in times]

    def _reading(
        self, rows: Sequence[TokenRow], owner: NDArray[np.intp], known: NDArray[np.bool_]
    ) -> Reading:
        """Rows padded at their end; ``owner`` says whose images each row sees."""
        length = max(1, *map(len, rows))
        shape = (len(rows), length)
        tokens, slots = (np.full(shape, fill, np.int64) for fill in (self.end, -1))
        places, fresh = np.zeros((3, *shape), np.int64), np.zeros(shape, bool)
        for i, row in enumerate(rows):
            end = len(row)
            tokens[i, :end], fresh[i, :end], places[:, i, :end] = row.tokens, True, row.places
            first = int(owner[i]) * 2 * self.grid**2
            slots[i, :end] = np.where(row.slots < 0, -1, row.slots + first)
        last = np.array([max(0, len(row) - 1) for row in rows], np.int64)
        return Reading(tokens, slots, places, fresh, known, last)

    def _say(
        self,
        logits: Any,
        cache: Any,
        known: NDArray[np.bool_],
        following: NDArray[np.int64],
        lots: NDArray[np.intp],
    ) -> Iterator[Reply]:
        """Tokens until each row ends or says one again and again; such rows leave the batch.

        ``lots`` says which dice throw a row's tokens; with 0 it takes the likeliest.
        """
        said: list[list[int]] = [[] for _ in following]
        ended = np.zeros(len(following), bool)
        going = np.arange(len(following))
        dice = np.random.default_rng(SEED).random((self.longest, self.drawn + 1))
        for step in range(self.longest):
            words = self.likeliest(logits)
            if len(thrown := np.flatnonzero(lots[going])):
                chance = self.numbers(logits, thrown).astype(np.float64) / self.temperature
                words[thrown] = drawn(chance, dice[step, lots[going[thrown]]])
            for row, word in zip(going, words.tolist(), strict=True):
                if word == self.end:
                    ended[row] = True
                else:
                    said[row].append(word)
            # Who says one token again and again does not find an end.
            looping = [len(said[row]) >= LOOP and len({*said[row][-LOOP:]}) == 1 for row in going]
            stay = np.flatnonzero((words != self.end) & ~np.array(looping, bool))
            if not len(stay) or step + 1 == self.longest:
                break
            if len(stay) < len(going):
                going, known, cache = going[stay], known[stay], cache.of(stay)
            tokens = words[stay][:, None]
            places = np.broadcast_to(following[going] + step, (3, len(going)))[..., None]
            one = np.ones_like(tokens, bool)
            none, last = np.full_like(tokens, -1), np.zeros(len(going), np.int64)
            rows = Reading(tokens, none, np.ascontiguousarray(places), one, known, last)
            logits, cache = self.read(rows, None, cache)
            known = np.concatenate([known, one], axis=1)
        for ids, whole in zip(said, ended, strict=True):
            yield Reply(self.decode(ids).strip(), bool(whole))


def _told(candidates: Sequence[Reply]) -> Reply:
    """The whole ones, the likeliest first; else the likeliest as it is."""
    first, *others = [reply for reply in candidates if reply.finished] or candidates[:1]
    return Reply(first.text, first.finished, others=tuple(reply.text for reply in others))


def square(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """An image (h, w, 3) as a square of ``side`` pixels."""
    if image.shape[:2] == (side, side):
        return image
    how = cv2.INTER_AREA if image.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (side, side), interpolation=how), np.uint8)
