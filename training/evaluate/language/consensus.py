"""Which of several people's sentences the others would like best."""

from __future__ import annotations

from collections.abc import Sequence

from engine.guide.consensus import FIRST_WORD, consensus
from training.guide.vocabulary import words_of


def most_liked(sentences: Sequence[str]) -> str:
    """The sentence closest to all of them, by what caption scores count; plain words.

    >>> most_liked(["a road is built", "a road is built there", "trees"])
    'a road is built'

    Raises
    ------
    ValueError
        No sentences.
    """
    words = [words_of(sentence) for sentence in sentences]
    known = sorted({word for text in words for word in text})
    numbers = {word: number for number, word in enumerate(known, FIRST_WORD)}
    ids = [[numbers[word] for word in text] for text in words]
    return " ".join(words[consensus(ids, [0.0] * len(ids))])
