"""The crops a language model is asked about, each with the reading its guide card is made of.

A card here is the engine's: the objects that are kept in the layers, cut by the crop and counted as
a tile is; the flag's score; the decoder's sentence where the guide saw any pixel of change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.guide.agreement import best_wording, completed
from engine.guide.reading import UNCHANGED, tile_caption
from engine.guide.tile_reading import ACTIONS, TileReading, read_tile
from engine.language.messages import Date
from engine.objects.objects import action_of
from training.evaluate.captions import decoded
from training.evaluate.claims import Claims, Limits, class_map
from training.evaluate.language.consensus import most_liked
from training.evaluate.places import Places, Reading
from training.evaluate.window import Array
from training.guide.told import Crop
from training.guide.vocabulary import is_unchanged

_APPEARED, _CHANGED = ACTIONS.index("appeared"), ACTIONS.index("changed")


@dataclass(frozen=True)
class Case:
    """One crop.

    Attributes
    ----------
    name, unit : str
        The crop, and the place a bootstrap draws (its tile).
    images : mapping
        uint8 (h, w, 3) by date.
    reading : TileReading
        What the layers hold there: the card's, and what sentences are compared with.
    sentences : tuple of str
        People's; empty for a generated crop.
    truth : ndarray, optional
        bool (h, w), building change; None where it is not known.
    oracle : TileReading, optional
        A card without errors: the true buildings and people's own sentence.
    guide : str, optional
        The caption decoder's sentence, on unchanged crops, too; None without a decoder.
    """

    name: str
    unit: str
    images: Mapping[Date, Array]
    reading: TileReading
    sentences: tuple[str, ...] = ()
    truth: Array | None = None
    oracle: TileReading | None = None
    guide: str | None = None

    @property
    def changed(self) -> bool:
        """Whether people saw a change."""
        return not is_unchanged(self.sentences)

    @property
    def template(self) -> str:
        """The sentence that the map's objects fill in."""
        return tile_caption(self.reading.findings)

    @property
    def without(self) -> str:
        """What the layers say without a language model."""
        told = self.reading.caption
        if not self.reading.changed or told is None:
            return self.template
        return completed(told, self.reading.findings) or self.template


def report_cases(places: Places) -> list[Case]:
    """Every captioned crop of some tiles, in the tiles' order."""
    wordings = decoded(places) or {}
    return [
        _case(places, reading, crop, wordings.get(crop.name, ()))
        for reading in places.readings
        for crop in reading.crops
    ]


def _case(places: Places, reading: Reading, crop: Crop, wordings: tuple[str, ...]) -> Case:
    limits, outputs = places.subject.limits, places.crop_outputs[crop.name]
    images: dict[Date, Array] = {
        "before": np.ascontiguousarray(reading.tile.before[crop.where]),
        "after": np.ascontiguousarray(reading.tile.after[crop.where]),
    }
    score = round(float(np.ravel(outputs["flag"])[0]), 4) if "flag" in outputs else None
    seen = class_map(reading.change[(slice(None), *crop.where)], limits).any()
    truth = reading.truth[crop.where]
    appeared = reading.tile.truth[(*crop.where, 1)] > 0
    return Case(
        crop.name,
        crop.tile,
        images,
        card_reading(reading.claims, crop.where, limits, score, wordings if seen else ()),
        crop.sentences,
        truth,
        _oracle(truth, appeared, crop.sentences),
        wordings[0] if wordings else None,
    )


def card_reading(
    claims: Mapping[str, Claims],
    where: tuple[slice, slice],
    limits: Limits,
    score: float | None,
    wordings: Sequence[str],
) -> TileReading:
    """The engine's reading of a window of an image whose objects are judged.

    Parameters
    ----------
    wordings : sequence of str
        The caption decoder's; none where the guide saw no pixel of change.
    """
    labels = claims[limits.classes[0]].labels[where]
    codes, actions = np.zeros(labels.shape, np.uint8), np.zeros(labels.shape, np.uint8)
    for code, name in enumerate(limits.classes, 1):
        found = claims[name]
        labels = found.labels[where]
        ways = [ACTIONS.index(action_of(float(value), name)) for value in found.appeared]
        codes[labels > 0] = code
        actions[labels > 0] = np.array([0, *ways], np.uint8)[labels[labels > 0]]
    reading = read_tile(codes, actions, limits.classes, change_score=score, sketched=True)
    return dataclasses.replace(reading, caption=best_wording(wordings, reading.findings))


def _oracle(truth: Array, appeared: Array, sentences: Sequence[str]) -> TileReading:
    """Roads and other things are on no mask: the card says nothing of them."""
    actions = np.where(appeared, _APPEARED, _CHANGED).astype(np.uint8)
    unchanged = is_unchanged(sentences)
    return read_tile(
        truth.astype(np.uint8),
        actions,
        ("building",),
        changed=not unchanged,
        change_score=0.0 if unchanged else 1.0,
        caption=UNCHANGED if unchanged else most_liked(sentences),
        sketched=True,
    )
