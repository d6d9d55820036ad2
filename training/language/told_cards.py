"""Guide cards for pairs of which only sentences are at hand: what a guide might have read there.

8,148 pairs of LEVIR-CC have sentences but no images here. People's own words say which classes
changed and, now and then, how many and where. A card that fits them teaches the language model to
put a card into such words, whatever the imagery.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.guide.claims import claims
from engine.guide.reading import Finding
from engine.guide.tile_reading import ClassReading, TileReading
from engine.language.stated import stated_numbers
from engine.objects.cells import CELL_ORDER
from training.guide.vocabulary import is_unchanged, words_of

MANY = (3, 24)
"""Objects where people say "many" or leave it open."""
FOUND = 1.4
"""A class that so many times fewer than all people name is found for sure."""
NOTHING = 0.3
"""How often a card by lot has nothing of a class."""
NOISE = 0.15
"""How often a count is off by a little, as a guide's are."""
_PLACES = {
    "top left corner": "top left corner",
    "top right corner": "top right corner",
    "lower left corner": "lower left corner",
    "bottom left corner": "lower left corner",
    "lower right corner": "lower right corner",
    "bottom right corner": "lower right corner",
    "top of the scene": "top",
    "bottom of the scene": "lower",
    "left side": "left",
    "right side": "right",
    "on the left": "left",
    "on the right": "right",
    "in the middle": "center",
    "in the center": "center",
}


def told_reading(
    sentences: Sequence[str], caption: str | None, rng: np.random.Generator
) -> TileReading:
    """A reading that agrees with what people said.

    Parameters
    ----------
    sentences : sequence of str
        All of a pair.
    caption : str, optional
        The sentence of the guide's global branch.
    rng : Generator
        Decides what the sentences leave open.
    """
    changed = not is_unchanged(sentences)
    if not changed:
        nothing = tuple(ClassReading(name, 0) for name in ("building", "road", "other"))
        return TileReading(nothing, False, _chance(rng, 0.0), caption, (256, 256))
    said = [claims(sentence) for sentence in sentences]
    cells = _named_cells(sentences)
    read = []
    for name in ("building", "road", "other"):
        things = [thing for one in said for thing in one.things if thing.class_name == name]
        votes = sum(any(thing.class_name == name for thing in one.things) for one in said)
        if rng.random() >= FOUND * votes / len(said):
            read.append(ClassReading(name, 0))
            continue
        action = _action([thing.action for thing in things], rng)
        count = _count(sentences, name, rng)
        where = cells if cells and count <= 2 else _some_cells(count, rng)
        score = round(float(rng.beta(8, 2)), 2)
        findings = (Finding(name, action, count, where),)
        read.append(ClassReading(name, count, where, findings, score))
    return TileReading(tuple(read), True, _chance(rng, 1.0), caption, (256, 256))


def drawn_reading(caption: str | None, rng: np.random.Generator) -> TileReading:
    """A reading by lot: its numbers and places can be known from the card alone.

    Parameters
    ----------
    caption : str, optional
        A sentence that says nothing of them.
    rng : Generator
    """
    read = []
    for name in ("building", "road", "other"):
        if rng.random() < NOTHING:
            read.append(ClassReading(name, 0))
            continue
        count = int(rng.integers(1, MANY[1] + 1))
        where = _some_cells(count, rng)
        parts = [count]
        if count > 1 and rng.random() < 0.3:
            parts = [some := int(rng.integers(1, count)), count - some]
        ways = rng.permutation(("appeared", "disappeared"))
        findings = tuple(
            Finding(name, str(way), part, where) for way, part in zip(ways, parts, strict=False)
        )
        read.append(ClassReading(name, count, where, findings, round(float(rng.beta(8, 2)), 2)))
    changed = any(one.count for one in read)
    return TileReading(tuple(read), changed, _chance(rng, float(changed)), caption, (256, 256))


def _action(actions: Sequence[str | None], rng: np.random.Generator) -> str:
    known = [action for action in actions if action in ("appeared", "disappeared")]
    return known[int(rng.integers(len(known)))] if known else "appeared"


def _count(sentences: Sequence[str], name: str, rng: np.random.Generator) -> int:
    numbers = [number[name] for number in map(stated_numbers, sentences) if number.get(name, 0) > 0]
    if not numbers:
        if name != "building":
            return int(rng.integers(1, 4))
        return int(np.exp(rng.uniform(*np.log(MANY))))
    count = numbers[int(rng.integers(len(numbers)))]
    return max(1, count + int(rng.choice((-1, 1)))) if rng.random() < NOISE else count


def _named_cells(sentences: Sequence[str]) -> tuple[str, ...]:
    text = " . ".join(" ".join(words_of(sentence)) for sentence in sentences)
    named = {cell for words, cell in _PLACES.items() if words in text}
    return tuple(cell for cell in CELL_ORDER if cell in named)


def _some_cells(count: int, rng: np.random.Generator) -> tuple[str, ...]:
    several = min(count, 1 + int(rng.integers(len(CELL_ORDER))))
    chosen = set(rng.choice(len(CELL_ORDER), several, replace=False).tolist())
    return tuple(cell for index, cell in enumerate(CELL_ORDER) if index in chosen)


def _chance(rng: np.random.Generator, changed: float) -> float:
    """A flag's confidence, mostly right."""
    off = float(rng.beta(1, 12))
    return round(changed - off if changed else off, 2)
