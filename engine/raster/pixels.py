"""Pixels of a window: what lies inside the grid, the rest mirrored, and what fills no data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from engine.errors import UsageError


@dataclass(frozen=True)
class PairPixels:
    """A window of both dates.

    Attributes
    ----------
    before, after : uint8 (3, h, w)
        Red, green, blue on the model's range.
    valid : bool (h, w)
        Both dates have data there, and it lies in the area of interest.
    area : bool (h, w), optional
        Pixels of the grid in the area of interest; None where those are all.
    """

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    area: NDArray[np.bool_] | None = None


def inside(window: Window, width: int, height: int) -> Window:
    """The part of a window inside a grid; the same object when that is all of it.

    Raises
    ------
    UsageError
        Nothing of it is.
    """
    left, top = int(window.col_off), int(window.row_off)
    right, bottom = left + int(window.width), top + int(window.height)
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return window
    col0, row0 = max(0, left), max(0, top)
    col1, row1 = min(width, right), min(height, bottom)
    if col0 >= col1 or row0 >= row1:
        raise UsageError(
            f"The window at column {left}, row {top} lies outside the grid of "
            f"{width} x {height} pixels."
        )
    return Window(col0, row0, col1 - col0, row1 - row0)


def border(core: Window, window: Window) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rows above and below, columns left and right, by which a window exceeds its core."""
    top, left = int(core.row_off - window.row_off), int(core.col_off - window.col_off)
    bottom = int(window.height - core.height) - top
    right = int(window.width - core.width) - left
    return (top, bottom), (left, right)


def pad(pixels: PairPixels, core: Window, window: Window) -> PairPixels:
    """Bring the pixels of ``core`` to the size of ``window``: mirrored, and not valid."""
    if core == window:
        return pixels
    rows, cols = border(core, window)
    return PairPixels(
        np.pad(pixels.before, ((0, 0), rows, cols), mode="reflect"),
        np.pad(pixels.after, ((0, 0), rows, cols), mode="reflect"),
        np.pad(pixels.valid, (rows, cols)),
        None if pixels.area is None else np.pad(pixels.area, (rows, cols)),
    )


def fill_nodata(
    before: NDArray[np.uint8],
    before_valid: NDArray[np.bool_] | None,
    after: NDArray[np.uint8],
    after_valid: NDArray[np.bool_] | None,
    from_other: bool,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Replace pixels without data: by the other date's where it has some, else by black.

    Parameters
    ----------
    before, after : uint8 (3, h, w)
    before_valid, after_valid : bool (h, w) or None
        ``None`` when all is data.
    from_other : bool
        Whether the other date may stand in.
    """
    no_before = None if before_valid is None or before_valid.all() else ~before_valid
    no_after = None if after_valid is None or after_valid.all() else ~after_valid
    # Black first, so that a place without data in either date stays black in both.
    black_before = before if no_before is None else np.where(no_before, np.uint8(0), before)
    black_after = after if no_after is None else np.where(no_after, np.uint8(0), after)
    if not from_other:
        return black_before, black_after
    return (
        black_before if no_before is None else np.where(no_before, black_after, before),
        black_after if no_after is None else np.where(no_after, black_before, after),
    )
