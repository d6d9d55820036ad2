"""The answers that a pair has, by the rules of a flavour; None where there is no label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.guide.reading import UNCHANGED
from training.change_imti.counting import COUNTERS, Found
from training.change_imti.pair import CLASSES, Flavour, LabelledPair, plain
from training.change_imti.said import most_say

NOWHERE = "No change"
"""The answer to "where?" when there is nothing."""


@dataclass(frozen=True)
class Labels:
    """All answers of one pair.

    Attributes
    ----------
    changed : bool, optional
        Whether roads or buildings changed.
    changed_by : {"people", "mask", ""}
        Who says so.
    found : mapping of str to Found
        Only classes with a mask.
    captions : tuple of str
        Sentences to learn, one of an unchanged pair; empty where there is none.
    """

    changed: bool | None
    changed_by: str
    found: Mapping[str, Found]
    captions: tuple[str, ...]

    @property
    def binary(self) -> str | None:
        """``Yes`` or ``No``."""
        return None if self.changed is None else ("Yes" if self.changed else "No")

    def count(self, name: str) -> str | None:
        """Number of changed objects of a class, in digits."""
        found = self.found.get(name)
        return None if found is None else str(found.count)

    def cells(self, name: str) -> str | None:
        """Cells joined by commas, or :data:`NOWHERE`."""
        found = self.found.get(name)
        return None if found is None else ", ".join(found.cells) or NOWHERE


def read_labels(pair: LabelledPair, flavour: Flavour) -> Labels:
    """The labels of a pair.

    Counts and cells come from the masks, by the flavour's counter. Whether roads or buildings
    changed is, in ``paper``, what people said of the pair (science.md 1.2); ``clean`` asks the
    masks first, so that the answers of one pair agree, and people only where a class has none.

    Parameters
    ----------
    pair : LabelledPair
    flavour : {"paper", "clean"}
    """
    found = {name: COUNTERS[flavour](mask) for name, mask in pair.masks.items()}
    changed, source = pair.said_changed, "people"
    if flavour == "clean":
        changed, source = _measured_or_said(pair, found)
    return Labels(changed, source if changed is not None else "", found, _captions(pair))


def _captions(pair: LabelledPair) -> tuple[str, ...]:
    if pair.said_changed is False and pair.sentences:
        return (UNCHANGED,)
    return tuple(plain(sentence) for sentence in pair.sentences)


def _measured_or_said(pair: LabelledPair, found: Mapping[str, Found]) -> tuple[bool | None, str]:
    if any(one.count for one in found.values()):
        return True, "mask"
    unknown = [name for name in CLASSES if name not in found]
    if not unknown:
        return False, "mask"
    if pair.said_changed is False:
        return False, "people"
    if pair.said_changed and any(most_say(pair.sentences, name) for name in unknown):
        return True, "people"
    # "Changed" may mean trees only: without a mask nobody knows.
    return None, ""
