"""Which of several candidate sentences would please most of those who might have written them.

Minimum Bayes risk: each candidate is scored as captions are scored, against five readers drawn from
the candidates themselves. What a caption metric counts is put in closed form: the chance that an
n-gram is among five sentences (BLEU), the best overlap with one of five (METEOR, ROUGE), the mean
likeness to all (CIDEr). Sources: Kumar and Byrne 2004 (minimum Bayes risk decoding); Papineni et
al. 2002 (BLEU); Banerjee and Lavie 2005 (METEOR); Vedantam et al. 2015 (CIDEr).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FIRST_WORD = 3
"""Ids below are padding, start and end; ``<unk>`` and the words count."""
ORDERS = (1, 2, 3, 4)
READERS = 5
RECALL_METEOR, RECALL_ROUGE = 0.85, 0.6
LENGTH_SPREAD = 6.0
LIKENESS_WEIGHT = 2.0
DIGITS = 9
_TINY = 1e-4

Array = NDArray[np.float64]


def consensus(candidates: Sequence[Sequence[int]], scores: Sequence[float]) -> int:
    """Index of the candidate that five readers like best; parameters as :func:`ranked`."""
    return ranked(candidates, scores)[0]


def ranked(candidates: Sequence[Sequence[int]], scores: Sequence[float]) -> list[int]:
    """Indices of the distinct candidates, those that five readers like best first.

    Parameters
    ----------
    candidates : sequence of sequences of int
        Word ids; specials at either end do not count. A sentence drawn twice votes twice.
    scores : sequence of float
        Log-probability of each candidate; of equals the likelier goes first.

    Raises
    ------
    ValueError
        No candidates, or not one score for each.
    """
    if not candidates or len(candidates) != len(scores):
        raise ValueError(f"{len(candidates)} candidates and {len(scores)} scores")
    sentences = [tuple(word for word in ids if word >= FIRST_WORD) for ids in candidates]
    votes = Counter(sentences)
    distinct = sorted(votes)
    shares = np.array([votes[sentence] for sentence in distinct], float) / len(sentences)
    worth = dict(zip(distinct, utility(distinct, shares).tolist(), strict=True))
    order = sorted(range(len(sentences)), key=lambda index: (-scores[index], index))
    # What differs by rounding alone is tied.
    order.sort(key=lambda index: -round(worth[sentences[index]], DIGITS))
    kept: dict[tuple[int, ...], int] = {}
    for index in order:
        kept.setdefault(sentences[index], index)
    return list(kept.values())


def utility(sentences: Sequence[tuple[int, ...]], shares: Array) -> Array:
    """What each sentence is worth to five readers, float64 (n,), at least 0.

    Parameters
    ----------
    sentences : sequence of tuples of int
        Distinct; word ids without specials.
    shares : float array (n,)
        How often each is said; they add up to 1.
    """
    counts = [_counts(sentences, order) for order in ORDERS]
    lengths = np.array([len(sentence) for sentence in sentences], float)
    precision = np.stack([_read(table, shares) for table in counts])
    bleu = np.exp(np.log(precision + _TINY).mean(axis=0))
    words, pairs = (_overlap(table) for table in counts[:2])
    meteor = _best_of(words, lengths, RECALL_METEOR, shares)
    rouge = _best_of(words, lengths, RECALL_ROUGE, shares)
    rouge += _best_of(pairs, lengths - 1, RECALL_ROUGE, shares)
    alike = sum(_cosine(table) for table in counts) / len(ORDERS)
    gap = lengths[:, None] - lengths[None]
    alike = alike * np.exp(-(gap**2) / (2 * LENGTH_SPREAD**2))
    worth: Array = bleu + meteor + rouge / 2 + LIKENESS_WEIGHT * (alike @ shares)
    return worth


def _counts(sentences: Sequence[tuple[int, ...]], order: int) -> Array:
    """How often each n-gram stands in each sentence, (n, n-grams)."""
    grams = [
        Counter(sentence[i : i + order] for i in range(len(sentence) - order + 1))
        for sentence in sentences
    ]
    columns = {gram: index for index, gram in enumerate(sorted(set().union(*grams)))}
    table = np.zeros((len(sentences), max(1, len(columns))))
    for row, counter in zip(table, grams, strict=True):
        for gram, count in counter.items():
            row[columns[gram]] = count
    return table


def _read(table: Array, shares: Array) -> Array:
    """Mean chance of a sentence's n-grams to be among the readers' sentences."""
    among = 1 - (1 - np.minimum(1, shares @ (table > 0))) ** READERS
    result: Array = table @ among / np.maximum(1, table.sum(axis=1))
    return result


def _overlap(table: Array) -> Array:
    present = (table > 0).astype(float)
    result: Array = present @ present.T
    return result


def _best_of(overlap: Array, sizes: Array, recall: float, shares: Array) -> Array:
    """Expected best F of a sentence with one of the readers; ``recall`` is the weight of recall."""
    floor = np.maximum(1, sizes)
    precise, recalled = overlap / floor[:, None], overlap / floor[None]
    f = precise * recalled / (recall * precise + (1 - recall) * recalled + 1e-12)
    order = np.argsort(f, axis=1)
    below = np.cumsum(shares[order], axis=1) ** READERS
    chance = np.diff(below, axis=1, prepend=0.0)
    result: Array = (np.take_along_axis(f, order, axis=1) * chance).sum(axis=1)
    return result


def _cosine(table: Array) -> Array:
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    result: Array = unit @ unit.T
    return result
