"""Examples as tensors: tokens, places of images, and which tokens are to be learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from engine.language.chat_format import IMAGE, TEXT_END, TURN_END, chat_text
from engine.language.token_rows import token_row
from training.language.examples import Example
from training.language.network import IMAGE_TOKENS, MERGED, PATCH_PX, SIDE_PX

GRID = SIDE_PX // PATCH_PX // MERGED
IGNORED = -100


def collate(examples: Sequence[Example], tokens: Tokenizer) -> dict[str, Any]:
    """Rows padded at their end.

    Returns
    -------
    dict
        ``tokens``, ``slots``, ``labels`` int64 (B, T), ``places`` int64 (3, B, T), ``seen`` int64
        (B, T): 1 where a row has a token; ``images`` uint8 (2 n, 3, S, S) of the rows that have
        some. ``slots`` says which of their vectors stands where, -1 for a token and -2 for an image
        that is not at hand. A label is the token itself, of the answer only.
    """
    image, pad = (int(tokens.token_to_id(name) or 0) for name in (IMAGE, TEXT_END))
    rows, starts = [], []
    pictures: list[np.ndarray] = []
    for one in examples:
        prompt = tokens.encode(chat_text(one.messages, IMAGE_TOKENS)).ids
        answer = tokens.encode(one.answer + TURN_END).ids
        rows.append(token_row([*prompt, *answer], image, GRID, GRID))
        starts.append(len(prompt))
    length = max(map(len, rows))
    shape = (len(rows), length)
    ids, slots = np.full(shape, pad, np.int64), np.full(shape, -1, np.int64)
    labels, seen = np.full(shape, IGNORED, np.int64), np.zeros(shape, np.int64)
    places = np.zeros((3, *shape), np.int64)
    for i, (row, start, one) in enumerate(zip(rows, starts, examples, strict=True)):
        end = len(row)
        ids[i, :end], seen[i, :end], places[:, i, :end] = row.tokens, 1, row.places
        labels[i, start:end] = row.tokens[start:]
        first = len(pictures) * IMAGE_TOKENS if one.images is not None else None
        at = row.slots >= 0
        slots[i, :end][at] = -2 if first is None else row.slots[at] + first
        if one.images is not None:
            pictures += [one.images[date].transpose(2, 0, 1) for date in ("before", "after")]
    stack = np.stack(pictures) if pictures else np.zeros((0, 3, SIDE_PX, SIDE_PX), np.uint8)
    made = {"tokens": ids, "slots": slots, "labels": labels, "seen": seen, "places": places}
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in made.items()} | {
        "images": torch.from_numpy(np.ascontiguousarray(stack))
    }
