"""Answers to "where did it change?": words of the 3×3 grid."""

from __future__ import annotations

import re

from engine.guide.claims import class_of
from engine.language.english import words_of
from engine.language.fault import Answer, Fault
from engine.language.short_text import is_plain, short_text
from engine.language.tasks import ASKED
from engine.objects.cells import CELL_ORDER, CELL_WORDS

_ROWS = ("top|upper|north(?:ern)?", "lower|bottom|south(?:ern)?")
_COLUMNS = ("left|west(?:ern)?", "right|east(?:ern)?")
_END = r"(?:[\s-]+corners?)?\b"
_MIDDLE = "cent(?:er|re)|middle|central"


def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Corners first: "top left" is not the top and the left."""
    found: list[tuple[str, str]] = []
    for row, words in ((0, _ROWS[0]), (2, _ROWS[1])):
        for column, others in ((0, _COLUMNS[0]), (2, _COLUMNS[1])):
            corner = rf"\b(?:(?:{words})[\s-]*(?:{others})|(?:{others})[\s-]+(?:{words})){_END}"
            found.append((corner, CELL_WORDS[row][column]))
    for row, words in ((0, _ROWS[0]), (2, _ROWS[1])):
        found.append((_edge(words), CELL_WORDS[row][1]))
    for column, others in ((0, _COLUMNS[0]), (2, _COLUMNS[1])):
        found.append((_edge(others), CELL_WORDS[1][column]))
    found.append((rf"\b(?:{_MIDDLE})\b", CELL_WORDS[1][1]))
    return [(re.compile(pattern), word) for pattern, word in found]


def _edge(words: str) -> str:
    """An edge, perhaps called its middle: "top", "top center", "middle left"."""
    return rf"\b(?:(?:{_MIDDLE})[\s-]+)?(?:{words})(?:[\s-]+(?:{_MIDDLE}))?\b"


_PLACES = _patterns()
_ALL_OVER = re.compile(r"\b(?:all over|everywhere|throughout)\b")
_NONE = re.compile(r"\b(?:no|none|nothing|nowhere|neither)\b(?! longer)")


def parse_cells(raw: str, class_name: str, *, finished: bool = True) -> Answer[tuple[str, ...]]:
    """Read an answer to the localise task.

    Parameters
    ----------
    raw : str
        As the model gave it: ``top, lower right corner``, ``No change``, ``In the upper left.``
    class_name : {"building", "road"}
        What was asked for.
    finished : bool
        Whether the model ended by itself.

    Returns
    -------
    Answer of tuple of str
        The cells' words, each once, in reading order; empty where nothing changed.
    """
    text, fault = short_text(raw, finished=finished)
    if fault is not None:
        return Answer(raw, fault=fault)
    # Which place belongs to which class cannot be told where two are named.
    if {class_of(word) for word in words_of(text)} & (set(ASKED) - {class_name}):
        return Answer(raw, fault=Fault.OTHER_CLASS)
    cells, rest = _taken(text)
    none = bool(_NONE.search(rest))
    if re.search(r"\d", rest) or not is_plain(_NONE.sub(" ", rest)):
        return Answer(raw, fault=Fault.UNREADABLE)
    if none and cells:
        return Answer(raw, fault=Fault.AMBIGUOUS)
    if not none and not cells:
        return Answer(raw, fault=Fault.UNREADABLE)
    return Answer(raw, tuple(word for word in CELL_ORDER if word in cells))


def _taken(text: str) -> tuple[set[str], str]:
    """Cells that a text names, and what is left of it."""
    found: set[str] = set()
    for pattern, word in _PLACES:
        text, hits = pattern.subn(" , ", text)
        if hits:
            found.add(word)
    text, hits = _ALL_OVER.subn(" , ", text)
    return (set(CELL_ORDER) if hits else found), text
