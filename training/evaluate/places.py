"""The real places a model is measured on, and what was read of them."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np

from training.evaluate.claims import Claims, read_claims
from training.evaluate.models import Subject
from training.evaluate.window import Array
from training.guide.tiles import Tile, load_tiles, names_of
from training.guide.told import Crop, crops_by_tile

MASKS = ("change", "appeared", "gap")
"""Outputs the size of the image, not kept."""
PIXEL_M = 0.5
"""Ground size of a LEVIR pixel, metres."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """A tile with what a model read there.

    Attributes
    ----------
    change, appeared : ndarray
        float32 (K, H, W) and (H, W).
    """

    tile: Tile
    crops: list[Crop]
    change: Array
    appeared: Array
    claims: dict[str, Claims]

    @property
    def truth(self) -> Array:
        """Building change, bool (H, W)."""
        return np.asarray(self.tile.truth[..., 0] > 0)


@dataclasses.dataclass
class Places:
    """LEVIR tiles of some groups, read by one model; every reading is made once.

    Attributes
    ----------
    limit : int, optional
        Use only so many tiles (for a quick look).
    """

    root: Path
    subject: Subject
    groups: tuple[str, ...] = ("report",)
    limit: int | None = None

    @functools.cached_property
    def tiles(self) -> list[Tile]:
        """The tiles."""
        return load_tiles(self.root, names_of(self.groups)[: self.limit])

    @functools.cached_property
    def crops(self) -> dict[str, list[Crop]]:
        """Captioned crops by tile."""
        return crops_by_tile(self.root)

    @functools.cached_property
    def readings(self) -> list[Reading]:
        """What the model reads of every tile, window by window."""
        return [
            Reading(tile, self.crops.get(tile.name, []), *views, read_claims(*views, limits))
            for limits in [self.subject.limits]
            for tile in self.tiles
            for views in [self.subject.read(tile.before, tile.after)]
        ]

    @functools.cached_property
    def crop_outputs(self) -> dict[str, dict[str, Array]]:
        """All outputs of the graph for each captioned crop, read alone, without the masks."""
        items = [(tile, crop) for tile in self.tiles for crop in self.crops.get(tile.name, [])]
        pairs = ((tile.before[crop.where], tile.after[crop.where]) for tile, crop in items)
        return {
            crop.name: {key: value for key, value in out.items() if key not in MASKS}
            for (_, crop), out in zip(items, self.subject.outputs(pairs), strict=True)
        }
