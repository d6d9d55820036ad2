"""Questions that the map answers by itself: how many, where, did anything change.

Only a question that says nothing else is one of these. "How many houses were built east of the
river?" has a place in it that is not counted here, and "Was the road widened?" asks for more than
that it changed: these go to the language model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.guide.claims import class_of
from engine.guide.tile_reading import TileReading
from engine.guide.words import NEUTRAL, VERBS, word_set
from engine.language.answers import written
from engine.language.tasks import ASKED

_FILLER = frozenset(
    word
    for words in (
        "a an the any some of all there here is are was were be been being has have had did do",
        "does can could you please tell me that which this these those in on at between both two",
        "images pictures scenes dates date tile area place site map since now altogether total",
        "overall located situated",
    )
    for word in words.split()
)
"""Words that do not narrow a question."""
_NOT_COUNTED = word_set(
    "grow grows grown rise rises risen paved planted clear cleared cut leveled levelled fade fades "
    "faded transformed"
)
"""Verbs that say of what stays, too, what became of it: "Was the road paved?"."""
_ACTIONS = {
    word: action
    for word, action in VERBS.items()
    if word not in _NOT_COUNTED and (action != "changed" or word in NEUTRAL)
} | {"new": "appeared", "additional": "appeared", "missing": "disappeared", "different": "changed"}
"""What the map tells of objects: that they came or went, or changed in whatever way."""
_COUNT = re.compile(r"^(?:how many|what is the number of|what number of|number of|count)\b")
_WHERE = re.compile(r"^(?:where|in which (?:parts?|cells?|corners?)|which (?:parts?|cells?))\b")
_WHETHER = re.compile(r"(?:has|have|is|are|was|were|did|do|does)\b")
_PROPERTY = re.compile(
    r"^(?:is|are) (?:the|this|that|these|those) (?:new|additional|missing|different) "
)
"""Beginnings that ask what a changed thing is like, "Is the new road paved?"."""
_BACK = frozenset(["they", "them", "those", "these", "it", "ones", "one", "also", "exactly"])
"""Words that point back to what was asked before."""
_NOTHING = frozenset({"anything", "something", "change", "changes", "changed"})
_WORD = re.compile(r"[a-z][a-z-]*")


Kind = Literal["binary", "count", "localise"]


@dataclass(frozen=True)
class MapQuestion:
    """A question about what was measured.

    Attributes
    ----------
    kind : {"binary", "count", "localise"}
    class_name : str or None
        None for a question about any change.
    action : str or None
        ``appeared`` or ``disappeared`` where it asks for one of them.
    """

    kind: Kind
    class_name: str | None = None
    action: str | None = None


def map_question(question: str) -> MapQuestion | None:
    """What of the map a question asks for, None where it asks for anything else.

    >>> map_question("How many new buildings are there?")
    MapQuestion(kind='count', class_name='building', action='appeared')
    >>> map_question("How many houses were built east of the river?") is None
    True
    """
    kind, text = _kind(_plain(question))
    if kind is None:
        return None
    named = _named(text, _FILLER)
    if named is None or not named[1]:
        # "How many houses are there?" is no question about a change.
        return None
    classes, actions = named[0], named[1] - {"changed"}
    if not classes and (actions or kind != "binary"):
        return None
    return MapQuestion(kind, next(iter(classes), None), next(iter(actions), None))


def follow_up_question(question: str, last: MapQuestion) -> MapQuestion | None:
    """What a question means that leaves to the one before it what it does not say.

    Parameters
    ----------
    question : str
        None of those that :func:`map_question` understands by itself.
    last : MapQuestion
        What was asked before.

    >>> last = MapQuestion("count", "building", "appeared")
    >>> follow_up_question("And where are they?", last)
    MapQuestion(kind='localise', class_name='building', action='appeared')
    >>> follow_up_question("And roads?", last)
    MapQuestion(kind='count', class_name='road', action='appeared')
    >>> follow_up_question("What do they cost?", last) is None
    True
    """
    text = re.sub(
        r"^(?:(?:and|but|so|ok|then|now|also|what about|how about)\b[ ,]*)+", "", _plain(question)
    )
    kind, rest = _kind(text)
    named = _named(rest, _FILLER | _BACK)
    if named is None or (kind in (None, "binary") and not any(named)):
        return None
    classes, actions = named[0], named[1] - {"changed"}
    name = next(iter(classes), last.class_name)
    action = last.action if not named[1] else next(iter(actions), None)
    told = MapQuestion(kind or last.kind, name, action)
    return told if told.class_name or told == MapQuestion("binary") else None


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).strip(" ?.!")


def _kind(text: str) -> tuple[Kind | None, str]:
    """What is asked for, and the words behind it."""
    kinds: tuple[tuple[re.Pattern[str], Kind], ...] = ((_COUNT, "count"), (_WHERE, "localise"))
    for pattern, kind in kinds:
        if match := pattern.match(text):
            return kind, text[match.end() :]
    return ("binary" if _WHETHER.match(text) else None), text


def _named(text: str, filler: frozenset[str]) -> tuple[set[str], set[str]] | None:
    """One class and one action at most; None where a word narrows the question further."""
    classes: set[str] = set()
    actions: set[str] = set()
    if _PROPERTY.match(text) or re.search(r"[^a-z\s-]", text):
        return None
    for word in _WORD.findall(text):
        if word in filler:
            continue
        if word in _NOTHING:
            actions.add("changed")
        elif (action := _ACTIONS.get(word)) is not None:
            actions.add(action)
        elif (noun := class_of(word)) is not None and noun in ASKED:
            classes.add(noun)
        else:
            return None
    return None if len(classes) > 1 or len(actions - {"changed"}) > 1 else (classes, actions)


def is_description(question: str) -> bool:
    """Whether a question asks for everything that changed.

    >>> is_description("What changed here?"), is_description("What changed at the river?")
    (True, False)
    """
    text = " ".join(question.lower().split()).strip(" ?.!")
    words = [word for word in _WORD.findall(text) if word not in _FILLER]
    asks = {"what", "how", "describe", "summarise", "summarize", "caption"}
    told = {"changed", "change", "changes", "different", "happened", "new"}
    return bool(asks & set(words)) and bool(told & set(words)) and not set(words) - asks - told


def map_answer(asked: MapQuestion, reading: TileReading) -> str | None:
    """The answer, in the words of typed answers.

    None where the guide does not know the class, or not what its objects did: of an object that
    changed nobody knows whether it came or went.

    Parameters
    ----------
    asked : MapQuestion
    reading : TileReading
        Of the tile, with its findings by action.
    """
    if asked.class_name is None:
        return None if reading.changed is None else written(reading.changed)
    known = reading.of(asked.class_name)
    if known is None:
        return None
    count, cells = known.count, tuple(known.cells)
    if asked.action is not None:
        findings = [finding for finding in known.findings if finding.count]
        fitting = [finding for finding in findings if finding.action == asked.action]
        unknown = any(f.action == "changed" for f in findings) or (count > 0 and not findings)
        if unknown and not (asked.kind == "binary" and fitting):
            return None
        count = sum(finding.count for finding in fitting)
        cells = tuple(dict.fromkeys(cell for finding in fitting for cell in finding.cells))
    if asked.kind == "count":
        return written(count)
    return written(cells) if asked.kind == "localise" else written(count > 0)
