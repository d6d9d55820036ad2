"""Which of several candidate sentences says what most of them say.

Minimum Bayes risk by votes: the candidate with the largest mean likeness to all the others, where
likeness is what caption metrics look at (shared n-grams, shared order). Sources: Kumar and Byrne
2004 (minimum Bayes risk decoding); Vedantam et al. 2015 (CIDEr's n-gram cosine); Lin 2004
(ROUGE-L).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FIRST_WORD = 3
"""Ids below are padding, start and end; ``<unk>`` and the words vote."""
ORDERS = (1, 2, 3, 4)
TIE = 1e-9


def consensus(candidates: Sequence[Sequence[int]], scores: Sequence[float]) -> int:
    """Index of the candidate most like the others; the likelier one where two are as alike.

    Parameters
    ----------
    candidates : sequence of sequences of int
        Word ids; specials at either end do not count. A sentence drawn twice votes twice.
    scores : sequence of float
        Log-probability of each candidate.

    Raises
    ------
    ValueError
        No candidates, or not one score for each.
    """
    if not candidates or len(candidates) != len(scores):
        raise ValueError(f"{len(candidates)} candidates and {len(scores)} scores")
    sentences = [tuple(word for word in ids if word >= FIRST_WORD) for ids in candidates]
    distinct = sorted(set(sentences))
    votes = np.array([sentences.count(sentence) for sentence in distinct], float)
    alike = likeness(distinct)
    support = dict(zip(distinct, alike @ votes, strict=True))
    most = max(support.values())
    tied = [i for i, sentence in enumerate(sentences) if support[sentence] >= most - TIE]
    return max(tied, key=lambda index: (scores[index], -index))


def likeness(sentences: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
    """How alike sentences are, 0..1, float64 (n, n), symmetric: n-gram cosine and ROUGE-L, halved.

    Parameters
    ----------
    sentences : sequence of tuples of int
        Word ids without specials.
    """
    counts = [[_ngrams(sentence, order) for order in ORDERS] for sentence in sentences]
    norms = [[sum(v * v for v in grams.values()) ** 0.5 for grams in row] for row in counts]
    out = np.eye(len(sentences))
    for i in range(len(sentences)):
        for j in range(i):
            cosine = 0.0
            for order in range(len(ORDERS)):
                norm = norms[i][order] * norms[j][order]
                if norm:
                    small, large = sorted((counts[i][order], counts[j][order]), key=len)
                    cosine += sum(v * large[gram] for gram, v in small.items()) / norm
            value = (cosine / len(ORDERS) + _rouge(sentences[i], sentences[j])) / 2
            out[i, j] = out[j, i] = value
    return out


def _ngrams(sentence: tuple[int, ...], order: int) -> Counter[tuple[int, ...]]:
    return Counter(sentence[i : i + order] for i in range(len(sentence) - order + 1))


def _rouge(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    """Longest common subsequence over the mean length: symmetric, unlike ROUGE-L's F."""
    if not first or not second:
        return 0.0
    row = [0] * (len(second) + 1)
    for word in first:
        diagonal = 0
        for place, other in enumerate(second, 1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return 2 * row[-1] / (len(first) + len(second))
