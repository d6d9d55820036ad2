"""What sentences speak of: a few dozen concepts that people name in different words.

Annotators of different places write in different ways: "villas" here, "detached houses" there, for
the same roofs. A decoder that learns from the few places with images learns their annotators'
habits too. Concepts lie between: what a place looks like decides the concepts, and how people put
concepts into words is learned from all sentences, also those whose images are not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.guide.vocabulary import words_of

_WORDS = {
    "building": "building buildings house houses villa villas mansion mansions residential"
    " bungalow bungalows construction constructions architecture architectures factory factories"
    " warehouse warehouses home homes residence residences cottage cottages hut huts mall workshop"
    " workshops",
    "villa": "villa villas",
    "house": "house houses",
    "road": "road roads street streets path paths track tracks lane lanes",
    "crossing": "cross crossroad crossroads crossing crossings intersection intersections tshaped"
    " roundabout roundabouts fork forks",
    "curve": "winding arc turning curved bend bended ring circular",
    "many": "many massive lots plenty numerous several rows lines most area residential",
    "some": "some few several",
    "two": "two",
    "three": "three four",
    "rows": "row rows line lines neatly arranged orderly",
    "both": "both sides",
    "along": "along beside alongside next near by",
    "bare": "bareland bare land desert wasteland open space ground soil sand",
    "forest": "forest woods trees tree jungle wood",
    "grass": "grass meadow grassland lawn vegetation plants green farmland field fields",
    "removed": "removed disappear disappears disappeared replace replaces replaced replacing place"
    " cleared",
    "water": "pool pools pond lake river",
    "parking": "parking lot lots square playground court",
    "corner": "corner",
    "left": "left",
    "right": "right",
    "top": "top upper above",
    "bottom": "bottom lower below",
    "center": "center middle",
    "large": "large huge big massive giant",
    "small": "small tiny little",
    "existing": "existing original old other",
    "completed": "completed rebuilt widened extended",
}
_SETS = {name: frozenset(words.split()) for name, words in _WORDS.items()}
_ONE = re.compile(
    r"\b(?:a|an|one)(?: \w+){0,2} (?:building|house|villa|mansion|bungalow|residence|construction"
    r"|factory|cottage|warehouse)\b"
)
NAMES = (*_SETS, "one")
"""Concepts in the order of the values; ``one`` is a single building."""


def concepts_of(sentences: Sequence[str]) -> NDArray[np.float32]:
    """Share of a pair's sentences that speak of each concept, float32 (len(NAMES),), 0..1.

    >>> dict(zip(NAMES, concepts_of(["two villas appear", "a road is built"])))["villa"].item()
    0.5
    """
    total = np.zeros(len(NAMES), np.float32)
    for sentence in sentences:
        words = words_of(sentence)
        present = set(words)
        said = [bool(present & known) for known in _SETS.values()]
        total += np.array([*said, bool(_ONE.search(" ".join(words)))], np.float32)
    shares: NDArray[np.float32] = total / np.float32(max(1, len(sentences)))
    return shares
