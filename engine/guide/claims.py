"""What a sentence claims: which classes of objects did what.

A sentence is read from left to right, without a grammar: nouns wait for a verb, prepositions turn
the nouns behind them into places ("along the road"), "replaced by" and "turned into" are two
statements in one. It is made for the short sentences of change captions and for no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from engine.guide.numerals import with_digits
from engine.guide.words import (
    AMOUNTS,
    ANY,
    DENIALS,
    DENYING,
    FEWER,
    JOINTS,
    LINKS,
    MASS,
    MORE,
    NAMELESS,
    NEGATIONS,
    NEVER,
    NOT_THE_SAME,
    NOUNS,
    NUMBERS,
    OF_NOUNS,
    OLD,
    PHRASES,
    PLACING,
    SINGULAR,
    SOME,
    STARTS,
    TURNS,
    UNCHANGED,
    VERBS,
)

_TOKEN = re.compile(r"<\w+>|[a-z][a-z'-]*|\d+|[,;.]")
_UNCHANGED, _NOT_THE_SAME = re.compile(UNCHANGED), re.compile(NOT_THE_SAME)
_DENYING = re.compile(DENYING)


def _compiled(phrases: Iterable[tuple[str, str]]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(rf"\b(?:{pattern})\b"), f" {word} ") for pattern, word in phrases]


_PHRASES, _DENIALS = _compiled(PHRASES), _compiled(DENIALS)
_CLASSES = tuple(dict.fromkeys(NOUNS.values()))
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
    never : {"appeared", "disappeared"} or None
        What ``changed`` cannot mean here: "the number of houses decreased".
    """

    class_name: str
    action: str | None
    number: int | None = None
    never: str | None = None


@dataclass(frozen=True)
class Claims:
    """All a sentence says.

    Attributes
    ----------
    things : tuple of Claim
    unchanged : bool
        It says that nothing happened.
    denied : tuple of Claim
        What it says did not happen: "no roads are built".
    nothing_else : bool
        It says that nothing happened besides.
    """

    things: tuple[Claim, ...]
    unchanged: bool
    denied: tuple[Claim, ...] = ()
    nothing_else: bool = False


@dataclass(frozen=True)
class _Act:
    name: str | None
    never: str | None = None


_CAME, _WENT, _TURNED, _OPEN = (_Act(n) for n in ("appeared", "disappeared", "changed", None))


@dataclass
class _Noun:
    class_name: str
    fallback: _Act
    number: int | None
    old: bool
    denied: bool


@dataclass
class _Negation:
    """A "no" or "not" that is being read.

    Attributes
    ----------
    first : str
        The word behind it.
    unnamed : bool
        No noun has taken it yet.
    of_verb : bool
        The verb may take it, too: "houses are not built".
    short : bool
        It ends with its nouns, all others with a verb.
    more : bool
        It denies no more than that there are others.
    """

    first: str = ""
    unnamed: bool = True
    of_verb: bool = False
    short: bool = False
    more: bool = False


class _Reader:
    """The state of reading one sentence."""

    def __init__(self) -> None:
        self.things: list[Claim] = []
        self.denied: list[Claim] = []
        self.nothing_else = False
        self._waiting: list[_Noun] = []
        self._subjects: list[_Noun] = []
        self._place = self._detail = self._old = self._linked = self._nothing = False
        self._not: _Negation | None = None
        self._last_noun_placed = False
        self._mode = _OPEN
        self._number: int | None = None
        self._since_number = 0
        self._last = ""

    def take(self, word: str, following: str = "") -> None:
        """Read one word, knowing the next."""
        denies = word in NEGATIONS or (word in FEWER and class_of(following) is not None)
        action = None if denies else VERBS.get(word) or (word in NEVER and "changed") or None
        if action == "changed" and class_of(following):
            action = None  # "a rebuilt road appears"
        if (word in STARTS or denies) and self._place and self._last_noun_placed:
            self._place = False
        if word in TURNS or (word in LINKS and self._begins(following)):
            self._end_negation()
        if denies:
            self._deny(word, following)
        elif word == "<into>":
            self._verb(_WENT, then=_CAME, turns=True)
        elif word == "<instead>":
            self._verb(_CAME, then=_WENT, turns=True)
        elif word == "<there>":
            self._verb(_OPEN, then=_CAME)
        elif word == "unchanged":
            self._unchanged()
        elif action is not None:
            act = _Act(action, NEVER.get(word))
            # "Trees disappear and rows of houses line the road": the houses do not disappear.
            self._verb(act, then=_OPEN if action == "disappeared" else act)
        elif word in JOINTS:
            self._place, self._old, self._number = False, False, None
            self._detail = word == "with"
        elif word in PLACING:
            # "rows of houses" are houses; "the side of the road" is a place.
            self._place = not (word == "of" and self._last in AMOUNTS) or self._place
        elif word in OLD:
            self._old = True
        elif word in NUMBERS or word.isdigit():
            self._number, self._since_number = NUMBERS.get(word) or int(word), 0
        elif (name := class_of(word)) is not None:
            self._noun(name, following, plural=word not in NOUNS, mass=word in MASS)
        elif word == "<only>" or (word == "only" and not self._last):
            self.nothing_else = True
        elif word in MORE and self._not is not None:
            self._not.more |= self._not.unnamed
        self._linked |= word in LINKS
        if word in PLACING:
            self._last_noun_placed = False
        self._last = word
        self._since_number += 1

    def finish(self) -> None:
        """Take nouns without a verb of their own."""
        self._verb(_OPEN, then=_OPEN)

    def _begins(self, word: str) -> bool:
        """Whether a word begins something that a negation before it does not reach."""
        first = "" if self._not is None else self._not.first
        # "Neither a house, an alley nor a tree" is one list.
        goes_on = NUMBERS.get(word, word) == NUMBERS.get(first, first)
        return (word in SOME or word.isdigit()) and not goes_on

    def _end_negation(self) -> None:
        if self._not is not None and self._not.of_verb:
            for noun in self._waiting:
                noun.denied = True  # "roads are not, but houses are built"
        self._not, self._nothing = None, False

    def _deny(self, word: str, following: str) -> None:
        if word in NAMELESS:
            self._nothing = self.nothing_else = True
            return
        short = word == "without" or word in FEWER
        # "There are not any new houses", but "the houses are not any larger".
        of_noun = word in OF_NOUNS or (following in ANY and not self._waiting)
        self._not = _Negation(following, of_verb=not of_noun, short=short)
        self._place = self._place and not short

    def _unchanged(self) -> None:
        for noun in self._waiting:
            noun.denied = True
        self.nothing_else |= not self._waiting
        self._verb(_TURNED, then=_OPEN)

    def _noun(self, name: str, following: str, *, plural: bool, mass: bool) -> None:
        number = self._number if self._since_number <= _ARTICLE_REACH else None
        if number is not None and (mass or (number == 1) == plural):
            number = None  # "a row of houses", "two-storey house"
        more = self._not is not None and self._not.more
        if not (self._place or more or (self._detail and name == "other")):
            noun = _Noun(name, self._mode, number, self._old, denied=self._not is not None)
            self._waiting.append(noun)
            self._linked = self._nothing = False
        if self._not is not None:
            self._named(self._not, following)
        self._last_noun_placed = self._place
        self._old = False
        self._number = None

    def _named(self, negation: _Negation, following: str) -> None:
        """Let a noun take the negation before it."""
        if self._place and negation.of_verb:
            return  # "houses are not by the road"
        self.nothing_else |= negation.more
        if (self._place and negation.unnamed) or (negation.short and following not in LINKS):
            self._not = None
        negation.unnamed = negation.of_verb = False

    def _verb(self, act: _Act, *, then: _Act, turns: bool = False) -> None:
        nouns, negation = self._waiting, self._not
        if negation is not None and negation.of_verb:
            # "Houses are not built", or "houses are built but not removed".
            nouns = nouns or (self._subjects if act.name else [])
            for noun in nouns:
                noun.denied = True
            negation.unnamed = not nouns
        elif not nouns and act.name and self._linked:
            # "No houses are built or removed."
            nouns = [noun for noun in self._subjects if noun.denied]
        for noun in nouns:
            self._claim(noun, noun.fallback if act.name is None else act)
        if self._nothing and act.name not in (None, "changed"):
            self.denied += [Claim(name, act.name) for name in _CLASSES]
        if negation is not None and negation.unnamed:
            # "No newly built houses" are still to be named, "no changes" never.
            self.nothing_else = True
        elif turns and any(noun.denied for noun in nouns):
            self._not = _Negation(unnamed=False)
        else:
            self._not = None
        self._subjects, self._waiting = nouns or self._subjects, []
        self._mode = then
        self._place = self._old = self._detail = self._linked = False
        self._number = None

    def _claim(self, noun: _Noun, act: _Act) -> None:
        # What stood there before may have stayed as it was whatever came.
        stayed = noun.old and act.name == ("changed" if noun.denied else "appeared")
        if not stayed:
            claim = Claim(noun.class_name, act.name, noun.number, act.never)
            (self.denied if noun.denied else self.things).append(claim)


@lru_cache(4096)
def claims(sentence: str) -> Claims:
    """Read a sentence; tiles of one run say the same few again and again.

    >>> claims("trees are replaced by two houses along the road").things
    (Claim(class_name='other', action='disappeared', number=None, never=None), \
Claim(class_name='building', action='appeared', number=2, never=None))
    >>> claims("neither houses nor roads are built").denied
    (Claim(class_name='building', action='appeared', number=None, never=None), \
Claim(class_name='road', action='appeared', number=None, never=None))
    """
    lower = sentence.lower()
    text = with_digits(lower)
    if _DENYING.search(text):
        for pattern, word in _DENIALS:
            text = " ".join(pattern.sub(word, text).split())
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    reader = _Reader()
    tokens = _TOKEN.findall(text)
    for word, following in pairwise([*tokens, ""]):
        reader.take(word, following)
    reader.finish()
    things = tuple(dict.fromkeys(reader.things))
    same = not things and _UNCHANGED.search(lower) and not _NOT_THE_SAME.search(lower)
    return Claims(
        things,
        unchanged=bool(same),
        denied=tuple(dict.fromkeys(reader.denied)),
        nothing_else=reader.nothing_else,
    )


@lru_cache(4096)
def class_of(word: str) -> str | None:
    """The class a noun names, singular or plural; None for any other word."""
    one = SINGULAR.get(word, word)
    for form in (one, one.removesuffix("s"), one.removesuffix("es")):
        if form in NOUNS:
            return NOUNS[form]
    return None
