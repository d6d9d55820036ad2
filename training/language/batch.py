"""Examples as tensors: tokens, places of images, and which tokens are to be learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from engine.language.chat_format import IMAGE, TEXT_END, TURN_END, chat_text
from engine.language.token_rows import TokenRow, shared_length, token_row
from training.language.examples import Example
from training.language.network import IMAGE_TOKENS, MERGED, PATCH_PX, SIDE_PX

GRID = SIDE_PX // PATCH_PX // MERGED
IGNORED = -100
COMMON = 0
"""The branch of what all examples of a row see."""


def collate(groups: Sequence[Sequence[Example]], tokens: Tokenizer) -> dict[str, Any]:
    """Rows padded at their end; what a group's examples have in common stands once.

    Most of a prompt is the images and the card. Examples of one pair and card share it: in a row it
    comes first, then each example's own end, which sees the common part and itself only and has the
    positions that it would have alone.

    Returns
    -------
    dict
        ``tokens``, ``slots``, ``labels`` int64 (B, T), ``places`` int64 (3, B, T), ``seen`` bool
        (B, 1, T, T): which token (last axis) another may look at; ``images`` uint8 (2 n, 3, S, S)
        of the groups that have some; the others' rows have no tokens of images. ``slots`` says
        which of their vectors stands where, -1 for a token. A label is the token itself, of the
        answers only.
    """
    made = [_group(examples, tokens) for examples in groups]
    pad = int(tokens.token_to_id(TEXT_END) or 0)
    length = max(len(group.row) for group in made)
    shape = (len(made), length)
    ids, slots = np.full(shape, pad, np.int64), np.full(shape, -1, np.int64)
    labels, branches = np.full(shape, IGNORED, np.int64), np.full(shape, -1, np.int64)
    places = np.zeros((3, *shape), np.int64)
    pictures: list[np.ndarray] = []
    for i, (group, examples) in enumerate(zip(made, groups, strict=True)):
        end, images = len(group.row), examples[0].images
        ids[i, :end], places[:, i, :end] = group.row.tokens, group.row.places
        labels[i, :end], branches[i, :end] = group.labels, group.branches
        if images is not None:
            at = group.row.slots >= 0
            slots[i, :end][at] = group.row.slots[at] + len(pictures) * IMAGE_TOKENS
            pictures += [images[date].transpose(2, 0, 1) for date in ("before", "after")]
    stack = np.stack(pictures) if pictures else np.zeros((0, 3, SIDE_PX, SIDE_PX), np.uint8)
    related = (branches[:, None] == branches[:, :, None]) | (branches[:, None] == COMMON)
    seen = related & np.tri(length, dtype=bool)
    arrays: dict[str, Any] = {"tokens": ids, "slots": slots, "labels": labels, "places": places}
    arrays |= {"seen": seen[:, None], "images": stack}
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}


@dataclass(frozen=True)
class _Group:
    """One row: the common part, then each example's own. All arrays are int64 (n,)."""

    row: TokenRow
    labels: np.ndarray
    branches: np.ndarray


def _group(examples: Sequence[Example], tokens: Tokenizer) -> _Group:
    image = int(tokens.token_to_id(IMAGE) or 0)
    rows, starts = [], []
    for one in examples:
        prompt = tokens.encode(chat_text(one.messages, IMAGE_TOKENS)).ids
        answer = tokens.encode(one.answer + TURN_END).ids
        rows.append(token_row([*prompt, *answer], image, GRID, GRID))
        starts.append(len(prompt))
    # An answer's first word is told by the token before it: that one stays the example's own.
    common = min(shared_length(rows), min(starts) - 1)
    parts = [rows[0].cut(0, common), *(row.cut(common, len(row)) for row in rows)]
    labels, branches = [np.full(common, IGNORED)], [np.full(common, COMMON)]
    for number, (row, start) in enumerate(zip(rows, starts, strict=True), COMMON + 1):
        wanted = row.tokens[common:].copy()
        wanted[: start - common] = IGNORED
        labels.append(wanted)
        branches.append(np.full(len(wanted), number))
    whole = TokenRow(
        np.concatenate([part.tokens for part in parts]),
        np.concatenate([part.slots for part in parts]),
        np.concatenate([part.places for part in parts], axis=1),
    )
    kept = np.full(len(whole), True) if examples[0].images is not None else whole.slots < 0
    return _Group(whole[kept], np.concatenate(labels)[kept], np.concatenate(branches)[kept])
