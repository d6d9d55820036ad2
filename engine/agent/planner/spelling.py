"""Words as they were meant: abbreviations spelled out, slips of the keyboard set right."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import lru_cache

from engine.agent.planner.lexicon import Lexicon

_WORD = re.compile(r"(?<![\w§/\\.'-])[^\W\d]+(?![\w/\\'-]|\.\w)")
_SHORTEST = 4
"""Letters from which a word has one slip; below it, too many words lie close together."""
_LONG = 7
"""Letters from which a word may have two slips."""


def spelled(text: str, lexicon: Lexicon, names: frozenset[str]) -> str:
    """A plain sentence with its slips set right.

    A word is changed only if it is no word of the language that the lexicon tells apart from its
    own (:attr:`Lexicon.lookalikes`), and if one word alone is nearest.

    Parameters
    ----------
    names : frozenset of str
        Words of the caller's layers.
    """

    def right(match: re.Match[str]) -> str:
        word = match[0]
        if word in names:
            return word
        if word in lexicon.short:
            return lexicon.short[word]
        return _meant(word, lexicon, names) or word

    return _WORD.sub(right, text)


def _meant(word: str, lexicon: Lexicon, names: frozenset[str]) -> str | None:
    if len(word) < _SHORTEST or any(word in known for known in _known(lexicon)):
        return None
    found: dict[str, tuple[int, int]] = {}
    # A word with an underline is the name of a layer or of a field.
    words = set() if "_" in word else _near(word, _index(lexicon.keywords))
    for one in words | _near(word, _index(names)):
        # The first letter is rarely wrong, and a name is not guessed from a slip that changes it.
        cost = _slips(word, one)
        name = one in names and one not in lexicon.keywords
        left_out = len(word) > _LONG and len(one) == len(word) + 2
        allowed = 2 if len(word) >= _LONG and (left_out or not name) else 1
        if cost[0] <= allowed and (cost[0] < 2 or word[0] == one[0]):
            if name and (word[0] != one[0] or cost[1]):
                continue
            found[one] = cost
    if not found:
        return None
    least = min(found.values())
    # A letter left out is commoner than one too many: the longer word comes first.
    best = sorted((one for one, cost in found.items() if cost == least), key=len, reverse=True)
    best = [one for one in best if len(one) == len(best[0])]
    kinds = {(lexicon.nouns.get(one, one), lexicon.actions.get(one, one)) for one in best}
    return best[0] if len(best) == 1 or len(kinds) == 1 else None


def _known(lexicon: Lexicon) -> tuple[Container[str], ...]:
    kinds = (lexicon.nouns, lexicon.actions)
    return lexicon.keywords, lexicon.filler, lexicon.back, lexicon.lookalikes, *kinds


def _slips(word: str, other: str) -> tuple[int, int]:
    """Edits between two words (two letters swapped are one), and how many replace a letter."""
    before: list[tuple[int, int]] = []
    row = [(n, 0) for n in range(len(other) + 1)]
    for i, letter in enumerate(word, start=1):
        older, before, row = before, row, [(i, 0)]
        for j, wanted in enumerate(other, start=1):
            if letter == wanted:
                best = before[j - 1]
            else:
                best = min(
                    (before[j - 1][0] + 1, before[j - 1][1] + 1),
                    (before[j][0] + 1, before[j][1]),
                    (row[j - 1][0] + 1, row[j - 1][1]),
                )
                if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                    best = min(best, (older[j - 2][0] + 1, older[j - 2][1]))
            row.append(best)
    return row[-1]


@lru_cache(maxsize=8)
def _index(words: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Words by what is left of them without up to two letters."""
    found: dict[str, list[str]] = {}
    for word in words:
        for left in _shortened([word], 2 if len(word) >= _LONG - 1 else 1):
            found.setdefault(left, []).append(word)
    return {left: tuple(whole) for left, whole in found.items()}


def _near(word: str, index: dict[str, tuple[str, ...]]) -> set[str]:
    return {one for left in _shortened([word], 2 if len(word) >= _LONG else 1)
            for one in index.get(left, ())}  # fmt: skip


def _shortened(words: Iterable[str], times: int) -> set[str]:
    found = set(words)
    last = found
    for _ in range(times):
        last = {word[:n] + word[n + 1 :] for word in last for n in range(len(word))}
        found |= last
    return found
