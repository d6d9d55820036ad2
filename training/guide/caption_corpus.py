"""Batches of sentences for the caption decoder, with what was seen of each pair."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.guide.caption import CaptionDecoder
from training.guide.caption_data import Example, padded
from training.guide.caption_fit import CaptionConfig
from training.guide.concept_decoder import ConceptDecoder
from training.guide.concept_fit import Blur
from training.guide.stages import caption_loss
from training.guide.word_decoder import WordDecoder

Tokens = tuple[int, ...]


def draw(rng: np.random.Generator, count: int, size: int) -> list[int]:
    """``size`` indices below ``count``, or none where there is nothing to draw."""
    return rng.integers(count, size=size).tolist() if count else []


def drawn_examples(
    rng: np.random.Generator,
    changed: Sequence[Example],
    unchanged: Sequence[Example],
    config: CaptionConfig,
) -> list[Example]:
    """A batch of sentences, ``unchanged_share`` of them of unchanged pairs."""
    still = round(config.unchanged_share * config.batch) if unchanged else 0
    out = [unchanged[i] for i in draw(rng, len(unchanged), still)]
    return out + [changed[i] for i in draw(rng, len(changed), config.batch - still)]


@torch.no_grad()
def mean_loss(
    decoder: WordDecoder, memories: Sequence[Tensor], sentences: Sequence[Sequence[Tokens]]
) -> float:
    """Mean word loss over batches of memories and their sentences."""
    total, words = 0.0, 0
    for memory, several in zip(memories, sentences, strict=True):
        tokens = padded(several).to(memory.device)
        count = sum(len(sentence) - 1 for sentence in several)
        total += float(caption_loss(decoder, memory, tokens)) * count
        words += count
    return total / max(1, words)


def pieces(count: int, size: int = 64) -> list[range]:
    """Consecutive ranges of ``size`` that cover ``count``."""
    return [range(start, min(count, start + size)) for start in range(0, count, size)]


@dataclasses.dataclass(frozen=True)
class MapCorpus:
    """Pairs as maps; sentences without images have a memory of nothing.

    Attributes
    ----------
    seen : Tensor
        Evidence (crops, views, C, h, w), any float type.
    changed, unchanged : sequence of Example
        Training sentences by kind of pair.
    held : sequence of Example
        Validation sentences of changed pairs.
    texts : sequence of token tuples
        Sentences without images.
    """

    seen: Tensor
    changed: Sequence[Example]
    unchanged: Sequence[Example]
    held: Sequence[Example]
    texts: Sequence[Tokens]

    def loss(self, decoder: WordDecoder, config: CaptionConfig, step: int) -> Tensor:
        """Loss of the batch that belongs to one step."""
        assert isinstance(decoder, CaptionDecoder)
        rng = np.random.default_rng([config.seed, step])
        device = decoder.out.weight.device
        if self.texts and (step < config.text_steps or rng.random() < config.text_share):
            sentences = [self.texts[i] for i in draw(rng, len(self.texts), config.batch)]
            memory = decoder.nothing_seen(len(sentences))
        else:
            drawn = drawn_examples(rng, self.changed, self.unchanged, config)
            sentences = [example.tokens for example in drawn]
            memory = decoder.remember(self._seen(drawn).to(device))
        return caption_loss(decoder, memory, padded(sentences).to(device), config.smoothing)

    @torch.no_grad()
    def held_loss(self, decoder: WordDecoder) -> float | None:
        """Mean word loss on the validation crops."""
        if not self.held:
            return None
        device = decoder.out.weight.device
        parts = [[self.held[i] for i in piece] for piece in pieces(len(self.held))]
        memories = [decoder.remember(self._seen(part).to(device)) for part in parts]
        return mean_loss(decoder, memories, [[e.tokens for e in part] for part in parts])

    def _seen(self, drawn: Sequence[Example]) -> Tensor:
        return self.seen[[e.crop for e in drawn], [e.view for e in drawn]].float()


@dataclasses.dataclass(frozen=True)
class Texts:
    """Sentences without images: true concepts (n, K) of each one's pair, and tokens."""

    values: NDArray[np.float32]
    tokens: Sequence[Tokens]


@dataclasses.dataclass(frozen=True)
class ConceptCorpus:
    """Pairs as concepts; those without images get theirs from the sentences, blurred.

    Attributes
    ----------
    seen : ndarray
        Concepts (crops, views, K) as regressions that never saw the crop's place predict them.
    changed, unchanged, held
        As in :class:`MapCorpus`.
    texts, held_texts : Texts
        For training and for validation.
    blur : Blur
        From true concepts to predicted ones.
    """

    seen: NDArray[np.floating]
    changed: Sequence[Example]
    unchanged: Sequence[Example]
    held: Sequence[Example]
    texts: Texts
    held_texts: Texts
    blur: Blur

    def loss(self, decoder: WordDecoder, config: CaptionConfig, step: int) -> Tensor:
        """Loss of the batch that belongs to one step."""
        rng = np.random.default_rng([config.seed, step])
        text = step < config.text_steps or rng.random() < config.text_share
        if self.texts.tokens and text:
            rows = draw(rng, len(self.texts.tokens), config.batch)
            sentences = [self.texts.tokens[i] for i in rows]
            values = self.blur(self.texts.values[rows], rng)
        else:
            drawn = drawn_examples(rng, self.changed, self.unchanged, config)
            sentences = [example.tokens for example in drawn]
            values = self._seen(drawn)
        memory = _told(decoder, values)
        return caption_loss(decoder, memory, padded(sentences).to(memory.device), config.smoothing)

    @torch.no_grad()
    def held_loss(self, decoder: WordDecoder) -> float | None:
        """Mean of the word losses on validation crops and on validation texts."""
        losses = []
        if self.held:
            parts = [[self.held[i] for i in piece] for piece in pieces(len(self.held))]
            memories = [_told(decoder, self._seen(part)) for part in parts]
            losses.append(mean_loss(decoder, memories, [[e.tokens for e in p] for p in parts]))
        if self.held_texts.tokens:
            blurred = self.blur(self.held_texts.values, np.random.default_rng(0))
            ranges = pieces(len(self.held_texts.tokens))
            memories = [_told(decoder, blurred[list(piece)]) for piece in ranges]
            sentences = [[self.held_texts.tokens[i] for i in piece] for piece in ranges]
            losses.append(mean_loss(decoder, memories, sentences))
        return float(np.mean(losses)) if losses else None

    def _seen(self, drawn: Sequence[Example]) -> NDArray[np.floating]:
        return self.seen[[e.crop for e in drawn], [e.view for e in drawn]]


def _told(decoder: WordDecoder, values: NDArray) -> Tensor:
    assert isinstance(decoder, ConceptDecoder)
    return decoder.tell(torch.as_tensor(values, dtype=torch.float32).to(decoder.absent.device))
