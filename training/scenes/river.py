"""Rivers: the zero line of a slow wave over the world, as wide as the world's rivers are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from training.scenes.hashing import generator
from training.scenes.view import View

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class River:
    """One world's rivers.

    Attributes
    ----------
    waves, phases, heights : float arrays (m, 2), (m,), (m,)
        Wave vectors in radians per metre, phases, weights.
    half : float
        Half the usual width in metres; 0 in a world without rivers.
    """

    waves: _Array
    phases: _Array
    heights: _Array
    half: float

    def distance(self, x: _Array, y: _Array) -> _Array:
        """Metres from places to the water's edge, about; negative in the water.

        The first-order distance to a level line: value over slope.
        """
        if not self.half:
            return np.full(np.broadcast(x, y).shape, 1e9)
        value, dx, dy = (np.zeros(np.broadcast(x, y).shape) for _ in range(3))
        for (kx, ky), phase, height in zip(self.waves, self.phases, self.heights, strict=True):
            angle = kx * x + ky * y + phase
            value += height * np.sin(angle)
            slope = height * np.cos(angle)
            dx += kx * slope
            dy += ky * slope
        away = np.abs(value) / np.maximum(np.hypot(dx, dy), 2e-4)
        return away - self.half * (1 + 0.25 * np.sin(0.021 * x + 0.017 * y))

    def distance_map(self, view: View) -> _Array | None:
        """Distance at every pixel centre (h, w); None where no water is within 60 m."""
        if not self.half:
            return None
        x0, y0, x1, y1 = view.box
        coarse_x = np.linspace(x0, x1, max(2, int((x1 - x0) / 25) + 2))
        coarse_y = np.linspace(y0, y1, max(2, int((y1 - y0) / 25) + 2))
        if self.distance(coarse_x[None, :], coarse_y[:, None]).min() > 60:
            return None
        x, y = view.centres()
        return self.distance(x[None, :], y[:, None])


@lru_cache(maxsize=16)
def world_river(seed: int) -> River:
    """The rivers of a world; a third of the worlds has none."""
    rng = generator(seed, 2)
    lengths = np.array([5200.0, 2100.0, 760.0]) * rng.uniform(0.8, 1.25, 3)
    ways = rng.uniform(0, 2 * np.pi, 3)
    waves = np.stack([np.cos(ways), np.sin(ways)], 1) * (2 * np.pi / lengths)[:, None]
    half = float(rng.uniform(4, 15)) if rng.random() < 0.67 else 0.0
    return River(waves, rng.uniform(0, 6.3, 3), np.array([1.0, 0.42, 0.1]), half)
