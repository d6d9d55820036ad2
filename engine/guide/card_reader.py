"""A guide card's text read back: its numbers, and which lines look like a card's.

Needed where only text is left: to tell an answer that parrots the card from an answer, and to
measure on stored prompts whether a model looks or copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from engine.guide.card import HEADER, NONE, PLURALS
from engine.guide.reading import Finding
from engine.guide.tile_reading import ACTIONS, ClassReading, TileReading
from engine.objects.cells import CELL_ORDER
from engine.objects.sketch import Sketch

_NUMBER = "[0-9]{1,9}"
_PLURAL_NAMES = {plural: name for name, plural in PLURALS.items()}
_CONFIDENCE = r"(?:, confidence (?P<score>[01]\.[0-9]{2}))?"
_PART = f"{_NUMBER} (?:{'|'.join(ACTIONS)})"
_CELL = "|".join(CELL_ORDER)
_POINTS = f"{_NUMBER} {_NUMBER}(?:, {_NUMBER} {_NUMBER})*"
_ONE_OF = f"(?P<name>{'|'.join(PLURALS)})"

_CHANGED = re.compile(f"changed: (?P<flag>yes|no){_CONFIDENCE}")
_CAPTION = re.compile(r"caption: (?P<caption>\S.*)")
_FRAME = re.compile(f"frame: (?P<width>{_NUMBER}) x (?P<height>{_NUMBER}) pixels")
_COUNT = re.compile(
    f"(?P<plural>{'|'.join(_PLURAL_NAMES)}): (?P<count>{_NUMBER})"
    rf"(?: \((?P<actions>{_PART}(?:, {_PART})*)\))?{_CONFIDENCE}"
)
_CELLS = re.compile(f"{_ONE_OF} cells: (?P<cells>{NONE}|(?:{_CELL})(?:, (?:{_CELL}))*)")
_SKETCHES = re.compile(
    rf"{_ONE_OF} outlines(?: \({_NUMBER} of {_NUMBER}\))?: (?P<sketches>{_POINTS}(?:; {_POINTS})*)"
)
_LABEL = re.compile(
    rf"\s*(?:changed|caption|frame|{'|'.join(_PLURAL_NAMES)}|{_ONE_OF} (?:cells|outlines))\s*:"
)


def is_labelled(line: str) -> bool:
    """Whether a line begins with one of a card's labels, whatever follows: it is no sentence."""
    return line.strip() == HEADER or _LABEL.match(line) is not None


def read_card(text: str) -> TileReading:
    """Take the numbers of a card out of its text.

    Lines that no card has are passed over, so a whole prompt may be given. What single actions'
    cells were does not stand on a card: its findings come back without cells.

    Parameters
    ----------
    text : str
        As :func:`engine.guide.card.card_text` writes it.
    """
    reading = TileReading()
    for line in text.split("\n"):
        for pattern, read in _READERS:
            if found := pattern.fullmatch(line.strip()):
                reading = read(reading, found)
                break
    return reading


def _changed(reading: TileReading, found: re.Match[str]) -> TileReading:
    return replace(reading, changed=found["flag"] == "yes", change_score=_score(found))


def _caption(reading: TileReading, found: re.Match[str]) -> TileReading:
    return replace(reading, caption=found["caption"])


def _frame(reading: TileReading, found: re.Match[str]) -> TileReading:
    return replace(reading, size=(int(found["width"]), int(found["height"])))


def _count(reading: TileReading, found: re.Match[str]) -> TileReading:
    name = _PLURAL_NAMES[found["plural"]]
    parts = [part.split(" ") for part in (found["actions"] or "").split(", ") if part]
    findings = tuple(Finding(name, action, int(count), ()) for count, action in parts)
    one = replace(_class(reading, name), count=int(found["count"]), findings=findings)
    return _with(reading, replace(one, score=_score(found)))


def _cells(reading: TileReading, found: re.Match[str]) -> TileReading:
    words = () if found["cells"] == NONE else tuple(found["cells"].split(", "))
    return _with(reading, replace(_class(reading, found["name"]), cells=words))


def _sketches(reading: TileReading, found: re.Match[str]) -> TileReading:
    drawn = tuple(_sketch(one) for one in found["sketches"].split("; "))
    return _with(reading, replace(_class(reading, found["name"]), sketches=drawn))


def _sketch(text: str) -> Sketch:
    points = (point.split(" ") for point in text.split(", "))
    return tuple((int(x), int(y)) for x, y in points)


def _score(found: re.Match[str]) -> float | None:
    return None if found["score"] is None else float(found["score"])


def _class(reading: TileReading, name: str) -> ClassReading:
    return reading.of(name) or ClassReading(name, 0)


def _with(reading: TileReading, one: ClassReading) -> TileReading:
    known = [old.class_name for old in reading.classes]
    if one.class_name not in known:
        return replace(reading, classes=(*reading.classes, one))
    swapped = tuple(one if old.class_name == one.class_name else old for old in reading.classes)
    return replace(reading, classes=swapped)


_READERS: tuple[
    tuple[re.Pattern[str], Callable[[TileReading, re.Match[str]], TileReading]], ...
] = (
    (_CHANGED, _changed),
    (_CAPTION, _caption),
    (_FRAME, _frame),
    (_COUNT, _count),
    (_CELLS, _cells),
    (_SKETCHES, _sketches),
)
