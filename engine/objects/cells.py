"""The 3×3 cell rule: which word says where in a tile or an area something lies."""

from __future__ import annotations

CELL_WORDS: tuple[tuple[str, str, str], ...] = (
    ("top left corner", "top", "top right corner"),
    ("left", "center", "right"),
    ("lower left corner", "lower", "lower right corner"),
)
"""Words by row of thirds (from the top), then by column of thirds (from the left)."""

CELL_ORDER: tuple[str, ...] = tuple(word for row in CELL_WORDS for word in row)
"""The nine words in reading order."""


def _third(position: float, size: float) -> int:
    # Three times the position instead of a third of the size: exact for whole numbers.
    if 3.0 * position < size:
        return 0
    return 1 if 3.0 * position < 2.0 * size else 2


def cell_of(x: float, y: float, width: float, height: float) -> str:
    """Word of the cell that holds a position.

    Thirds with strict ``<``: a position exactly on a third belongs to the cell behind it. Positions
    outside the frame count to the nearest cell.

    Parameters
    ----------
    x, y : float
        Position from the left and from the top. :func:`engine.objects.count_cells` puts pixel
        ``i`` at ``i`` (the mean of pixel numbers, as the data sets' own labels do); whoever places
        a shape in an area of interest passes lengths in any one unit.
    width, height : float
        Size of the frame in the same unit.

    Returns
    -------
    str
        One of :data:`CELL_WORDS`.
    """
    return CELL_WORDS[_third(y, height)][_third(x, width)]
