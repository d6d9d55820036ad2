"""A transparent sheet of hard shapes with soft edges, laid over the picture in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.scenes.scene import Floats, Points
from training.scenes.view import View

SUB = 4  # sub-pixels per pixel and axis of a soft edge
_SHIFT = 4  # fractional bits of OpenCV's fixed-point polygon corners

Corners = npt.NDArray[np.int32]
_Colour = Sequence[float] | npt.NDArray[np.floating[Any]]


class Layer:
    """Shapes drawn one over the other at :data:`SUB` times the resolution.

    Parameters
    ----------
    view : View
    bands : int
        4 for colours with opacity, 1 for a mask.
    """

    def __init__(self, view: View, bands: int = 4) -> None:
        self.view = view
        shape = (view.height * SUB, view.width * SUB)
        self._canvas = np.zeros((*shape, bands) if bands > 1 else shape, dtype=np.uint8)
        self.drawn = False

    def corners(self, rings: Sequence[Points], shift: Points | None = None) -> list[Corners]:
        """Polygons in world metres as OpenCV wants them; ``shift`` (n, 2) moves each, in metres."""
        if not rings:
            return []
        lengths = [len(ring) for ring in rings]
        points = np.concatenate(rings)
        if shift is not None:
            points = points + np.repeat(shift, lengths, axis=0)
        fixed = np.round((self.view.to_px(points) * SUB - 0.5) * (1 << _SHIFT)).astype(np.int32)
        return np.split(fixed, np.cumsum(lengths)[:-1])

    def fill(self, ring: Corners, colour: _Colour, opacity: float = 1.0) -> None:
        """Draw a polygon; it replaces what lies below it on this layer."""
        self.drawn = True
        cv2.fillPoly(self._canvas, [ring], _ink(colour, opacity), lineType=cv2.LINE_8,
                     shift=_SHIFT)  # fmt: skip

    def mark(self, ring: Corners, value: float = 1.0) -> None:
        """Draw a convex polygon into a mask."""
        self.drawn = True
        cv2.fillConvexPoly(self._canvas, ring, (round(255 * value),), lineType=cv2.LINE_8,
                           shift=_SHIFT)  # fmt: skip

    def stroke(
        self, line: Corners, colour: _Colour, metres: float, *,
        opacity: float = 1.0, closed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a line of a width."""
        self.drawn = True
        thick = max(1, round(metres / self.view.gsd * SUB))
        ink = _ink(colour, opacity) if self._canvas.ndim == 3 else (round(255 * opacity),)
        cv2.polylines(self._canvas, [line], closed, ink, thick, cv2.LINE_8, _SHIFT)

    def values(self) -> Floats:
        """The layer at the picture's resolution, float32 (h, w[, bands]), 0..255."""
        size = (self.view.width, self.view.height)
        small = cv2.resize(self._canvas, size, interpolation=cv2.INTER_AREA)
        return np.asarray(small, dtype=np.float32)

    def blend(self, image: Floats, texture: Floats | None = None) -> None:
        """Lay the shapes over a picture (h, w, 3), in place; ``texture`` (h, w) multiplies them."""
        if not self.drawn:
            return
        small = self.values()
        clear = 1 - small[..., 3] / np.float32(255)
        for band in range(3):
            plane = image[..., band]
            plane *= clear
            plane += small[..., band] if texture is None else small[..., band] * texture


def _ink(colour: _Colour, opacity: float) -> tuple[float, float, float, float]:
    red, green, blue = (min(255.0, max(0.0, float(value))) * opacity for value in colour)
    return red, green, blue, 255.0 * opacity
