"""The small language model, run by onnxruntime.

Contract of the folder ``language``: ``tokenizer.json``; ``sight.onnx``, images uint8 (N, 3, S, S)
to vectors (N, T, D); ``speech.onnx``, tokens behind a cache to the logits of the next one and the
longer cache (see ``training.language.parts``); and ``graphs.json`` with their sizes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import ModelDamagedError, ModelMissingError, OutOfMemoryError
from engine.guide.device import Device
from engine.guide.runtime import open_session, run_session
from engine.language.backend import Inquiry, Reply
from engine.language.chat_format import IMAGE, TURN_END, chat_text
from engine.language.token_rows import TokenRow, shared_length, token_row

FILES = ("tokenizer.json", "sight.onnx", "speech.onnx", "graphs.json")
BATCH = 16
Floats = NDArray[np.float32]


class Sizes(BaseModel):
    """What ``graphs.json`` says.

    Attributes
    ----------
    side_px, grid : int
        Of an image: pixels, and tokens by row and column.
    layers, shared_heads, head_size, width : int
        Of the cache and of an image's vectors.
    longest : int
        Tokens of an answer at most.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    side_px: int = Field(gt=0)
    grid: int = Field(gt=0)
    layers: int = Field(gt=0)
    shared_heads: int = Field(gt=0)
    head_size: int = Field(gt=0)
    width: int = Field(gt=0)
    longest: int = Field(default=96, gt=0)


@dataclass
class _State:
    """Rows that are being answered.

    ``cache`` is (layers, 2, rows, shared heads, length, size), ``known`` bool (rows, length).
    """

    cache: Floats
    known: NDArray[np.bool_]

    def of(self, rows: NDArray[np.intp]) -> _State:
        return _State(self.cache[:, :, rows], self.known[rows])


class NanoModel:
    """A nano model.

    Parameters
    ----------
    folder : Path
        The model folder's ``language``.
    device : Device
    threads : int, optional
        Threads of one inference.
    batch : int
        Pairs at a time.

    Raises
    ------
    ModelMissingError
        A file is not there.
    ModelDamagedError
        A file cannot be read or does not keep the contract.
    """

    def __init__(
        self, folder: Path, device: Device, threads: int | None = None, batch: int = BATCH
    ) -> None:
        from tokenizers import Tokenizer

        self.folder, self.batch = folder, batch
        for name in FILES:
            if not (folder / name).is_file():
                raise ModelMissingError(
                    f"{folder} has no {name}.", hint="`engine models verify` checks the folder."
                )
        try:
            self.sizes = Sizes.model_validate(json.loads((folder / "graphs.json").read_bytes()))
            self.tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (ValueError, ValidationError) as error:
            raise self._broken(str(error).splitlines()[0]) from error
        except Exception as error:  # tokenizers raises a bare Exception
            raise self._broken(f"tokenizer.json cannot be read ({error})") from error
        marks = {name: self.tokens.token_to_id(name) for name in (IMAGE, TURN_END)}
        if None in marks.values():
            raise self._broken("its tokens lack those of images and turns")
        self._image, self._end = (int(marks[name] or 0) for name in (IMAGE, TURN_END))
        self._sight = open_session(folder / "sight.onnx", device, threads)
        self._speech = open_session(folder / "speech.onnx", device, threads)
        for session, wanted in ((self._sight, _SIGHT), (self._speech, _SPEECH)):
            inputs = {i.name: i.type for i in session.get_inputs()}
            if inputs != wanted:
                raise self._broken(f"a graph takes {inputs}")

    @property
    def name(self) -> str:
        """Model and place, for the layers' history."""
        return f"{self.folder.parent.name} (onnxruntime)"

    def close(self) -> None:
        """Give back the sessions' memory."""
        self._sight = self._speech = None

    def answer(self, inquiries: Sequence[Inquiry]) -> list[tuple[Reply, ...]]:
        """A reply to every turn, the likeliest tokens one by one.

        What the turns of an inquiry have in common, images and card, is read once.

        Raises
        ------
        OutOfMemoryError
            There is no room even for one pair.
        ModelError
            onnxruntime failed.
        """
        rows = [[self._row(turn.messages) for turn in inquiry.turns] for inquiry in inquiries]
        # Rows of like length are read together: padding costs as much as words.
        order = sorted(range(len(rows)), key=lambda i: sum(map(len, rows[i])))
        replies: list[tuple[Reply, ...]] = [()] * len(rows)
        for first in range(0, len(order), self.batch):
            piece = [i for i in order[first : first + self.batch] if rows[i]]
            found = self._chunk([inquiries[i] for i in piece], [rows[i] for i in piece])
            for i, several in zip(piece, found, strict=True):
                replies[i] = several
        return replies

    def _row(self, messages: Any) -> TokenRow:
        grid = self.sizes.grid
        text = chat_text(messages, grid * grid)
        return token_row(self.tokens.encode(text).ids, self._image, grid, grid)

    def _chunk(
        self, inquiries: Sequence[Inquiry], rows: Sequence[Sequence[TokenRow]]
    ) -> list[tuple[Reply, ...]]:
        if not inquiries:
            return []
        try:
            texts = iter(list(self._texts(inquiries, rows)))
        except OutOfMemoryError:
            if len(inquiries) == 1:
                raise
            half = len(inquiries) // 2
            return self._chunk(inquiries[:half], rows[:half]) + self._chunk(
                inquiries[half:], rows[half:]
            )
        return [tuple(next(texts) for _ in several) for several in rows]

    def _texts(
        self, inquiries: Sequence[Inquiry], rows: Sequence[Sequence[TokenRow]]
    ) -> Iterator[Reply]:
        vectors = self._look(inquiries)
        state = _State(self._no_cache(len(rows)), np.zeros((len(rows), 0), bool))
        shared = [shared_length(several) for several in rows]
        if max(shared):
            heads = [_cut(several[0], 0, cut) for several, cut in zip(rows, shared, strict=True)]
            _, state = self._read(heads, vectors, state)
        owner = np.array([i for i, several in enumerate(rows) for _ in several], np.intp)
        flat = [row for several in rows for row in several]
        tails = [_cut(row, shared[i], len(row)) for i, row in zip(owner, flat, strict=True)]
        logits, state = self._read(tails, vectors[owner], state.of(owner))
        return self._say(logits, state, np.array([row.following for row in flat], np.int64))

    def _look(self, inquiries: Sequence[Inquiry]) -> Floats:
        """Vectors (pairs, 2 T, D) of every pair's images."""
        side = self.sizes.side_px
        images = np.stack(
            [
                _sized(inquiry.images[date], side).transpose(2, 0, 1)
                for inquiry in inquiries
                for date in ("before", "after")
            ]
        )
        what = f"{len(images)} images (sight.onnx)"
        (vectors,) = run_session(self._sight, ["vectors"], {"images": images}, what)
        tokens = self.sizes.grid**2
        if vectors.shape != (len(images), tokens, self.sizes.width):
            raise self._broken(f"sight.onnx gives vectors {vectors.shape}")
        result: Floats = vectors.reshape(len(inquiries), 2 * tokens, self.sizes.width)
        return result

    def _read(
        self, rows: Sequence[TokenRow], vectors: Floats, state: _State
    ) -> tuple[Floats, _State]:
        """Logits behind each row, and the longer cache; rows are padded at their end."""
        length = max(1, *map(len, rows))
        tokens, slots = (np.full((len(rows), length), fill, np.int64) for fill in (0, -1))
        places = np.zeros((3, len(rows), length), np.int64)
        fresh = np.zeros((len(rows), length), bool)
        for i, row in enumerate(rows):
            tokens[i, : len(row)], fresh[i, : len(row)] = row.tokens, True
            places[:, i, : len(row)] = row.places
            slots[i, : len(row)] = np.where(row.slots < 0, -1, row.slots + i * vectors.shape[1])
        last = np.array([max(0, len(row) - 1) for row in rows], np.int64)
        flat = vectors.reshape(-1, vectors.shape[-1])
        return self._step(tokens, flat, slots, places, fresh, last, state)

    def _say(self, logits: Floats, state: _State, following: NDArray[np.int64]) -> Iterator[Reply]:
        """The likeliest tokens until each row ends; ended rows leave the batch."""
        said: list[list[int]] = [[] for _ in following]
        ended = np.zeros(len(following), bool)
        going = np.arange(len(following))
        blank = np.zeros((1, self.sizes.width), np.float32)
        for step in range(self.sizes.longest):
            words = logits.argmax(axis=1)
            for row, word in zip(going, words.tolist(), strict=True):
                if word == self._end:
                    ended[row] = True
                else:
                    said[row].append(word)
            stay = np.flatnonzero(words != self._end)
            if not len(stay) or step + 1 == self.sizes.longest:
                break
            if len(stay) < len(going):
                going, state = going[stay], state.of(stay)
            tokens = words[stay][:, None]
            places = np.broadcast_to(following[going] + step, (3, len(going)))[..., None]
            none, one = np.full_like(tokens, -1), np.ones_like(tokens, bool)
            last = np.zeros(len(going), np.int64)
            logits, state = self._step(tokens, blank, none, places, one, last, state)
        for ids, whole in zip(said, ended, strict=True):
            yield Reply(self.tokens.decode(ids).strip(), bool(whole))

    def _step(
        self,
        tokens: NDArray[np.int64],
        images: Floats,
        slots: NDArray[np.int64],
        places: NDArray[np.int64],
        fresh: NDArray[np.bool_],
        last: NDArray[np.int64],
        state: _State,
    ) -> tuple[Floats, _State]:
        feeds: dict[str, NDArray[Any]] = {
            "tokens": tokens,
            "images": images,
            "slots": slots,
            "places": np.ascontiguousarray(places),
            "fresh": fresh,
            "known": state.known,
            "last": last,
            "past": state.cache,
        }
        what = f"{tokens.shape[0]} rows of {tokens.shape[1]} tokens (speech.onnx)"
        logits, cache = run_session(self._speech, ["logits", "present"], feeds, what)
        if logits.ndim != 2 or logits.shape != (len(tokens), self.tokens.get_vocab_size()):
            raise self._broken(f"speech.onnx gives logits {logits.shape}")
        return logits, _State(cache, np.concatenate([state.known, fresh], axis=1))

    def _no_cache(self, rows: int) -> Floats:
        sizes = self.sizes
        return np.zeros((sizes.layers, 2, rows, sizes.shared_heads, 0, sizes.head_size), np.float32)

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self.folder} does not keep the language model's contract: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )


_SIGHT = {"images": "tensor(uint8)"}
_SPEECH = {
    "tokens": "tensor(int64)",
    "images": "tensor(float)",
    "slots": "tensor(int64)",
    "places": "tensor(int64)",
    "fresh": "tensor(bool)",
    "known": "tensor(bool)",
    "last": "tensor(int64)",
    "past": "tensor(float)",
}


def _cut(row: TokenRow, start: int, end: int) -> TokenRow:
    piece = slice(start, end)
    return TokenRow(row.tokens[piece], row.slots[piece], row.places[:, piece])


def _sized(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """An image (h, w, 3) as a square of ``side`` pixels."""
    if image.shape[:2] == (side, side):
        return image
    how = cv2.INTER_AREA if image.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (side, side), interpolation=how), np.uint8)
