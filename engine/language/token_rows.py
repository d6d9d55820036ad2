"""A conversation as rows of numbers: tokens, places of images, positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class TokenRow:
    """One prompt.

    Attributes
    ----------
    tokens, slots : int64 array (n,)
        Ids; and which of the row's image vectors stands there, -1 for none.
    places : int64 array (3, n)
        Positions by time, row and column, as Qwen2.5-VL counts them: an image takes as many as it
        is high or wide, not one each token.
    """

    tokens: Ids
    slots: Ids
    places: Ids

    @property
    def following(self) -> int:
        """The position of whatever comes next."""
        return int(self.places.max()) + 1 if self.places.size else 0

    def __len__(self) -> int:
        return len(self.tokens)

    def cut(self, start: int, end: int) -> TokenRow:
        """A part of it; slots and places stay those of the whole."""
        return self[slice(start, end)]

    def __getitem__(self, kept: slice | NDArray[np.bool_]) -> TokenRow:
        return TokenRow(self.tokens[kept], self.slots[kept], self.places[:, kept])


def token_row(ids: Sequence[int], image: int, high: int, wide: int) -> TokenRow:
    """Number a prompt's tokens.

    Parameters
    ----------
    ids : sequence of int
        With ``high * wide`` times ``image`` in a row for each image.
    image : int
        Id of an image's token.
    high, wide : int
        Tokens of an image by row and column.

    Raises
    ------
    ValueError
        A run of image tokens of another length.
    """
    tokens = np.asarray(ids, np.int64)
    slots = np.full(len(tokens), -1, np.int64)
    is_image = tokens == image
    slots[is_image] = np.arange(np.count_nonzero(is_image))
    places = np.empty((3, len(tokens)), np.int64)
    rows, columns = (grid.ravel() for grid in np.mgrid[:high, :wide])
    at, following = 0, 0
    while at < len(tokens):
        if not is_image[at]:
            places[:, at] = following
            at, following = at + 1, following + 1
            continue
        end = at + high * wide
        if end > len(tokens) or not is_image[at:end].all():
            raise ValueError(f"an image takes {high} x {wide} tokens; there are fewer at {at}")
        places[:, at:end] = following + np.stack([np.zeros_like(rows), rows, columns])
        at, following = end, following + max(high, wide)
    return TokenRow(tokens, slots, places)


def shared_length(rows: Sequence[TokenRow]) -> int:
    """Tokens that several prompts have in common at their beginning; each keeps one of its own."""
    if len(rows) < 2:
        return 0
    shortest = min(map(len, rows)) - 1
    same = np.ones(shortest, bool)
    for row in rows[1:]:
        same &= row.tokens[:shortest] == rows[0].tokens[:shortest]
    return shortest if same.all() else int(same.argmin())
