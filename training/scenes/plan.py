"""What stands where on which date, in world metres: the invented place before it is painted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from training.scenes.scene import Points

Dates: TypeAlias = tuple[bool, bool]
"""Stands before, stands after."""


@dataclass(frozen=True)
class Patch:
    """A filled area: lawn, bare soil, drive, pool, pond, parking, field."""

    kind: str
    polygon: Points
    before: bool
    after: bool
    tone: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True)
class Street:
    """A stretch of carriageway with its kerbs; ``centre`` is a line (n, 2)."""

    polygon: Points
    shoulder: Points
    centre: Points
    before: bool
    after: bool
    main: bool
    tone: float


@dataclass(frozen=True)
class Facet:
    """One plane of a roof: its polygon, and how steep (rise) it falls towards a direction."""

    polygon: Points
    downhill: float  # radians, from x towards y
    rise: float  # 0 flat, 0.5 a usual pitch


@dataclass(frozen=True)
class Building:
    """One building with the dates it stands on.

    Attributes
    ----------
    kind : str
        house, shed, barn, hall, warehouse, flats, tank.
    footprint : float array (n, 2)
    height : float
        Eaves above ground in metres: its shadow and its lean.
    """

    kind: str
    footprint: Points
    facets: tuple[Facet, ...]
    height: float
    colour: tuple[float, float, float]
    before: bool
    after: bool
    flat: bool = False
    units: tuple[Points, ...] = field(default=())


@dataclass(frozen=True)
class Fence:
    """A fence or hedge line around a lot."""

    ring: Points
    before: bool
    after: bool


@dataclass(frozen=True)
class Tree:
    """x, y and crown radius in metres; tone 0..1 picks crown and colour."""

    x: float
    y: float
    radius: float
    tone: float
    before: bool
    after: bool


@dataclass(frozen=True)
class Car:
    """x, y in metres, heading in radians, tone 0..1 picks the colour. Cars are never a change."""

    x: float
    y: float
    heading: float
    tone: float
    before: bool
    after: bool


@dataclass
class Plan:
    """Everything that belongs to one block, or to one cell's streets."""

    patches: list[Patch] = field(default_factory=list)
    streets: list[Street] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
