"""What people's sentences say of one class, as evidence beside a mask."""

from __future__ import annotations

from collections.abc import Sequence

from engine.guide.claims import claims
from training.evaluate.road_sentences import says_road_built

MAJORITY = 0.5
"""More than this share of the sentences have to agree."""


def says_changed(sentence: str, name: str) -> bool:
    """Whether a sentence says that something of a class changed; places do not count.

    Parameters
    ----------
    name : {"road", "building"}

    >>> says_changed("houses are built along the road", "road")
    False
    >>> says_changed("houses are built along the road", "building")
    True
    """
    if name == "road" and says_road_built(sentence):
        return True
    # "along the newly built road" is a place to the one reader and a road that came to the other.
    actions = ("disappeared", "changed") if name == "road" else ("appeared", "disappeared")
    return any(
        claim.class_name == name and claim.action in actions for claim in claims(sentence).things
    )


def most_say(sentences: Sequence[str], name: str) -> bool:
    """Whether more than half of some sentences say that a class changed."""
    return sum(says_changed(sentence, name) for sentence in sentences) > MAJORITY * len(sentences)
