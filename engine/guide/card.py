"""The guide card: the guide's reading of one tile as a few lines of text for a language model.

    Guide's reading; correct it where the images say otherwise:
    changed: yes, confidence 0.97
    caption: a row of houses is built along the road
    buildings: 14 (12 appeared, 2 disappeared), confidence 0.91
    building cells: top right corner, right
    roads: 0
    road cells: none

One card serves training and inference; :func:`engine.guide.card_reader.read_card` takes its
numbers back out of the text. Source: ChangeVG's text-level guidance (science.md 1.4); the wording
is this project's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.guide.card_fields import CardFields
from engine.guide.tile_reading import ClassReading, TileReading
from engine.objects.sketch import Sketch
from engine.plain_text import plain_line

HEADER = "Guide's reading; correct it where the images say otherwise:"
CAPTION_MOST = 300
"""Characters of a caption on the card."""
SKETCHES_MOST = 12
"""Objects of a class whose outlines are written, the largest first."""
PLURALS = {"building": "buildings", "road": "roads", "other": "other changes"}
NONE = "none"


def card_text(reading: TileReading, fields: CardFields) -> str:
    """The card, or an empty text where nothing of what is switched on is known.

    Parameters
    ----------
    reading : TileReading
    fields : CardFields
        What is said; see :data:`~engine.guide.card_fields.PRESETS`.

    Returns
    -------
    str
        Lines without a final line break. What the guide does not know has no line.
    """
    lines = list(_lines(reading, fields))
    return "\n".join([HEADER, *lines]) if lines else ""


def _lines(reading: TileReading, fields: CardFields) -> Iterator[str]:
    if fields.flag and reading.changed is not None:
        word = "yes" if reading.changed else "no"
        yield f"changed: {word}{_confidence(reading.change_score, fields)}"
    sentence = plain_line(reading.caption or "", CAPTION_MOST).removesuffix(".").rstrip()
    if fields.caption and sentence:
        yield f"caption: {sentence}"
    shown = [one for name in fields.classes if (one := reading.of(name)) is not None]
    drawn = fields.sketches and any(one.sketches for one in shown)
    if drawn and reading.size is not None:
        yield f"frame: {reading.size[0]} x {reading.size[1]} pixels"
    for one in shown:
        if fields.counts:
            actions = _actions(one) if fields.actions else ""
            score = _confidence(one.score, fields)
            yield f"{PLURALS[one.class_name]}: {one.count}{actions}{score}"
        if fields.cells:
            yield f"{one.class_name} cells: {', '.join(one.cells) or NONE}"
        if fields.sketches and one.sketches:
            yield f"{one.class_name} outlines{_sketches(one.sketches)}"


def _confidence(score: float | None, fields: CardFields) -> str:
    return f", confidence {score:.2f}" if fields.confidence and score is not None else ""


def _actions(one: ClassReading) -> str:
    parts = [f"{finding.count} {finding.action}" for finding in one.findings if finding.count]
    return f" ({', '.join(parts)})" if parts else ""


def _sketches(drawn: tuple[Sketch, ...]) -> str:
    shown = drawn[:SKETCHES_MOST]
    part = f" ({len(shown)} of {len(drawn)})" if len(drawn) > len(shown) else ""
    return f"{part}: " + "; ".join(", ".join(f"{x} {y}" for x, y in one) for one in shown)
