"""What a sentence becomes when its picture is flipped or turned."""

from __future__ import annotations

import re

VIEWS = 8
"""Flips and quarter turns of a square: view = 4 * (mirrored left to right) + quarter turns."""
_LEFT_RIGHT = {"left": "right", "right": "left"}
_UP_DOWN = {
    "top": "bottom",
    "bottom": "top",
    "upper": "lower",
    "lower": "upper",
    "above": "below",
    "below": "above",
}
_SIDED = re.compile(
    r"\b(?:left|right|top|bottom|upper|lower|above|below|vertical\w*|horizontal\w*|diagonal\w*"
    r"|under|beneath|north\w*|south\w*|east\w*|west\w*)\b"
)
_UNMAPPED = re.compile(r"\b(?:diagonal\w*|under(?! construction)|beneath)\b")
_COMPASS = re.compile(r"\b(?:north|south|east|west)\w*\b")


def turned(sentence: str, view: int) -> str | None:
    """A lower-case sentence for a view of its pair, or None where its words do not carry over.

    Flips and half turns swap left and right, top and bottom, upper and lower, above and below.
    After a quarter turn a sentence that names a side is dropped rather than reworded: "at the top"
    would become "at the left", which nobody writes.

    Parameters
    ----------
    sentence : str
    view : int
        0..7, see :data:`VIEWS`; 0 is the picture as it is.

    >>> turned("a house appears in the upper left corner", 4)
    'a house appears in the upper right corner'
    >>> turned("a house appears in the upper left corner", 2)
    'a house appears in the lower right corner'
    >>> turned("a house appears at the top", 1) is None
    True
    """
    mirrored, quarters = divmod(view, 4)
    if view == 0:
        return sentence
    if quarters % 2:
        return None if _SIDED.search(sentence) else sentence
    if _UNMAPPED.search(sentence) or _COMPASS.search(sentence):
        return None
    swaps: dict[str, str] = {}
    if quarters == 2:
        swaps |= _UP_DOWN
    if (quarters == 2) != bool(mirrored):
        swaps |= _LEFT_RIGHT
    return re.sub(r"\w+", lambda match: swaps.get(match[0], match[0]), sentence)
