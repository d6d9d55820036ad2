"""The street frame: u along the streets, v across them, in metres; bent and turned onto pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.scene import Points


@dataclass(frozen=True)
class Frame:
    """Where a place's streets lie in the picture.

    Attributes
    ----------
    centre : (float, float)
        Pixel x, y of u = v = 0.
    angle : float
        Turn of the u axis from the x axis in radians, clockwise on the screen.
    bend : (float, float)
        Amplitudes in metres of the slow waves that keep streets from being ruler-straight.
    wave : (float, float)
        Their wavelengths in metres.
    phase : (float, float)
    gsd : float
        Metres per pixel.
    """

    centre: tuple[float, float]
    angle: float
    bend: tuple[float, float]
    wave: tuple[float, float]
    phase: tuple[float, float]
    gsd: float

    def to_px(self, uv: Points) -> Points:
        """Street coordinates (n, 2) in metres to pixels (n, 2)."""
        u, v = uv[:, 0], uv[:, 1]
        turn = 2 * np.pi
        bent_u = u + self.bend[0] * np.sin(turn * v / self.wave[0] + self.phase[0])
        bent_v = v + self.bend[1] * np.sin(turn * u / self.wave[1] + self.phase[1])
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        x = (bent_u * cos - bent_v * sin) / self.gsd + self.centre[0]
        y = (bent_u * sin + bent_v * cos) / self.gsd + self.centre[1]
        return np.stack([x, y], axis=1)

    def point(self, u: float, v: float) -> Points:
        """Pixel x, y (2,) of one place."""
        return self.to_px(np.array([[u, v]]))[0]

    def heading(self, u: float, v: float) -> float:
        """Direction of the street at a place, in radians on the screen."""
        a, b = self.to_px(np.array([[u - 2.0, v], [u + 2.0, v]]))
        return float(np.arctan2(b[1] - a[1], b[0] - a[0]))

    def strip(self, u0: float, u1: float, v0: float, v1: float, step: float = 6.0) -> Points:
        """A rectangle of street coordinates as a pixel polygon that follows the bend."""
        n = max(2, int(np.ceil(abs(u1 - u0) / step)) + 1)
        m = max(2, int(np.ceil(abs(v1 - v0) / step)) + 1)
        us, vs = np.linspace(u0, u1, n), np.linspace(v0, v1, m)
        ring = np.concatenate(
            [
                np.stack([us, np.full(n, v0)], 1)[:-1],
                np.stack([np.full(m, u1), vs], 1)[:-1],
                np.stack([us[::-1], np.full(n, v1)], 1)[:-1],
                np.stack([np.full(m, u0), vs[::-1]], 1)[:-1],
            ]
        )
        return self.to_px(ring)

    def local(self, u: float, v: float, shape: Points, turn: float = 0.0) -> Points:
        """Put a rigid shape (n, 2), metres, at a place, aligned with the street and turned."""
        angle = self.heading(u, v) + turn
        cos, sin = np.cos(angle), np.sin(angle)
        rotated = shape @ np.array([[cos, sin], [-sin, cos]])
        return rotated / self.gsd + self.point(u, v)
