"""Which of several wordings of one thing their readers would like best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from engine.guide.consensus import FIRST_WORD, utility
from engine.language.backend import Reply

GUIDE_VOTES = 2
"""The guide's sentence votes as if a model had said it so often (docs/language.md says how this was
chosen)."""


def wordings(reply: Reply, liked: str | None = None, votes: int = GUIDE_VOTES) -> list[str]:
    """A description's distinct wordings, the best liked first; parameters as :func:`heard`."""
    said = {reply.text, *reply.others}
    return [text for text in heard(reply, liked, votes) if text in said]


def heard(reply: Reply, liked: str | None = None, votes: int = GUIDE_VOTES) -> list[str]:
    """A description's distinct wordings and the guide's sentence, the best liked first.

    Parameters
    ----------
    reply : Reply
        What does not end is said alone, and so is what was not drawn: one sentence is no vote.
    liked : str, optional
        The guide's sentence.
    votes : int
        How often it is counted.
    """
    if not reply.finished or not reply.others:
        return [reply.text]
    said = [reply.text, *reply.others]
    return best_first([*said, *[liked] * votes] if liked else said)


def best_first(sentences: Sequence[str]) -> list[str]:
    """Distinct sentences, the one closest to all of them first (:mod:`engine.guide.consensus`).

    Words are what is between blanks. A sentence that is said twice votes twice; of equals the
    earlier one goes first.

    >>> best_first(["trees", "a road is built", "a road is built there", "a road is built"])[0]
    'a road is built'
    """
    votes = Counter(sentences)
    words = [tuple(sentence.split()) for sentence in votes]
    numbers = {word: n for n, word in enumerate(dict.fromkeys(sum(words, ())), FIRST_WORD)}
    shares = np.array([*votes.values()], float) / max(1, len(sentences))
    worth = utility([tuple(numbers[word] for word in said) for said in words], shares)
    order = np.argsort(-worth.round(9), kind="stable")
    distinct = list(votes)
    return [distinct[i] for i in order]
