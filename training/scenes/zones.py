"""What a place is used for on each date: town, country, and the fringe where things change."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from training.scenes.relief import Field

TOWN = Field(salt=1, largest=1500.0, smallest=300.0, persistence=0.55)
"""High where towns are."""

DEVELOPED = ("homes", "court", "estate", "shops", "industry", "flats", "park")
OPEN = ("wild", "wood", "field", "lake", "bare", "orchard")
HOMES = ("homes", "court", "estate")

_ZONES = (("homes", 0.42), ("court", 0.2), ("estate", 0.16), ("shops", 0.08), ("flats", 0.06),
          ("industry", 0.05), ("park", 0.03))  # fmt: skip
_COUNTRY = (("wild", 0.42), ("wood", 0.2), ("field", 0.3), ("lake", 0.04), ("bare", 0.04))
# What happens to a block that changes: (before, after); "zone" is what its cell is built up with,
# "open" what the open land there is.
_FATES = ((("open", "zone"), 0.62), (("open", "bare"), 0.1), (("zone", "bare"), 0.06),
          (("zone", "wild"), 0.03), (("open", "lake"), 0.04), (("open", "orchard"), 0.05),
          (("bare", "zone"), 0.07), (("lake", "open"), 0.03))  # fmt: skip


@dataclass(frozen=True)
class Use:
    """What a block is on the two dates."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether it is something else afterwards."""
        return self.before != self.after


_Name = TypeVar("_Name")


def pick(table: tuple[tuple[_Name, float], ...], die: float) -> _Name:
    """The entry a number in [0, 1) falls on; weights sum up to one."""
    for name, weight in table:
        die -= weight
        if die < 0:
            return name
    return table[-1][0]


def zone_of(die: float) -> str:
    """What a cell is built up with."""
    return pick(_ZONES, die)


def use_of(town: float, zone: str, change: float, dice: np.ndarray) -> Use:
    """What one block is.

    Parameters
    ----------
    town : float
        Its place in the order of building, about unit normal: high was built early.
    zone : str
        Of its cell.
    change : float
        Share of the blocks that change, 0..1.
    dice : float array (3,)
        In [0, 1).
    """
    rank = NormalDist().cdf(town)
    country = 0.42 * (1 - change)
    land = pick(_COUNTRY, float(dice[0]))
    if rank < country:
        return Use(land, land)
    if rank >= country + change:
        return Use(zone, zone)
    was, becomes = pick(_FATES, float(dice[1]))
    words = {"zone": zone, "open": land}
    use = Use(words.get(was, was), words.get(becomes, becomes))
    return Use("wild", zone) if not use.changed else use
