"""Which fields of the guide's reading stand on the card: switches, and the three presets.

The presets are also the ablation study: ``released`` is what ChangeVG's published code tells the
language model (the caption, and only where a caption is asked for), ``figure`` what its figures
show (caption, counts, cells), ``full`` everything the guide knows. Source: science.md 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.errors import UsageError

NAMED = ("building", "road")


@dataclass(frozen=True)
class CardFields:
    """Switches of the card, each on its own; the default card is empty.

    Attributes
    ----------
    flag : bool
        Whether the tile changed.
    caption : bool
        The global branch's sentence.
    counts : bool
        Objects by class.
    actions : bool
        Behind each count, how many appeared, disappeared, changed.
    cells : bool
        Where, in 3×3 words.
    sketches : bool
        Outlines of at most eight corners.
    confidence : bool
        Behind the flag and each count, 0…1.
    classes : tuple of str
        Of these, in this order.
    caption_only : bool
        The card goes with requests for a caption alone, not with the other tasks.
    """

    flag: bool = False
    caption: bool = False
    counts: bool = False
    actions: bool = False
    cells: bool = False
    sketches: bool = False
    confidence: bool = False
    classes: tuple[str, ...] = NAMED
    caption_only: bool = False


PRESETS: Mapping[str, CardFields] = MappingProxyType(
    {
        "released": CardFields(caption=True, caption_only=True),
        "figure": CardFields(caption=True, counts=True, cells=True),
        "full": CardFields(
            flag=True,
            caption=True,
            counts=True,
            actions=True,
            cells=True,
            sketches=True,
            confidence=True,
            classes=(*NAMED, "other"),
        ),
    }
)
"""Cards by name."""


def preset(name: str) -> CardFields:
    """The switches of a preset.

    Raises
    ------
    UsageError
        There is no such preset.
    """
    if name not in PRESETS:
        raise UsageError(
            f"guide card {name!r} is unknown.", hint=f"Choose one of {', '.join(PRESETS)}."
        )
    return PRESETS[name]
