"""Conversations as tensors: tokens, positions, pictures, and what of it is to be learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from engine.language.chat_format import IMAGE, TEXT_END, TURN_END, chat_text
from engine.language.decoding import square
from engine.language.messages import Message
from engine.language.token_rows import token_row
from training.language.base_model import Base
from training.language.batch import IGNORED
from training.language.conversations import Conversation

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """A conversation's numbers.

    Attributes
    ----------
    tokens, labels : int64 array (n,)
        A label is the token itself in answers and at the ends of their turns, -100 elsewhere.
    images : (Path, Path)
    """

    tokens: Ids
    labels: Ids
    images: tuple[Path, Path]


class Rows(Dataset):
    """Conversations for a Trainer, in the order given.

    Parameters
    ----------
    conversations : sequence of Conversation
    base : Base
        Whose tokens are meant.
    side : int
        Pixels of an image's side before it is rounded down to whole tokens.
    cutoff : int
        Tokens of a conversation; last exchanges that go beyond are left out, and a conversation
        that keeps none is too.

    Raises
    ------
    ValueError
        Nothing is left.
    """

    def __init__(
        self,
        conversations: Sequence[Conversation],
        base: Base,
        side: int,
        cutoff: int,
        say: Callable[[str], None] = print,
    ) -> None:
        image_tokens = grid_of(base, side) ** 2

        def encode(text: str) -> list[int]:
            ids: list[int] = base.tokens(text, add_special_tokens=False)["input_ids"]
            return ids

        self.rows: list[Row] = []
        shortened = 0
        for one in conversations:
            tokens, labels, whole = encoded(one.messages, encode, image_tokens, cutoff)
            if len(tokens):
                self.rows.append(Row(tokens, labels, one.images))
                shortened += not whole
        dropped = len(conversations) - len(self.rows)
        say(
            f"{len(self.rows):,} conversations; of {cutoff} tokens at most, so {shortened} were "
            f"shortened and {dropped} left out"
        )
        if not self.rows:
            raise ValueError(f"every conversation is longer than {cutoff} tokens")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Row:
        return self.rows[number]


def grid_of(base: Base, side: int) -> int:
    """Tokens of an image by row and column, as the engine counts them."""
    return max(1, side // base.token_px)


def encoded(
    messages: Sequence[Message], encode: Callable[[str], list[int]], image_tokens: int, cutoff: int
) -> tuple[Ids, Ids, bool]:
    """Tokens and labels of as many whole exchanges as fit, and whether all of them do."""
    ids: list[int] = []
    labels: list[int] = []
    before, whole = "", True
    for message in messages:
        if message.role != "assistant":
            before += chat_text([message], image_tokens, answering=False)
            continue
        question = encode(before + chat_text((), image_tokens))
        answer = encode(message.as_text() + TURN_END)
        if len(ids) + len(question) + len(answer) > cutoff:
            whole = False
            break
        ids += question + answer
        labels += [IGNORED] * len(question) + answer
        before = "\n"
    return np.array(ids, np.int64), np.array(labels, np.int64), whole


class Collator:
    """Makes batches: rows padded at their end, and their images' patches.

    Positions are given with every batch, as the engine gives them; the network counts none itself.
    """

    def __init__(self, base: Base, side: int) -> None:
        self.grid = grid_of(base, side)
        self.side = self.grid * base.token_px
        self._pictures = base.pictures
        self._image = int(base.tokens.convert_tokens_to_ids(IMAGE))
        self._pad = int(base.tokens.convert_tokens_to_ids(TEXT_END))

    def __call__(self, rows: Sequence[Row]) -> dict[str, torch.Tensor]:
        """A batch of B rows of at most T tokens.

        Returns
        -------
        dict
            ``input_ids``, ``attention_mask``, ``labels`` int64 (B, T), ``position_ids`` int64
            (3, B, T), ``pixel_values`` float32 (patches, values), ``image_grid_thw`` int64
            (2 B, 3).

        Raises
        ------
        ValueError
            The model's image processor makes another number of patches than the prompt has room
            for.
        """
        shape = (len(rows), max(len(row.tokens) for row in rows))
        ids, labels = np.full(shape, self._pad, np.int64), np.full(shape, IGNORED, np.int64)
        seen, places = np.zeros(shape, np.int64), np.zeros((3, *shape), np.int64)
        for i, row in enumerate(rows):
            end = len(row.tokens)
            ids[i, :end], labels[i, :end], seen[i, :end] = row.tokens, row.labels, 1
            places[:, i, :end] = token_row(
                row.tokens.tolist(), self._image, self.grid, self.grid
            ).places
        made = {"input_ids": ids, "attention_mask": seen, "labels": labels, "position_ids": places}
        return {name: torch.from_numpy(array) for name, array in made.items()} | self._seen(rows)

    def _seen(self, rows: Sequence[Row]) -> dict[str, Any]:
        images = [square(_pixels(path), self.side) for row in rows for path in row.images]
        made = self._pictures(images, return_tensors="pt")
        grid = made["image_grid_thw"]
        tokens = int(grid.prod(1).sum()) // int(self._pictures.merge_size) ** 2
        if tokens != len(images) * self.grid**2:
            raise ValueError(
                f"the image processor resizes {self.side} px: take another image_px, or the "
                "preprocessor_config.json that the model was published with"
            )
        return {"pixel_values": made["pixel_values"], "image_grid_thw": grid}


def _pixels(path: Path) -> NDArray[np.uint8]:
    with PIL.Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.uint8)
