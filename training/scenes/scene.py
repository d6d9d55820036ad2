"""What a generated pair is: two pictures of one invented place and the exact truth between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.objects.components import count_cells

Pixels: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float32]
Points: TypeAlias = npt.NDArray[np.float64]
SceneAction: TypeAlias = Literal["appeared", "disappeared"]

LAND = ("ground", "bare", "vegetation", "water", "paved", "road", "building")
"""Classes of land by code: open ground and lawns, scraped soil and tracks, tree crowns, ponds
rivers and pools, drives and parking lots, carriageways, buildings by their footprint."""

CLASSES = ("building", "road", "other")
"""Classes of change, as the guide has them."""


@dataclass(frozen=True)
class ScenePair:
    """Two dates of one generated place, north up, and what changed.

    Attributes
    ----------
    before, after : uint8 array (3, h, w)
        Red, green, blue.
    building_change : bool array (h, w)
        Pixels whose centre lies in the footprint of a building that stands on one date only.
    appeared : bool array (h, w)
        The pixels of building change whose building exists on the after date.
    road_change : bool array (h, w)
        Pixels of carriageway on one date only, buildings that changed left out.
    other_change : bool array (h, w)
        All other pixels whose land class differs between the dates.
    objects : list of dict
        ``class`` (``building``, ``road`` or ``other``), ``kind`` (house, shed, …, road, tree,
        pond, soil, parking, pool), ``action`` (``appeared`` or ``disappeared``) and ``polygon``, a
        float array (n, 2) of x, y in pixels from the upper left corner of the upper left pixel. A
        polygon may reach beyond the picture; each one covers a pixel centre of it.
    gsd : float
        Metres of ground a pixel covers.
    seed : int
        The number that made this pair.
    x, y : float
        World metres of the upper left corner, x to the east and y to the north.
    land : uint8 array (2, h, w)
        Codes of :data:`LAND` before and after: from what to what each pixel went.
    sentences : list of str
        Five sentences in the words people use for such pairs.
    """

    before: Pixels
    after: Pixels
    building_change: Mask
    appeared: Mask
    road_change: Mask
    other_change: Mask
    objects: list[dict[str, Any]]
    gsd: float
    seed: int
    x: float
    y: float
    land: Pixels
    sentences: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Pixel columns."""
        return int(self.before.shape[2])

    @property
    def height(self) -> int:
        """Pixel rows."""
        return int(self.before.shape[1])

    @property
    def direction(self) -> Pixels:
        """uint8 (h, w): 1 where a building or road appeared, 2 where one went, 0 elsewhere."""
        there = (self.land[1] == LAND.index("road")) & self.road_change | self.appeared
        changed = self.building_change | self.road_change
        return np.where(there, 1, np.where(changed, 2, 0)).astype(np.uint8)

    @property
    def allowed(self) -> Pixels:
        """uint8 (h, w): one bit per pixel: 1 no change, 2 building, 4 road, 8 other change."""
        labels = np.ones((self.height, self.width), dtype=np.uint8)
        masks = (self.building_change, self.road_change, self.other_change)
        for bit, mask in zip((2, 4, 8), masks, strict=True):
            labels[mask] = bit
        return labels

    def counts(self) -> dict[str, tuple[int, list[str]]]:
        """Number of changed objects and their 3 x 3 cells by class, as the engine counts them."""
        masks = (self.building_change, self.road_change, self.other_change)
        return {name: count_cells(mask) for name, mask in zip(CLASSES, masks, strict=True)}
