"""Sentences from the caption decoder: greedy, beam, sampled, and the consensus of many."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

from engine.guide.consensus import consensus
from training.guide.caption import CaptionDecoder
from training.guide.vocabulary import END, MAX_LENGTH, PAD, START, UNKNOWN

NEVER = (PAD, START, UNKNOWN)
"""Ids that no sentence may hold."""


@dataclasses.dataclass(frozen=True)
class Sentence:
    """Word ids without ``<start>`` and ``<end>``, and the log-probability of all of them."""

    ids: tuple[int, ...]
    score: float


def _log_next(decoder: CaptionDecoder, memory: Tensor, tokens: Tensor) -> Tensor:
    logits = decoder.next_logits(memory, tokens).float()
    logits[:, list(NEVER)] = -torch.inf
    return logits.log_softmax(-1)


def _inner(tokens: Tensor) -> tuple[int, ...]:
    ids = tokens.tolist()[1:]
    return tuple(ids[: ids.index(END)] if END in ids else ids)


@torch.no_grad()
def greedy(decoder: CaptionDecoder, memory: Tensor, longest: int = MAX_LENGTH) -> list[Sentence]:
    """The likeliest next word, again and again, for each memory (N, T, width)."""
    tokens = torch.full((len(memory), 1), START, device=memory.device)
    score = torch.zeros(len(memory), device=memory.device)
    over = torch.zeros(len(memory), dtype=torch.bool, device=memory.device)
    while tokens.shape[1] < longest and not over.all():
        best, word = _log_next(decoder, memory, tokens).max(-1)
        score = score + best.masked_fill(over, 0.0)
        tokens = torch.cat((tokens, word.masked_fill(over, PAD)[:, None]), 1)
        over |= word == END
    return [Sentence(_inner(t), float(s)) for t, s in zip(tokens, score, strict=True)]


@torch.no_grad()
def sample(
    decoder: CaptionDecoder,
    memory: Tensor,
    count: int,
    temperature: float = 1.0,
    seed: int = 0,
    longest: int = MAX_LENGTH,
) -> list[list[Sentence]]:
    """``count`` random sentences for each memory (N, T, width).

    Parameters
    ----------
    temperature : float
        Logits are divided by it: below one, likely words become likelier.
    seed : int
        Two calls with the same seed and memory draw the same sentences. Scores are
        log-probabilities at temperature one.
    """
    source = torch.Generator(memory.device).manual_seed(seed)
    wide = memory.repeat_interleave(count, 0)
    tokens = torch.full((len(wide), 1), START, device=memory.device)
    score = torch.zeros(len(wide), device=memory.device)
    over = torch.zeros(len(wide), dtype=torch.bool, device=memory.device)
    while tokens.shape[1] < longest and not over.all():
        chance = _log_next(decoder, wide, tokens)
        word = torch.multinomial((chance / temperature).softmax(-1), 1, generator=source)
        score = score + chance.gather(1, word)[:, 0].masked_fill(over, 0.0)
        tokens = torch.cat((tokens, word.masked_fill(over[:, None], PAD)), 1)
        over |= word[:, 0] == END
    drawn = [Sentence(_inner(t), float(s)) for t, s in zip(tokens, score, strict=True)]
    return [drawn[start : start + count] for start in range(0, len(drawn), count)]


@torch.no_grad()
def beam(
    decoder: CaptionDecoder, memory: Tensor, width: int = 4, longest: int = MAX_LENGTH
) -> list[list[Sentence]]:
    """The ``width`` best finished sentences of a beam search, likeliest first.

    Likeliest is by the mean log-probability of a word, ``<end>`` included: sums would favour
    short sentences.
    """
    return [_beam_one(decoder, one[None], width, longest) for one in memory]


def _beam_one(decoder: CaptionDecoder, memory: Tensor, width: int, longest: int) -> list[Sentence]:
    tokens = torch.full((1, 1), START, device=memory.device)
    score = torch.zeros(1, device=memory.device)
    done: list[tuple[float, Sentence]] = []
    while len(tokens) and tokens.shape[1] < longest and len(done) < width:
        chance = _log_next(decoder, memory.expand(len(tokens), -1, -1), tokens) + score[:, None]
        best, flat = chance.flatten().topk(min(2 * width, chance.numel()))
        rows, words = flat // chance.shape[1], flat % chance.shape[1]
        ended = words == END
        for value, row in zip(best[ended].tolist(), rows[ended].tolist(), strict=True):
            if value > -torch.inf:
                found = Sentence(_inner(tokens[row]), value)
                done.append((value / tokens.shape[1], found))
        open_rows = torch.nonzero(~ended & torch.isfinite(best))[:width, 0]
        score = best[open_rows]
        tokens = torch.cat((tokens[rows[open_rows]], words[open_rows, None]), 1)
    done += [
        (value / tokens.shape[1], Sentence(_inner(row), value))
        for value, row in zip(score.tolist(), tokens, strict=False)
        if len(done) < width
    ]
    return [found for _, found in sorted(done, key=lambda pair: -pair[0])[:width]]


def agreed(candidates: list[list[Sentence]]) -> list[Sentence]:
    """Of each pair's candidates the one most like the others, by the engine's own rule."""
    return [
        several[consensus([s.ids for s in several], [s.score for s in several])]
        for several in candidates
    ]
