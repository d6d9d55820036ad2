"""Answers to "how many changed?"."""

from __future__ import annotations

import re

from engine.guide.claims import class_of
from engine.guide.numerals import Numeral, find_numbers
from engine.language.fault import Answer, Fault
from engine.language.short_text import is_plain, names_only_others, short_text
from engine.language.stated import stated_numbers

REACH = 4
"""A number belongs to the first noun of a class at most so many words behind it."""
_LIMIT = re.compile(r"\b(?:over|under|above|below|to)\s*$")
# "The two images" are no count.
_PAIR = re.compile(r"\bthe (?:two|2) (?=images|scenes|pictures|dates)")
_NONE = re.compile(r"\b(?:no|none|nothing|neither)\b(?! longer)")


def parse_count(raw: str, class_name: str, *, finished: bool = True) -> Answer[int]:
    """Read an answer to the count task.

    Parameters
    ----------
    raw : str
        As the model gave it: ``14``, ``Fourteen buildings.``, ``No change``.
    class_name : {"building", "road"}
        What was asked for. In "3 roads and 4 buildings" its own number counts.
    finished : bool
        Whether the model ended by itself.
    """
    text, fault = short_text(raw, finished=finished)
    if fault is not None:
        return Answer(raw, fault=fault)
    text = _PAIR.sub("the ", text)
    if names_only_others(text, class_name):
        return Answer(raw, fault=Fault.OTHER_CLASS)
    numbers = find_numbers(text)
    if not is_plain(_without(text, numbers)):
        return Answer(raw, fault=Fault.UNREADABLE)
    return _chosen(raw, text, numbers, class_name)


def _chosen(raw: str, text: str, numbers: list[Numeral], class_name: str) -> Answer[int]:
    values = {number.value for number in numbers}
    if len(values) > 1:
        values = {n.value for n in numbers if _owner(text, n) == class_name}
    none = bool(_NONE.search(text))
    limits = any(_LIMIT.search(text[: n.start]) or text[n.end :].startswith("+") for n in numbers)
    if numbers and (len(values) != 1 or limits or (none and values != {0})):
        return Answer(raw, fault=Fault.AMBIGUOUS)
    if numbers:
        return Answer(raw, values.pop())
    if none:
        return Answer(raw, 0)
    said = stated_numbers(text).get(class_name)
    return Answer(raw, fault=Fault.UNREADABLE) if said is None else Answer(raw, said)


def _owner(text: str, number: Numeral) -> str | None:
    """The class of the noun a number stands before."""
    for word in re.findall(r"[a-z-]+|[^a-z\s]", text[number.end :])[:REACH]:
        if (name := class_of(word)) is not None:
            return name
    return None


def _without(text: str, numbers: list[Numeral]) -> str:
    """The words that are left when numbers and words for none are taken out.

    Signs that change a number (``-3``, ``2.5``, ``40%``) are left with their digits, as a word.
    """
    for number in reversed(numbers):
        text = text[: number.start] + " " + text[number.end :]
    return re.sub(r"\S*\d\S*|%", " unread ", _NONE.sub(" ", text))
