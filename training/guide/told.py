"""What people said of the crops of the LEVIR tiles."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from training.guide.vocabulary import is_unchanged

CELL = 256
"""Rows and columns of a captioned crop."""


@dataclasses.dataclass(frozen=True)
class Crop:
    """A captioned crop of 256 pixels.

    Attributes
    ----------
    name : str
        Its id in LEVIR-CC.
    where : tuple of slice
        Rows and columns in its tile.
    sentences : tuple of str
        Five human ones.
    """

    name: str
    tile: str
    where: tuple[slice, slice]
    sentences: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether people saw a change."""
        return not is_unchanged(self.sentences)


def told_crops(root: Path) -> list[Crop]:
    """The captioned crops of the data folder ``root``, in file order.

    Raises
    ------
    FileNotFoundError
        There is no ``levir/captions.json``.
    """
    crops = []
    for item in json.loads((Path(root) / "levir" / "captions.json").read_text("utf-8")):
        rows, columns = (slice(item[key] * CELL, (item[key] + 1) * CELL) for key in ("row", "col"))
        crops.append(Crop(item["id"], item["tile"], (rows, columns), tuple(item["sentences"])))
    return crops


def crops_by_tile(root: Path) -> dict[str, list[Crop]]:
    """:func:`told_crops` by the name of their tile."""
    crops: dict[str, list[Crop]] = {}
    for crop in told_crops(root):
        crops.setdefault(crop.tile, []).append(crop)
    return crops
