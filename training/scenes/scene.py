"""What a generated pair is: two pictures of one invented place and the exact truth between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float32]
Points: TypeAlias = npt.NDArray[np.float64]
SceneAction: TypeAlias = Literal["appeared", "disappeared"]


@dataclass(frozen=True)
class ScenePair:
    """Two dates of one generated place, north up, and what changed.

    Attributes
    ----------
    before, after : uint8 array (3, h, w)
        Red, green, blue.
    building_change : bool array (h, w)
        Pixels whose centre lies in a building that stands on one date only.
    appeared : bool array (h, w)
        The changed pixels whose building exists on the after date.
    road_change : bool array (h, w)
        Pixels of carriageways that were built between the dates.
    objects : list of dict
        ``class`` (``building`` or ``road``), ``action`` (``appeared`` or ``disappeared``) and
        ``polygon``, a float array (n, 2) of x, y in pixels from the upper left corner of the upper
        left pixel. A polygon may reach beyond the picture; each one touches it.
    gsd : float
        Metres of ground a pixel covers.
    seed : int
        The number that made this pair.
    """

    before: Pixels
    after: Pixels
    building_change: Mask
    appeared: Mask
    road_change: Mask
    objects: list[dict[str, Any]]
    gsd: float
    seed: int

    @property
    def width(self) -> int:
        """Pixel columns."""
        return int(self.before.shape[2])

    @property
    def height(self) -> int:
        """Pixel rows."""
        return int(self.before.shape[1])
