"""Edits in words: ``add 5 houses``, ``clear the trees``, read by a small grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

THINGS = {name: f"{name}s" for name in ("house", "building", "tree", "road", "pond")}
POSSIBLE = (
    "possible edits: add or remove N houses, buildings, trees, roads or ponds; build a road; "
    "plant N trees; clear the trees; flood; several joined by 'and' or commas"
)
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: n for n, word in enumerate(_WORDS.split())} | {"a": 1, "an": 1}
_VERBS = {"add": True, "build": True, "plant": True, "dig": True, "remove": False,
          "demolish": False, "fell": False, "delete": False}  # fmt: skip
_ORDER = re.compile(r"(?P<verb>[a-z]+) (?P<count>\d+|[a-z]+) (?:new )?(?P<thing>[a-z]+)")


@dataclass(frozen=True)
class Order:
    """One edit.

    Attributes
    ----------
    thing : str
        A key of :data:`THINGS`, or ``flood``.
    adds : bool
        Whether it comes or goes.
    count : int
        How many; 0 is all of them.
    """

    thing: str
    adds: bool
    count: int


def parse(text: str) -> list[Order]:
    """Read an edit.

    Parameters
    ----------
    text : str
        For example ``remove 2 houses and build a road``.

    Returns
    -------
    list of Order

    Raises
    ------
    ValueError
        Words that are no edit; the message says what is possible.
    """
    parts = [" ".join(part.split()) for part in re.split(r",|\band\b", text.lower())]
    return [_one(part) for part in parts if part] or _refuse(text)


def _one(part: str) -> Order:
    if part.split()[0] == "flood" and len(part.split()) <= 3:
        return Order("flood", True, 1)
    if part in ("clear the trees", "clear trees", "remove the trees", "remove all trees"):
        return Order("tree", False, 0)
    match = _ORDER.fullmatch(part)
    if not match:
        return _refuse(part)[0]
    singular = {**{name: name for name in THINGS}, **{many: one for one, many in THINGS.items()}}
    verb, thing, word = match["verb"], singular.get(match["thing"]), match["count"]
    count = int(word) if word.isdigit() else _NUMBERS.get(word, 0)
    if verb not in _VERBS or thing is None or count < 1:
        return _refuse(part)[0]
    return Order(thing, _VERBS[verb], count)


def _refuse(part: str) -> list[Order]:
    raise ValueError(f"{part.strip()!r} is no edit; {POSSIBLE}")
