"""Places of the image that a sentence names, as the cells each may mean."""

from __future__ import annotations

import re

from engine.guide.claims import class_of
from engine.objects.cells import CELL_ORDER, CELL_WORDS

_ROWS = {"top": 0, "upper": 0, "lower": 2, "bottom": 2}
_COLUMNS = {"left": 0, "right": 2}
_EDGES = "corner|corners|side|sides|edge|edges|part|area|half|end"
_PLACE = re.compile(
    r"\b(?:at|in|on|near|to|from|along|of) the "
    rf"(?P<row>{'|'.join(_ROWS)})?(?:[ -]?(?P<column>{'|'.join(_COLUMNS)}))?"
    r"(?:[ -]?(?P<middle>center|centre|middle))?"
    rf"(?: (?P<edge>{_EDGES}))?\b(?: of the (?P<of>\w+))?(?: (?P<next>\w+))?"
)
_WHOLE = frozenset(
    ("scene", "image", "picture", "area", "site", "tile", "place", "photo", "screen")
)


def places_named(sentence: str) -> list[frozenset[str]]:
    """Each place as the 3×3 words that it may mean; places of things ("of the road") are none.

    >>> sorted(places_named("two houses appear in the top left corner")[0])
    ['top left corner']
    >>> places_named("a villa is built on the left side of the road")
    []
    """
    found = []
    for match in _PLACE.finditer(" ".join(sentence.lower().split())):
        cells = _cells(match)
        if cells and _of_the_image(match):
            found.append(cells)
    return found


def _cells(match: re.Match[str]) -> frozenset[str]:
    row, column = match["row"], match["column"]
    if match["middle"]:
        return frozenset((CELL_WORDS[1][1],)) if not (row or column) else frozenset()
    if row is None and column is None:
        return frozenset()
    corner = (match["edge"] or "").startswith("corner")
    rows = [_ROWS[row]] if row else [0, 2] if corner else [0, 1, 2]
    columns = [_COLUMNS[column]] if column else [0, 2] if corner else [0, 1, 2]
    allowed = {CELL_WORDS[r][c] for r in rows for c in columns}
    return frozenset(word for word in CELL_ORDER if word in allowed)


def _of_the_image(match: re.Match[str]) -> bool:
    if match["of"] is not None:
        return match["of"] in _WHOLE
    # "On the right road" is no place of the image.
    return match["next"] is None or class_of(match["next"]) is None
