"""The small language model, run by onnxruntime.

Contract of the folder ``language``: ``tokenizer.json``; ``sight.onnx``, images uint8 (N, 3, S, S)
to vectors (N, T, D); ``speech.onnx``, tokens behind a cache to the logits of the next one and the
longer cache (see ``training.language.parts``); and ``graphs.json`` with their sizes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from engine.errors import ModelDamagedError, ModelMissingError
from engine.guide.device import Device
from engine.guide.runtime import open_session, run_session
from engine.language.backend import Inquiry
from engine.language.chat_format import IMAGE, TURN_END
from engine.language.decoding import Reading, TokenModel, square

FILES = ("tokenizer.json", "sight.onnx", "speech.onnx", "graphs.json")
BATCH, BATCH_GPU = 4, 16
"""Pairs at a time. On two cores 4 take 119 ms each, 16 take 158: their caches leave the processor's
(scripts/bench_language.py). On a GPU neither was measured.
"""
Floats = NDArray[np.float32]
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
    drawn : int
        Wordings of a description drawn by lot beside the likeliest.
    temperature : float
        Of the lot.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    side_px: int = Field(gt=0)
    grid: int = Field(gt=0)
    layers: int = Field(gt=0)
    shared_heads: int = Field(gt=0)
    head_size: int = Field(gt=0)
    width: int = Field(gt=0)
    longest: int = Field(default=96, gt=0)
    drawn: int = Field(default=0, ge=0, le=64)
    temperature: float = Field(default=0.8, gt=0)


@dataclass(frozen=True)
class Past:
    """Keys and values, float32 (layers, 2, rows, shared heads, length, size)."""

    values: Floats

    def of(self, rows: NDArray[np.intp]) -> Past:
        """Those of some rows."""
        return Past(self.values[:, :, rows])


class NanoModel(TokenModel):
    """A nano model.

    Parameters
    ----------
    folder : Path
        The model folder's ``language``.
    device : Device
    threads : int, optional
        Threads of one inference.
    batch : int, optional
        Pairs at a time; by default few on a CPU, more elsewhere.

    Raises
    ------
    ModelMissingError
        A file is not there.
    ModelDamagedError
        A file cannot be read or does not keep the contract.
    """

    def __init__(
        self, folder: Path, device: Device, threads: int | None = None, batch: int | None = None
    ) -> None:
        self.folder = folder
        self.batch = batch or (BATCH if device.name == "cpu" else BATCH_GPU)
        for name in FILES:
            if not (folder / name).is_file():
                raise ModelMissingError(
                    f"{folder} has no {name}.", hint="`engine models verify` checks the folder."
                )
        try:
            self.sizes = Sizes.model_validate(json.loads((folder / "graphs.json").read_bytes()))
        except ValueError as error:
            raise self._broken(f"graphs.json: {str(error).splitlines()[0]}") from error
        self.grid, self.longest = self.sizes.grid, self.sizes.longest
        self.drawn, self.temperature = self.sizes.drawn, self.sizes.temperature
        self._tokens = self._open_tokens()
        self._sight = self._open("sight.onnx", _SIGHT, device, threads)
        self._speech = self._open("speech.onnx", _SPEECH, device, threads)

    @property
    def name(self) -> str:
        """Model and place, for the layers' history."""
        return f"{self.folder.parent.name} (onnxruntime)"

    def close(self) -> None:
        """Give back the sessions' memory."""
        self._sight = self._speech = None

    def encode(self, text: str) -> list[int]:
        """A prompt's tokens."""
        ids: list[int] = self._tokens.encode(text).ids
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """An answer's text."""
        text: str = self._tokens.decode(list(ids))
        return text

    def look(self, inquiries: Sequence[Inquiry]) -> Floats:
        """Vectors (pairs · 2 · grid², width)."""
        side = self.sizes.side_px
        images = np.stack(
            [
                square(inquiry.images[date], side).transpose(2, 0, 1)
                for inquiry in inquiries
                for date in ("before", "after")
            ]
        )
        what = f"{len(images)} images (sight.onnx)"
        (vectors,) = run_session(self._sight, ["vectors"], {"images": images}, what)
        if vectors.shape != (len(images), self.grid**2, self.sizes.width):
            raise self._broken(f"sight.onnx gives vectors {vectors.shape}")
        result: Floats = vectors.reshape(-1, self.sizes.width)
        return result

    def read(
        self, rows: Reading, vectors: Floats | None, cache: Past | None
    ) -> tuple[Floats, Past]:
        """Logits of each row's next token, and the longer cache."""
        sizes, count = self.sizes, len(rows.tokens)
        if cache is None:
            shape = (sizes.layers, 2, count, sizes.shared_heads, 0, sizes.head_size)
            cache = Past(np.zeros(shape, np.float32))
        feeds: dict[str, NDArray[Any]] = {
            "tokens": rows.tokens,
            "images": np.zeros((1, sizes.width), np.float32) if vectors is None else vectors,
            "slots": rows.slots,
            "places": rows.places,
            "fresh": rows.fresh,
            "known": rows.known,
            "last": rows.last,
            "past": cache.values,
        }
        what = f"{count} rows of {rows.tokens.shape[1]} tokens (speech.onnx)"
        logits, present = run_session(self._speech, ["logits", "present"], feeds, what)
        if logits.shape != (count, self._tokens.get_vocab_size()):
            raise self._broken(f"speech.onnx gives logits {logits.shape}")
        return logits, Past(present)

    def likeliest(self, logits: Floats) -> NDArray[np.int64]:
        """The likeliest token of each row."""
        return logits.argmax(axis=1)

    def numbers(self, logits: Floats, rows: NDArray[np.intp]) -> Floats:
        """The logits of some rows."""
        return logits[rows]

    def _open_tokens(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokens = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises a bare Exception
            raise self._broken(f"tokenizer.json cannot be read ({error})") from error
        image, end = (tokens.token_to_id(name) for name in (IMAGE, TURN_END))
        if image is None or end is None:
            raise self._broken("its tokens lack those of images and turns")
        self.image, self.end = image, end
        return tokens

    def _open(self, name: str, wanted: dict[str, str], device: Device, threads: int | None) -> Any:
        session = open_session(self.folder / name, device, threads)
        inputs = {i.name: i.type for i in session.get_inputs()}
        if inputs != wanted:
            raise self._broken(f"{name} takes {inputs}")
        return session

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self.folder} does not keep the language model's contract: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )
