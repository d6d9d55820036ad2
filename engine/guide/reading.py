"""The guide's reading in words: one sentence a tile, one sentence an object.

Everything a sentence says is measured on objects of the map (design 5.9): how many, which class,
what happened, in which cell, how large.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

UNCHANGED = "the scene is the same as before"
"""The stock sentence of an unchanged pair, as people wrote it for LEVIR-CC."""

_PLACE = {
    "top left corner": "in the top left corner",
    "top": "at the top",
    "top right corner": "in the top right corner",
    "left": "on the left",
    "center": "in the center",
    "right": "on the right",
    "lower left corner": "in the lower left corner",
    "lower": "at the lower edge",
    "lower right corner": "in the lower right corner",
}
LONG = 3.0
"""A road at least so many times as long as wide is described by its length."""
MANY_CELLS = 6
"""From so many cells on a sentence does not list them."""
_VERB = {"appeared": "appear", "disappeared": "disappear", "changed": "change"}
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Objects of one class and action in a tile.

    Attributes
    ----------
    cells : sequence of str
        3×3 words of their centroids, each once.
    """

    class_name: str
    action: str
    count: int
    cells: Sequence[str]


def tile_caption(findings: Iterable[Finding]) -> str:
    """One lower-case sentence without a full stop; :data:`UNCHANGED` when nothing was found.

    >>> tile_caption([Finding("building", "appeared", 2, ["top", "center"])])
    'two buildings appear at the top and in the center'
    """
    parts = [_clause(finding) for finding in findings if finding.count]
    return _listed(parts) if parts else UNCHANGED


def object_caption(
    class_name: str,
    action: str,
    area_m2: float,
    width_m: float,
    height_m: float,
    cell: str,
    dates: tuple[date | None, date | None] = (None, None),
    *,
    perimeter_m: float | None = None,
) -> str:
    """One sentence from an object's own measures.

    Parameters
    ----------
    area_m2 : float
        Geodesic area of the outline.
    width_m, height_m : float
        Sides of the box, metres.
    cell : str
        Its place in the area of interest.
    perimeter_m : float, optional
        Length of the outline. A road is long and thin, and its box says little of it where it runs
        slantwise or bends: with this, its own length and width are said.
    """
    noun = "change" if class_name == "other" else class_name
    article = "an" if noun[0] in "aeiou" else "a"
    before, after = dates
    when = f" between {before} and {after}" if before and after else ""
    size = f"{area_m2:,.0f} m²" if area_m2 >= 9.5 else f"{area_m2:.1f} m²"
    verb = "was found" if class_name == "other" and action == "changed" else action
    sides = f"{width_m:.0f} × {height_m:.0f} m"
    if class_name == "road" and perimeter_m is not None:
        length, width = ribbon(area_m2, perimeter_m)
        if length >= LONG * width:
            sides = f"about {length:.0f} m long, {width:.0f} m wide"
    return (
        f"{article.capitalize()} {noun} of {size} ({sides}) "
        f"{verb}{when}, {_PLACE.get(cell, cell)} of the area."
    )


def ribbon(area_m2: float, perimeter_m: float) -> tuple[float, float]:
    """Length and width, m, of the band that has this area and perimeter; a square at the least.

    >>> ribbon(1200.0, 412.0)
    (200.0, 6.0)
    """
    half = perimeter_m / 2
    root = math.sqrt(max(half**2 - 4 * area_m2, 0.0))
    return (half + root) / 2, (half - root) / 2


def _clause(finding: Finding) -> str:
    one = finding.count == 1
    noun, verb = finding.class_name, _VERB[finding.action] + ("s" if one else "")
    if finding.class_name == "other":
        noun, verb = "other change", "is seen" if one else "are seen"
    if one:
        number = "an" if noun[0] in "aeiou" else "a"
    else:
        number = _NUMBERS[finding.count] if finding.count < len(_NUMBERS) else str(finding.count)
    where = "all over the scene"
    if len(finding.cells) < MANY_CELLS:
        where = _listed([_PLACE[cell] for cell in finding.cells])
    sentence = f"{number} {noun}{'' if one else 's'} {verb} {where}"
    return sentence.replace("an other", "another")


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
