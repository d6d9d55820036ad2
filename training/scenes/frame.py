"""The world's street frame: u along the streets, v across them, in metres, bent and turned."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from training.scenes.hashing import generator
from training.scenes.scene import Points

Floats64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """A rigid place on the ground: metres of a shape turned and moved."""

    x: float
    y: float
    angle: float

    def put(self, shape: Points) -> Points:
        """Local metres (n, 2) to world metres (n, 2)."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return shape @ np.array([[cos, sin], [-sin, cos]]) + (self.x, self.y)


@dataclass(frozen=True)
class Bump:
    """A cell's own bend: it fades to nothing at the cell's border, so neighbours still fit.

    Attributes
    ----------
    box : (u0, v0, u1, v1)
    reach : float
        Largest shift in metres along v.
    phase : float
    """

    box: tuple[float, float, float, float]
    reach: float
    phase: float

    def shift(self, uv: Points) -> Points:
        """Bend street coordinates (n, 2)."""
        u0, v0, u1, v1 = self.box
        s = (uv[:, 0] - u0) * (np.pi / (u1 - u0))
        fade = (np.sin(s) * np.sin((uv[:, 1] - v0) * (np.pi / (v1 - v0)))) ** 2
        bent = uv.copy()
        bent[:, 1] += self.reach * fade * np.sin(2 * s + self.phase)
        return bent


@dataclass(frozen=True, eq=False)
class Frame:
    """Where the streets of a world run.

    Attributes
    ----------
    turn : float array (2, 2)
        Rotation that street coordinates are multiplied with from the left.
    waves, phases, pushes : float arrays (m, 2), (m,), (m, 2)
        Slow sine waves: wave vectors in radians per metre, phases, displacement in metres.
    bump : Bump, optional
    swapped : bool
        Coordinates are given as (v, u): for streets that leave at a right angle.
    """

    turn: Floats64
    waves: Floats64
    phases: Floats64
    pushes: Floats64
    bump: Bump | None = None
    swapped: bool = False

    def to_world(self, uv: Points) -> Points:
        """Street coordinates (n, 2) to world metres (n, 2)."""
        if self.swapped:
            uv = uv[:, ::-1]
        if self.bump is not None:
            uv = self.bump.shift(uv)
        return (uv + np.sin(uv @ self.waves.T + self.phases) @ self.pushes) @ self.turn

    def to_streets(self, places: Points) -> Points:
        """World metres (n, 2) to street coordinates (n, 2), the cells' own bends left out."""
        straight = places @ self.turn.T
        uv = straight
        for _ in range(8):  # the bends are gentle: this converges
            uv = straight - np.sin(uv @ self.waves.T + self.phases) @ self.pushes
        return uv

    def point(self, u: float, v: float) -> Points:
        """World x, y (2,) of one place."""
        return self.to_world(np.array([[u, v]]))[0]

    def pose(self, u: float, v: float, turn: float = 0.0) -> Pose:
        """A place and the direction of the street there, turned."""
        here, a, b = self.to_world(np.array([[u, v], [u - 2.0, v], [u + 2.0, v]]))
        return Pose(float(here[0]), float(here[1]),
                    math.atan2(b[1] - a[1], b[0] - a[0]) + turn)  # fmt: skip

    def strip(self, u0: float, u1: float, v0: float, v1: float, step: float = 8.0) -> Points:
        """A rectangle of street coordinates as a polygon that follows the bends."""
        n = max(2, math.ceil(abs(u1 - u0) / step) + 1)
        m = max(2, math.ceil(abs(v1 - v0) / step) + 1)
        return self.to_world(_ring(n, m) * (u1 - u0, v1 - v0) + (u0, v0))

    def bent(self, bump: Bump | None) -> Frame:
        """This frame with a cell's own bend."""
        return replace(self, bump=bump)

    def across(self) -> Frame:
        """This frame for streets along v: coordinates swap their places."""
        return replace(self, swapped=not self.swapped)


@lru_cache(maxsize=1024)
def _ring(n: int, m: int) -> Points:
    """The unit square's rim, n points along u and m along v."""
    us, vs = np.linspace(0, 1, n), np.linspace(0, 1, m)
    sides = ((us, 0 * us), (np.ones(m), vs), (us[::-1], np.ones(n)), (np.zeros(m), vs[::-1]))
    return np.concatenate([np.stack(side, 1)[:-1] for side in sides])


@lru_cache(maxsize=16)
def world_frame(seed: int) -> Frame:
    """The frame of a world."""
    rng = generator(seed, 1)
    angle = float(rng.uniform(0, 2 * np.pi))
    cos, sin = math.cos(angle), math.sin(angle)
    lengths = rng.uniform(650, 1700, 4)
    ways = np.array([0.0, np.pi / 2, 0.0, np.pi / 2]) + rng.normal(0, 0.25, 4)
    waves = np.stack([np.cos(ways), np.sin(ways)], 1) * (2 * np.pi / lengths)[:, None]
    steep = rng.uniform(0.06, 0.17, 4)
    # A wave along u pushes across u, and the other way round: streets bend and hardly squeeze.
    pushes = np.stack([-np.sin(ways), np.cos(ways)], 1) * (steep * lengths / (2 * np.pi))[:, None]
    return Frame(np.array([[cos, sin], [-sin, cos]]), waves, rng.uniform(0, 6.3, 4), pushes)
