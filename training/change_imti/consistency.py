"""Where the sources of one pair contradict each other (science.md 1.2, defect 4)."""

from __future__ import annotations

from dataclasses import dataclass

from training.change_imti.labels import Labels
from training.change_imti.pair import LabelledPair
from training.change_imti.said import most_say
from training.guide.vocabulary import is_unchanged

KINDS = {
    "unchanged_but_masked": "people said that nothing changed, the mask has objects",
    "said_but_not_masked": "most sentences say that the class changed, its mask has no object",
    "flag_against_sentences": "the change flag is not what the sentences say",
}


@dataclass(frozen=True)
class Contradiction:
    """One disagreement: ``kind`` is one of :data:`KINDS`, ``class_name`` empty for the pair."""

    image_id: str
    split: str
    kind: str
    class_name: str
    count: int | None


def contradictions(pair: LabelledPair, labels: Labels) -> list[Contradiction]:
    """Every contradiction between a pair's flag, sentences and masks.

    A changed pair whose masks are empty is none as long as no class is named that a mask should
    show: a felled wood is a change and neither a road nor a building.

    Parameters
    ----------
    pair : LabelledPair
    labels : Labels
        By the counter of the dataset that is built.
    """

    def one(kind: str, name: str = "", count: int | None = None) -> Contradiction:
        return Contradiction(pair.image_id, pair.split, kind, name, count)

    out = []
    for name, found in labels.found.items():
        if pair.said_changed is False and found.count:
            out.append(one("unchanged_but_masked", name, found.count))
        if pair.said_changed and not found.count and most_say(pair.sentences, name):
            out.append(one("said_but_not_masked", name, 0))
    if pair.sentences and pair.said_changed is is_unchanged(pair.sentences):
        out.append(one("flag_against_sentences"))
    return out
