"""The reference that is most like the guide's caption: the paper's target in guided training."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

ORDERS = (1, 2, 3, 4)
EPSILON = 0.1
"""Stands for no common n-gram (smoothing method 1 of Chen and Cherry 2014)."""


def best_reference(caption: str, references: Sequence[str]) -> str:
    """The reference with the largest sum of BLEU of single orders 1 to 4 (science.md 1.2).

    Parameters
    ----------
    caption : str
        What the guide says.
    references : sequence of str
        At least one; among equals the first is taken.

    Raises
    ------
    ValueError
        There is no reference.
    """
    if not references:
        raise ValueError("there is no reference to choose from")
    words = caption.lower().split()
    return max(references, key=lambda reference: _alikeness(words, reference.lower().split()))


def _alikeness(words: Sequence[str], reference: Sequence[str]) -> float:
    if not set(words) & set(reference):
        return 0.0
    short = min(1.0, math.exp(1 - len(reference) / len(words)))
    return short * sum(_precision(words, reference, order) for order in ORDERS)


def _precision(words: Sequence[str], reference: Sequence[str], order: int) -> float:
    """Share of the caption's n-grams that the reference has, each as often as it has it."""
    own, other = (
        Counter(tuple(text[i : i + order]) for i in range(len(text) - order + 1))
        for text in (words, reference)
    )
    return ((own & other).total() or EPSILON) / max(1, own.total())
