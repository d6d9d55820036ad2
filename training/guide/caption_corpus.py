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
    """Concepts (n, K) and the tokens of one sentence for each."""

    values: NDArray[np.floating]
    tokens: Sequence[Tokens]


@dataclasses.dataclass(frozen=True)
class ConceptCorpus:
    """Sentences of pairs without images, which have their concepts from the sentences, blurred.

    First the decoder learns what each pair's people said, then what most people would agree on
    (``concept_targets``): its likeliest sentence is the one to say.

    Attributes
    ----------
    texts : Texts
        Sentences and the true concepts of their pairs.
    blur : Blur
        From true concepts to predicted ones.
    agreed, held_agreed : Texts
        Predicted concepts and the sentences agreed on, for training and for validation.
    """

    texts: Texts
    blur: Blur
    agreed: Texts
    held_agreed: Texts

    def loss(self, decoder: WordDecoder, config: CaptionConfig, step: int) -> Tensor:
        """Loss of the batch that belongs to one step."""
        rng = np.random.default_rng([config.seed, step])
        source = self.texts if step < config.text_steps else self.agreed
        rows = draw(rng, len(source.tokens), config.batch)
        values = source.values[rows]
        if source is self.texts:
            values = self.blur(values, rng)
        memory = _told(decoder, values)
        tokens = padded(source.tokens[i] for i in rows).to(memory.device)
        return caption_loss(decoder, memory, tokens, config.smoothing)

    @torch.no_grad()
    def held_loss(self, decoder: WordDecoder) -> float | None:
        """Mean word loss on the validation sentences."""
        tokens = self.held_agreed.tokens
        if not tokens:
            return None
        ranges = pieces(len(tokens))
        memories = [_told(decoder, self.held_agreed.values[list(piece)]) for piece in ranges]
        return mean_loss(decoder, memories, [[tokens[i] for i in piece] for piece in ranges])


def _told(decoder: WordDecoder, values: NDArray[np.floating]) -> Tensor:
    assert isinstance(decoder, ConceptDecoder)
    return decoder.tell(torch.as_tensor(values, dtype=torch.float32).to(decoder.absent.device))
