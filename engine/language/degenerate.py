"""Degenerate text: what a language model says when it says nothing.

Limits are set so that people's own change sentences pass (the 40,740 of LEVIR-CC) and loops, word
salad, copies and fragments do not. A tile with such a text is never dropped: the text is kept and
marked, and the guide's sentence is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from engine.guide.card_reader import is_labelled
from engine.guide.claims import claims
from engine.guide.reading import Finding
from engine.guide.words import word_set
from engine.language.english import is_known, words_of
from engine.language.fault import Fault

RUN = 3
"""So many times the same words one after the other are a loop."""
LONGEST_LOOP = 8
"""Words of a loop."""
JUMBLE_FROM, JUMBLE_WORDS, JUMBLE_PAIRS = 16, 6, 0.25
"""From so many words on, at least so many are distinct, and this share of pairs of neighbours. (A
list of what was measured repeats its words, too, but few of its pairs.)"""
LONGEST_WORD = 30
FOREIGN_LETTERS = 0.2
"""Share of letters beyond Latin ones that is too much for English."""
JUDGED_FROM, KNOWN = 3, 0.4
"""From so many words on, at least this share is known English."""
ECHO_RUN, ECHO_SHARE = 4, 0.8
"""An echo has this share of its words in runs of so many that stand in the prompt."""

_MARKUP = re.compile(
    r"<\|?/?[a-zA-Z!][^<>]{0,200}>|```|\*\*|[{}\[\]|\\]|^\s{0,3}#+\s|https?://|&[a-z]{2,8};|�",
    re.MULTILINE,
)
# Prepositions are left out that people do end sentences with: "a road with houses built along".
_DANGLING = word_set(
    "a an the and or but of by from into is are was were has have been some several many its their"
)
_RUN_OF_SIGNS = re.compile(r"(.)\1{5}", re.DOTALL)


def damage(text: str, most: int, *, finished: bool = True) -> Fault | None:
    """What is wrong with a text of whatever kind, by itself.

    Parameters
    ----------
    text : str
        The model's own.
    most : int
        Characters that can be an answer.
    finished : bool
        Whether the model ended by itself, not at its limit of tokens.
    """
    if len(text) > most:
        return Fault.TOO_LONG
    if not any(char.isalnum() for char in text):
        return Fault.EMPTY
    if _MARKUP.search(text):
        return Fault.MARKUP
    if is_repeated(text):
        return Fault.REPEATED
    return None if finished else Fault.UNFINISHED


def prose_fault(text: str, *, prompt: str = "", language: str | None = "en") -> Fault | None:
    """What is wrong with a text that should be a sentence.

    Parameters
    ----------
    text : str
        Of at most a few thousand characters.
    prompt : str
        The request's words, without the caption on the card, which may be right.
    language : str, optional
        The language that was asked for. Only English (``en``) is judged.
    """
    if is_echo(text, prompt):
        return Fault.ECHO
    if is_cut_off(text):
        return Fault.UNFINISHED
    if language == "en" and not is_english(text):
        return Fault.LANGUAGE
    return None


def is_repeated(text: str) -> bool:
    """Whether words or signs go round in a loop.

    >>> is_repeated("a road and a road and a road and a road")
    True
    """
    words = text.lower().split()
    if _RUN_OF_SIGNS.search(text) or any(len(word) > LONGEST_WORD for word in words):
        return True
    pairs = list(pairwise(words))
    same = len(set(words)) < JUMBLE_WORDS or len(set(pairs)) < JUMBLE_PAIRS * len(pairs)
    if same and len(words) >= JUMBLE_FROM:
        return True
    return any(_loops(words, length) for length in range(1, LONGEST_LOOP + 1))


def _loops(words: list[str], length: int) -> bool:
    """Whether a group of so many words stands RUN times in a row."""
    same = [one == two for one, two in zip(words, words[length:], strict=False)]
    return any(hit and sum(1 for _ in run) >= (RUN - 1) * length for hit, run in groupby(same))


def is_cut_off(text: str) -> bool:
    """Whether a sentence ends in the middle."""
    bare = text.rstrip()
    if bare.endswith((",", ";", ":", "-", "(", "/")):
        return True
    words = words_of(bare)
    return bool(words) and bare[-1].isalpha() and words[-1] in _DANGLING


def is_english(text: str) -> bool:
    """Whether a text can be English: Latin letters, and enough words that change sentences use."""
    letters = [char for char in text if char.isalpha()]
    foreign = sum(ord(char) > 0x24F for char in letters)
    if letters and foreign > FOREIGN_LETTERS * len(letters):
        return False
    words = words_of(text)
    known = sum(map(is_known, words))
    return len(words) < JUDGED_FROM or known >= KNOWN * len(words)


def is_echo(text: str, prompt: str) -> bool:
    """Whether a text has a line labelled as a guide card's, or is made of pieces of its prompt."""
    if any(is_labelled(line) for line in text.splitlines()):
        return True
    words, asked = words_of(text), words_of(prompt)
    runs = {tuple(asked[i : i + ECHO_RUN]) for i in range(len(asked) - ECHO_RUN + 1)}
    covered = [False] * len(words)
    for start in range(len(words) - ECHO_RUN + 1):
        if tuple(words[start : start + ECHO_RUN]) in runs:
            covered[start : start + ECHO_RUN] = [True] * ECHO_RUN
    return bool(words) and sum(covered) >= ECHO_SHARE * len(words)


def is_stock(text: str, findings: Sequence[Finding]) -> bool:
    """Whether a sentence names nothing though objects were found."""
    return any(finding.count for finding in findings) and not claims(text).things
