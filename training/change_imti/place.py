"""Where pairs lie: which tile an id belongs to, and what counts as one place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from training.guide.tiles import GROUPS, REPORT

_ID = re.compile(r"(train|test)_(\d{6})")
_CROPS = 16
"""Crops of 256 px in a tile of 1024 px; LEVIR-CC numbers them row by row."""
_AREAS = {tile: group for group, tiles in GROUPS.items() for tile in tiles}


def place_of(image_id: str) -> str:
    """The LEVIR-CD tile of a LEVIR-CC id, where that is known, else the id itself.

    Known are the tiles of :data:`training.guide.tiles.GROUPS`. For other training ids the numbers
    skip, so that they do not tell the tile.

    >>> place_of("test_000545"), place_of("train_004000")
    ('test_35', 'train_004000')
    """
    match = _ID.fullmatch(image_id)
    if match is None:
        return image_id
    tile = f"{match[1]}_{(int(match[2]) - 1) // _CROPS + 1}"
    return tile if tile in _AREAS else image_id


def areas_of(names: Iterable[str]) -> frozenset[str]:
    """Areas more than 3 km apart for tiles and groups; other names stand for themselves.

    Tiles of one group are neighbours: who trained on one has seen the place of all.

    >>> sorted(areas_of(["test_20", "report", "train_004000"]))
    ['middle', 'report', 'train_004000']
    """
    tiles = [place_of(name) for name in names]
    return frozenset(_AREAS.get(tile, tile) for tile in tiles)


def is_report(place: str) -> bool:
    """Whether a tile or image id is of the report set: to evaluate on, never to train on."""
    return place_of(place) in REPORT
