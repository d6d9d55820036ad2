"""What stands where on which date: the invented place before it is painted."""

from __future__ import annotations

from dataclasses import dataclass, field

from training.scenes.frame import Frame
from training.scenes.houses import Building
from training.scenes.scene import Points


@dataclass(frozen=True)
class Patch:
    """A filled area: lawn, bare soil, drive, pool, parking, field.

    ``before`` and ``after`` say on which date it is there.
    """

    kind: str
    polygon: Points
    before: bool
    after: bool
    tone: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True)
class Street:
    """A stretch of carriageway with its two kerb lines."""

    polygon: Points
    shoulder: Points
    centre: Points  # pixel line (n, 2)
    before: bool
    after: bool
    main: bool
    tone: float


@dataclass
class World:
    """Everything on the ground, in pixels.

    Attributes
    ----------
    trees : float array (n, 6)
        x, y, crown radius (all in pixels), tone 0..1, stands before, stands after.
    cars : float array (n, 6)
        x, y, heading, tone 0..1, before, after.
    """

    frame: Frame
    patches: list[Patch] = field(default_factory=list)
    streets: list[Street] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    fences: list[tuple[Points, bool, bool]] = field(default_factory=list)
    trees: list[tuple[float, float, float, float, bool, bool]] = field(default_factory=list)
    cars: list[tuple[float, float, float, float, bool, bool]] = field(default_factory=list)
