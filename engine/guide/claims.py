"""What a sentence claims: which classes of objects did what.

A sentence is read from left to right, without a grammar: nouns wait for a verb, prepositions turn
the nouns behind them into places ("along the road"), "replaced by" and "turned into" are two
statements in one. It is made for the short sentences of change captions and for no others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from engine.guide.numerals import with_digits
from engine.guide.words import (
    AMOUNTS,
    JOINTS,
    MASS,
    NOUNS,
    NUMBERS,
    OLD,
    PHRASES,
    PLACING,
    SINGULAR,
    STARTS,
    UNCHANGED,
    VERBS,
)

_TOKEN = re.compile(r"<\w+>|[a-z][a-z'-]*|\d+|[,;.]")
_UNCHANGED = re.compile(UNCHANGED)
_PHRASES = [
    (re.compile(rf"\b(?:{pattern})\b" if word else rf"\b{pattern}"), f" {word} ")
    for pattern, word in PHRASES
]
_ARTICLE_REACH = 4
"""A number belongs to a noun at most so many words behind it."""


@dataclass(frozen=True)
class Claim:
    """One thing a sentence says.

    Attributes
    ----------
    class_name : {"building", "road", "other"}
    action : {"appeared", "disappeared", "changed"} or None
        None where a class is named without a verb.
    number : int or None
        How many, where the sentence says so exactly.
    """

    class_name: str
    action: str | None
    number: int | None = None


@dataclass(frozen=True)
class Claims:
    """All a sentence says.

    Attributes
    ----------
    things : tuple of Claim
    unchanged : bool
        It says that nothing happened.
    """

    things: tuple[Claim, ...]
    unchanged: bool


@dataclass
class _Noun:
    class_name: str
    fallback: str | None
    number: int | None
    old: bool


class _Reader:
    """The state of reading one sentence."""

    def __init__(self) -> None:
        self.things: list[Claim] = []
        self._waiting: list[_Noun] = []
        self._place = self._detail = self._old = self._none = False
        self._last_noun_placed = False
        self._mode: str | None = None
        self._number: int | None = None
        self._since_number = 0
        self._last = ""

    def take(self, word: str, following: str = "") -> None:
        """Read one word, knowing the next."""
        action = VERBS.get(word)
        if action == "changed" and class_of(following):
            action = None  # "a rebuilt road appears"
        if word in STARTS and self._place and self._last_noun_placed:
            self._place = False
        if word == "<into>":
            self._verb("disappeared", then="appeared")
        elif word == "<instead>":
            self._verb("appeared", then="disappeared")
        elif word == "<there>":
            self._verb(None, then="appeared")
        elif action is not None:
            # "Trees disappear and rows of houses line the road": the houses do not disappear.
            self._verb(action, then=None if action == "disappeared" else action)
        elif word in JOINTS:
            self._place, self._old, self._number = False, False, None
            self._detail = word == "with"
        elif word in PLACING:
            # "rows of houses" are houses; "the side of the road" is a place.
            self._place = not (word == "of" and self._last in AMOUNTS) or self._place
        elif word == "no":
            self._none = True
        elif word in OLD:
            self._old = True
        elif word in NUMBERS or word.isdigit():
            self._number, self._since_number = NUMBERS.get(word) or int(word), 0
        elif (name := class_of(word)) is not None:
            self._noun(name, plural=word not in NOUNS, mass=word in MASS)
        if word in PLACING:
            self._last_noun_placed = False
        self._last = word
        self._since_number += 1

    def finish(self) -> tuple[Claim, ...]:
        """What was claimed, nouns without a verb of their own last."""
        for noun in self._waiting:
            self._claim(noun, noun.fallback)
        return tuple(dict.fromkeys(self.things))

    def _noun(self, name: str, *, plural: bool, mass: bool) -> None:
        number = self._number if self._since_number <= _ARTICLE_REACH else None
        if number is not None and (mass or (number == 1) == plural):
            number = None  # "a row of houses", "two-storey house"
        skip = self._place or self._none or (self._detail and name == "other")
        if not skip:
            self._waiting.append(_Noun(name, self._mode, number, self._old))
        self._last_noun_placed = self._place
        self._none = self._old = False
        self._number = None

    def _verb(self, action: str | None, *, then: str | None) -> None:
        for noun in self._waiting:
            self._claim(noun, noun.fallback if action is None else action)
        self._waiting = []
        self._mode = then
        self._place = self._old = self._detail = False
        self._number = None

    def _claim(self, noun: _Noun, action: str | None) -> None:
        if not (noun.old and action == "appeared"):
            self.things.append(Claim(noun.class_name, action, noun.number))


@lru_cache(4096)
def claims(sentence: str) -> Claims:
    """Read a sentence; tiles of one run say the same few again and again.

    >>> claims("trees are replaced by two houses along the road").things
    (Claim(class_name='other', action='disappeared', number=None), \
Claim(class_name='building', action='appeared', number=2))
    """
    text = with_digits(sentence.lower())
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    reader = _Reader()
    tokens = _TOKEN.findall(text)
    for word, following in pairwise([*tokens, ""]):
        reader.take(word, following)
    things = reader.finish()
    said = bool(_UNCHANGED.search(sentence.lower()))
    return Claims(things, unchanged=said and not things)


def class_of(word: str) -> str | None:
    """The class a noun names, singular or plural; None for any other word."""
    one = SINGULAR.get(word, word)
    for form in (one, one.removesuffix("s"), one.removesuffix("es")):
        if form in NOUNS:
            return NOUNS[form]
    return None
