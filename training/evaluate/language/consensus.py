"""Which of several people's sentences the others would like best."""

from __future__ import annotations

from collections.abc import Sequence

from engine.language.candidates import best_first
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
    if not sentences:
        raise ValueError("no sentences")
    return best_first([" ".join(words_of(sentence)) for sentence in sentences])[0]
