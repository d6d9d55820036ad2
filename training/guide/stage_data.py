"""Captioned crops with their masks, for training both branches of a guide together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from training.guide.caption_corpora import UNCHANGED
from training.guide.caption_data import CaptionedCrop, captioned_crops, padded, view_of
from training.guide.place_words import turned
from training.guide.tiles import Pair, levir_pairs, refuse_report
from training.guide.vocabulary import Vocabulary, text_sentences

_TURNED = np.array([0, 2, 1], np.uint8)


class StageBatch(NamedTuple):
    """Images uint8 (N, 3, H, W); labels as in ``Crops``; one sentence each, int64 (N, L)."""

    before: Tensor
    after: Tensor
    allowed: Tensor
    direction: Tensor
    flag: Tensor
    tokens: Tensor


class Draw(NamedTuple):
    """A crop in one of its views, the sentence to tell it in, and whether the dates are swapped."""

    crop: int
    view: int
    sentence: int
    swapped: bool


@dataclasses.dataclass(frozen=True)
class Told:
    """Captioned crops with their labels and the words they are told in."""

    crops: Sequence[CaptionedCrop]
    labels: Sequence[tuple[np.ndarray, np.ndarray]]
    vocabulary: Vocabulary

    def batch(self, draws: Iterable[Draw]) -> StageBatch:
        """The crops of some draws."""
        images: list[list[np.ndarray]] = [[], [], [], []]
        tokens, flags = [], []
        for draw in draws:
            crop, (allowed, direction) = self.crops[draw.crop], self.labels[draw.crop]
            dates = [crop.before, crop.after]
            if draw.swapped:
                dates, direction = dates[::-1], _TURNED[direction]
            for into, array in zip(images, (*dates, allowed, direction), strict=True):
                into.append(view_of(array, draw.view))
            # What people said of a change does not hold the other way round.
            silent = draw.swapped and crop.changed
            tokens.append([] if silent else self.words(crop, draw.view, draw.sentence))
            flags.append(int(crop.changed))
        befores, afters, classes, ways = (torch.from_numpy(np.stack(part)) for part in images)
        return StageBatch(
            befores.permute(0, 3, 1, 2),
            afters.permute(0, 3, 1, 2),
            classes,
            ways,
            torch.tensor(flags, dtype=torch.uint8),
            padded(tokens),
        )

    def words(self, crop: CaptionedCrop, view: int, number: int) -> list[int]:
        """Tokens of a sentence that fits a view, none where none does."""
        if not crop.changed:
            return self.vocabulary.encode(UNCHANGED)
        fitting = [words for text in crop.sentences if (words := turned(text.lower(), view))]
        return self.vocabulary.encode(fitting[number % len(fitting)]) if fitting else []

    def drawn(
        self, rng: np.random.Generator, count: int, views: Sequence[int], swapped: float
    ) -> StageBatch:
        """Random crops, each in one of some views, a share of them with their dates swapped."""
        return self.batch(
            Draw(
                int(rng.integers(len(self.crops))),
                int(rng.choice(views)),
                int(rng.integers(5)),
                bool(rng.random() < swapped),
            )
            for _ in range(count)
        )

    def all(self, size: int) -> Iterator[tuple[StageBatch, Sequence[CaptionedCrop]]]:
        """Every crop as it is, ``size`` at a time."""
        for start in range(0, len(self.crops), size):
            chosen = range(start, min(start + size, len(self.crops)))
            yield (
                self.batch(Draw(index, 0, 0, False) for index in chosen),
                [self.crops[index] for index in chosen],
            )


def told(root: Path, groups: tuple[str, ...], vocabulary: Vocabulary | None = None) -> Told:
    """The captioned LEVIR crops of some groups with their masks.

    Raises
    ------
    ValueError
        One of the tiles belongs to the report set.
    """
    refuse_report(groups)
    crops = captioned_crops(root, groups)
    pairs: dict[str, Pair] = {pair.name: pair for pair in levir_pairs(root, groups)}
    labels = [
        (pairs[crop.place].allowed[crop.where], pairs[crop.place].direction[crop.where])
        for crop in crops
    ]
    if vocabulary is None:
        texts = [*text_sentences(root), *(crop.sentences for crop in crops)]
        vocabulary = Vocabulary.from_sentences(text for five in texts for text in five)
    return Told(crops, labels, vocabulary)
