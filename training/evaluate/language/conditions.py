"""Conditions a language model is asked under: which card, whose card, with or without images."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.guide.card_fields import PRESETS, CardFields, preset
from engine.guide.tile_reading import TileReading
from training.evaluate.language.cases import Case

Source = Literal["guide", "none", "shuffled", "oracle"]
DEFAULT = "full"
"""The engine's own card."""
_FULL = PRESETS["full"]
BRANCHES = {
    "global": CardFields(flag=True, caption=True, confidence=True),
    "fine": dataclasses.replace(_FULL, flag=False, caption=False),
}
"""Cards of one branch of the guide alone."""
SOURCES: tuple[Source, ...] = ("none", "shuffled", "oracle")
NO_IMAGES = "no-images"
CARDS = (*PRESETS, *SOURCES, *BRANCHES)
NAMES = (*CARDS, NO_IMAGES)


@dataclasses.dataclass(frozen=True)
class Condition:
    """How a model is asked.

    Attributes
    ----------
    name : str
    fields : CardFields
        What stands on the card.
    source : {"guide", "none", "shuffled", "oracle"}
        Whose reading it is: this crop's, nobody's, another crop's, or the truth.
    images : bool
        Whether the images are the pair's, or grey.
    """

    name: str
    fields: CardFields
    source: Source = "guide"
    images: bool = True


def condition(name: str, base: CardFields | None = None, images: bool = True) -> Condition:
    """A condition by its name.

    Parameters
    ----------
    base : CardFields, optional
        The card of conditions that name none; the engine's own by default.

    Raises
    ------
    ValueError
        There is no such condition.
    """
    fields = preset(DEFAULT) if base is None else base
    if name == NO_IMAGES:
        return Condition(name, fields, images=False)
    if name in PRESETS:
        return Condition(name, PRESETS[name], images=images)
    if name in BRANCHES:
        return Condition(name, BRANCHES[name], images=images)
    for source in SOURCES:
        if name == source:
            return Condition(name, fields, source, images)
    raise ValueError(f"no such condition: {name}; there are {', '.join(NAMES)}")


def cards(cases: Sequence[Case], asked: Condition, seed: int = 0) -> list[TileReading | None]:
    """The reading on each case's card; None for no card.

    Raises
    ------
    ValueError
        Cards cannot be shuffled among fewer than two cases, or a case has no truth.
    """
    if asked.source == "none":
        return [None] * len(cases)
    if asked.source == "oracle":
        if any(case.oracle is None for case in cases):
            raise ValueError("a card without errors needs crops with masks and sentences")
        return [case.oracle for case in cases]
    if asked.source == "guide":
        return [case.reading for case in cases]
    if len(cases) < 2:
        raise ValueError("cards of fewer than two crops cannot be shuffled")
    # One round through all of them: no crop keeps its own card.
    round_trip = np.random.default_rng(seed).permutation(len(cases))
    dealt: list[TileReading | None] = [None] * len(cases)
    for giver, taker in zip(round_trip, np.roll(round_trip, -1), strict=True):
        dealt[taker] = cases[giver].reading
    return dealt
