"""A window of the world: which pixels of the endless picture at one pixel size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.scenes.scene import Points


@dataclass(frozen=True)
class View:
    """Columns and rows of the world's pixel lattice; both count from the world's origin.

    World metres run east (x) and south (y) here, as pixels do.
    """

    col0: int
    row0: int
    width: int
    height: int
    gsd: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, north, east, south in metres."""
        left, top = self.col0 * self.gsd, self.row0 * self.gsd
        return left, top, left + self.width * self.gsd, top + self.height * self.gsd

    def padded(self, pixels: int) -> View:
        """A view that reaches further on every side."""
        return View(self.col0 - pixels, self.row0 - pixels, self.width + 2 * pixels,
                    self.height + 2 * pixels, self.gsd)  # fmt: skip

    def to_px(self, places: Points) -> Points:
        """World metres (n, 2) to pixels of the window (n, 2)."""
        # Dividing first and then taking whole numbers off is exact: all windows agree.
        return places / self.gsd - (self.col0, self.row0)

    def centres(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """World metres of the pixel centres: x (w,) and y (h,)."""
        x = (self.col0 + np.arange(self.width) + 0.5) * self.gsd
        y = (self.row0 + np.arange(self.height) + 0.5) * self.gsd
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
