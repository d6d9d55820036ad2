"""How far the after date lies off the before date, by phase correlation on several windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from engine.errors import ReadError
from engine.raster.sampling import spread_windows

MIN_SIDE = 64
NOISE_RESPONSE = 20.0
"""Times one over the side: how high correlation peaks of unrelated windows get (95 %)."""
_AGREE_PX = 1.0


class ReadsPairs(Protocol):
    """What the estimate needs of a pair."""

    def read(self, window: Window, *, everywhere: bool) -> Any:
        """``before``, ``after`` uint8 (3, h, w) and ``valid`` bool (h, w)."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the grid, pixels."""


@dataclass(frozen=True)
class Shift:
    """Offset of the after date's content.

    Attributes
    ----------
    dx_px, dy_px : float
        What stands at (x, y) before stands at (x + dx, y + dy) after; pixels of the working grid,
        right and down.
    n_windows : int
        Windows that agree.
    spread_px : float
        Median distance of those windows' shifts from the estimate.
    response : float
        Median height of their correlation peaks, 0 to 1.
    """

    dx_px: float
    dy_px: float
    n_windows: int
    spread_px: float
    response: float

    @property
    def length_px(self) -> float:
        """Length of the shift, pixels."""
        return float(np.hypot(self.dx_px, self.dy_px))

    def describe(self) -> dict[str, float | int]:
        """Facts for ``engine info`` and the provenance."""
        return {
            "dx_px": round(self.dx_px, 2),
            "dy_px": round(self.dy_px, 2),
            "n_windows": self.n_windows,
            "spread_px": round(self.spread_px, 2),
            "response": round(self.response, 3),
        }


def estimate_shift(pair: ReadsPairs, max_windows: int = 9, size: int = 512) -> Shift | None:
    """Estimate the shift between the dates.

    Parameters
    ----------
    pair : ReadsPairs
    max_windows : int
        Windows to look at, spread over the grid.
    size : int
        Their side, pixels; smaller where the grid is.

    Returns
    -------
    Shift or None
        ``None`` when the windows show too little texture or contradict each other.
    """
    width, height = pair.size
    side = min(size, width, height)
    if side < MIN_SIDE:
        return None
    per_side = max(1, int(max_windows**0.5))
    if width * height < per_side**2 * side**2 / 2:
        per_side = max(1, min(width, height) // side)
    found = []
    for window in spread_windows(width, height, per_side, side):
        try:
            # Also outside the area of interest: the dates lie there as they do inside.
            pixels = pair.read(window, everywhere=True)
        except ReadError:
            continue  # the run names it when it comes to its tiles
        measured = window_shift(pixels.before, pixels.after, pixels.valid)
        if measured is not None:
            found.append(measured)
    return _agreed(np.array(found), side) if found else None


def window_shift(
    before: NDArray[np.uint8], after: NDArray[np.uint8], valid: NDArray[np.bool_]
) -> tuple[float, float, float] | None:
    """Shift of one window and the height of its peak; ``None`` where it shows too little."""
    if valid.mean() < 0.75:
        return None
    first, second = _edges(before, valid), _edges(after, valid)
    if first is None or second is None:
        return None
    hanning = cv2.createHanningWindow((first.shape[1], first.shape[0]), cv2.CV_32F)
    (dx, dy), response = cv2.phaseCorrelate(first, second, hanning)
    side = min(first.shape)
    if response < NOISE_RESPONSE / side or max(abs(dx), abs(dy)) > side / 4:
        return None
    return float(dx), float(dy), float(response)


def _edges(pixels: NDArray[np.uint8], valid: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    luma = pixels.astype(np.float32).mean(axis=0)
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(across, down)
    # The border of the data is no edge of the scene.
    inner = cv2.erode(valid.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    strength[~inner] = 0
    cap = float(np.percentile(strength[inner], 98)) if inner.any() else 0.0
    if cap < 8.0:
        return None
    # A few glaring edges would drown all others.
    result: NDArray[np.float32] = np.minimum(strength, cap) / cap
    result[inner] -= result[inner].mean()
    return result


def _agreed(found: NDArray[np.float64], side: int) -> Shift | None:
    """Median of the largest group of windows that agree: at least half, or one beyond doubt."""
    moves = found[:, :2]
    distances = np.hypot(*(moves[:, None] - moves[None]).transpose(2, 0, 1))
    near = distances <= _AGREE_PX
    members = near[near.sum(axis=1).argmax()]
    if members.sum() * 2 < len(found):
        return None
    # Chance does not make two windows agree; a lone one must stand out.
    if members.sum() == 1 and found[members, 2].max() < 2 * NOISE_RESPONSE / side:
        return None
    centre = np.median(moves[members], axis=0)
    spread = np.hypot(*(moves[members] - centre).T)
    return Shift(
        float(centre[0]),
        float(centre[1]),
        int(members.sum()),
        float(np.median(spread)),
        float(np.median(found[members, 2])),
    )
