"""A random sample of the tiles of a list, and what a person says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from engine.review_stop.errors import SampleError
from engine.review_stop.tiles import RankedTiles

REVIEWS = {"changed": "Changed", "unchanged": "Unchanged", "unsure": "Unsure"}
"""What may be said of a tile."""


@dataclass(frozen=True)
class Row:
    """One drawn tile.

    Attributes
    ----------
    tile_id : str
    review : str, optional
        One of :data:`REVIEWS`; None where nobody has looked yet.
    reviewer, reviewed_at, note : str, optional
    """

    tile_id: str
    review: str | None = None
    reviewer: str | None = None
    reviewed_at: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Sample:
    """Drawn tiles in the order of the draw, which is the order of review.

    Attributes
    ----------
    key : str
        Of the list it was drawn from (:attr:`RankedTiles.key`).
    seed : int
    model : str
        What the list was ranked by when it was drawn.
    rows : tuple of Row
    """

    key: str
    seed: int
    model: str
    rows: tuple[Row, ...]

    @property
    def reviewed(self) -> tuple[Row, ...]:
        """The reviews that count: from the first tile drawn on, without a gap."""
        return tuple(takewhile(lambda row: row.review is not None, self.rows))

    @property
    def waiting(self) -> int:
        """Reviews after the first tile nobody has looked at; they do not count yet."""
        return sum(row.review is not None for row in self.rows) - len(self.reviewed)


def draw(tiles: RankedTiles, count: int, seed: int, before: Sample | None = None) -> Sample:
    """Draw tiles, each equally likely, whatever their scores.

    The order is that of SHA-256 of ``SEED:tile_id``: a larger sample of the same seed begins with
    the smaller one, and anybody can draw it again.

    Parameters
    ----------
    count : int
        Tiles; all of them where the list is shorter.
    before : Sample, optional
        A smaller sample whose reviews are kept.

    Raises
    ------
    SampleError
        `before` was drawn from another list or with another seed, or is larger.
    """
    said: dict[str, Row] = {}
    if before is not None:
        check(before, tiles)
        if before.seed != seed:
            raise SampleError(
                f"The sample that is there was drawn with --seed {before.seed}.",
                hint="Name that seed, or start anew with --overwrite.",
            )
        if len(before.rows) > count:
            raise SampleError(
                f"The sample that is there has {len(before.rows)} tiles already.",
                hint="Draw more, or start anew with --overwrite.",
            )
        said = {row.tile_id: row for row in before.rows}
    rows = tuple(said.get(name, Row(name)) for name in _order(tiles.ids, seed)[:count])
    return Sample(tiles.key, seed, tiles.model, rows)


def check(sample: Sample, tiles: RankedTiles) -> None:
    """Whether a sample is the draw of its seed from these very tiles.

    Raises
    ------
    SampleError
        It was drawn from another list, or rows were taken out, added or moved.
    """
    if sample.key != tiles.key:
        raise SampleError(
            f"The sample was not drawn from the tiles of {tiles.path}: a sample of other ground, "
            "dates or tiles says nothing about this list.",
            hint="Draw one from this result with --draw 200.",
        )
    names = [row.tile_id for row in sample.rows]
    if names != _order(tiles.ids, sample.seed)[: len(names)]:
        raise SampleError(
            f"The sample is not the draw of seed {sample.seed}: tiles were taken out, added or "
            "moved, so it is no random sample any more.",
            hint="Draw again with --overwrite, and leave tiles you cannot judge as unsure.",
        )


def _order(ids: Iterable[str], seed: int) -> list[str]:
    return sorted(ids, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())
