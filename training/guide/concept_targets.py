"""The sentence that people would agree on for given concepts: what the decoder ends up saying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.guide.consensus import consensus

_LEAST_SPREAD = 0.05


def agreed_sentences(
    wanted: NDArray[np.floating],
    values: NDArray[np.floating],
    tokens: Sequence[tuple[int, ...]],
    asked: int,
) -> list[tuple[int, ...]]:
    """For each wanted concept vector the consensus of the sentences of the most similar pairs.

    Parameters
    ----------
    wanted : array (m, K)
        Concepts as they are predicted.
    values : array (n, K)
        True concepts of each sentence's pair.
    tokens : sequence of tuples of int
        The n sentences.
    asked : int
        So many sentences, of the pairs with the most similar concepts, are asked.

    Returns
    -------
    list of tuples of int
        One of the n sentences for each of the m vectors.
    """
    # A concept that varies much says little about how alike two pairs are, but not nothing.
    scale = 1 / np.sqrt(values.std(0) + _LEAST_SPREAD)
    scaled = values * scale
    chosen = []
    for vector in wanted * scale:
        distance = ((scaled - vector) ** 2).sum(1)
        near = np.argsort(distance, kind="stable")[:asked]
        several = [tokens[index] for index in near]
        chosen.append(several[consensus(several, [0.0] * len(several))])
    return chosen
