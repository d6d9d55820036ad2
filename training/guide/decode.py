"""Sentences from the caption decoder: greedy, beam, sampled, and the consensus of many."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

from engine.guide.consensus import consensus
from training.guide.vocabulary import END, MAX_LENGTH, PAD, START, UNKNOWN
from training.guide.word_decoder import WordDecoder

NEVER = (PAD, START, UNKNOWN)
"""Ids that no sentence may hold."""


@dataclasses.dataclass(frozen=True)
class Sentence:
    """Word ids without ``<start>`` and ``<end>``, and the log-probability of all of them."""

    ids: tuple[int, ...]
    score: float


def _log_next(decoder: WordDecoder, memory: Tensor, tokens: Tensor) -> Tensor:
    logits = decoder.next_logits(memory, tokens).float()
    logits[:, list(NEVER)] = -torch.inf
    return logits.log_softmax(-1)


def _inner(tokens: Tensor) -> tuple[int, ...]:
    ids = tokens.tolist()[1:]
    return tuple(ids[: ids.index(END)] if END in ids else ids)


@torch.no_grad()
def greedy(decoder: WordDecoder, memory: Tensor, longest: int = MAX_LENGTH) -> list[Sentence]:
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
    decoder: WordDecoder,
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
    decoder: WordDecoder, memory: Tensor, width: int = 4, longest: int = MAX_LENGTH
) -> list[list[Sentence]]:
    """The ``width`` best finished sentences of a beam search, likeliest first.

    Likeliest is by the mean log-probability of a word, ``<end>`` included: sums would favour
    short sentences.
    """
    return [_beam_one(decoder, one[None], width, longest) for one in memory]


def _beam_one(decoder: WordDecoder, memory: Tensor, width: int, longest: int) -> list[Sentence]:
    tokens = torch.full((1, 1), START, device=memory.device)
    score = torch.zeros(1, device=memory.device)
    done: list[tuple[float, Sentence]] = []
    while len(tokens) and tokens.shape[1] < longest:
        chance = _log_next(decoder, memory.expand(len(tokens), -1, -1), tokens) + score[:, None]
        best, flat = chance.flatten().topk(min(2 * width, chance.numel()))
        rows, words = flat // chance.shape[1], flat % chance.shape[1]
        ended = (words == END) & torch.isfinite(best)
        for value, row in zip(best[ended].tolist(), rows[ended].tolist(), strict=True):
            done.append((value / tokens.shape[1], Sentence(_inner(tokens[row]), value)))
        done = sorted(done, key=lambda pair: -pair[0])[:width]
        going = torch.nonzero((words != END) & torch.isfinite(best))[:width, 0]
        score = best[going]
        tokens = torch.cat((tokens[rows[going]], words[going, None]), 1)
        # However long it gets, an open sentence's mean stays below this.
        if len(done) == width and len(score) and done[-1][0] >= float(score.max()) / longest:
            break
    if not done:
        done = [
            (value / tokens.shape[1], Sentence(_inner(row), value))
            for value, row in zip(score.tolist(), tokens, strict=True)
        ]
    return [found for _, found in done]


def agreed(candidates: list[list[Sentence]]) -> list[Sentence]:
    """Of each pair's candidates the one most like the others, by the engine's own rule."""
    return [
        several[consensus([s.ids for s in several], [s.score for s in several])]
        for several in candidates
    ]
