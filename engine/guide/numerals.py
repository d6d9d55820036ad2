"""Numbers in a sentence: digits and English words, up to the hundred thousands.

Only what is a whole number for sure counts as one. Fractions, negative numbers, digits inside
words and what reaches a million are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TO_NINETY = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_TO_NINETEEN.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TO_NINETY.split(), start=2)}
_FEW = {"hundred": 100, "dozen": 12}
_TOKEN = re.compile(
    # Not behind a minus (a dash that joins two numbers is none), nor beside anything of a number.
    r"(?<![\w.,])(?<!\W-)(?<!^-)(?P<digits>[0-9]{1,3},[0-9]{3}|[0-9]{1,6})(?![\w%]|[.,][0-9])"
    r"|[a-z]+|[^\sa-z]"
)
_ABOVE_TEN = re.compile("|".join(["[0-9]", "eleven", "twelve", "teen", *_TENS, *_FEW, "thousand"]))
"""Every number above ten has one of these in it."""


@dataclass(frozen=True)
class Numeral:
    """A number and where it stands: ``text[start:end]``."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    digits: bool


def find_numbers(text: str) -> list[Numeral]:
    """All whole numbers of a text, in order.

    >>> [found.value for found in find_numbers("twenty-one houses, 1,205 trees and a dozen roads")]
    [21, 1205, 12]
    """
    lower = _lowered(text)
    words = [_Word(f[0], *f.span(), f["digits"] is not None) for f in _TOKEN.finditer(lower)]
    found, index = [], 0
    while index < len(words):
        value, after = _thousands(words, index)
        if value is None:
            index += 1
            continue
        found.append(Numeral(value, words[index].start, words[after - 1].end))
        index = after
    return found


def with_digits(text: str, above: int = 10) -> str:
    """The text with numbers above a limit in plain digits (``fourteen`` → ``14``).

    Readers that know small number words only (:mod:`engine.guide.claims`) then know all.
    """
    if above >= 10 and not _ABOVE_TEN.search(text.lower()):
        return text
    pieces, end = [], 0
    for number in find_numbers(text):
        if number.value > above:
            pieces += [text[end : number.start], str(number.value)]
            end = number.end
    return "".join([*pieces, text[end:]])


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    # Character by character: some letters grow when lowered, and places must stay.
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _thousands(words: list[_Word], at: int) -> tuple[int | None, int]:
    value, after = _hundreds(words, at)
    if value is None or value > 999 or not _is(words, after, "thousand"):
        return value, after
    value, after = 1000 * value, after + 1
    skip = after + (_is(words, after, ",") or _is(words, after, "and"))
    rest, end = _hundreds(words, skip, article=False)
    return (value, after) if rest is None or rest > 999 else (value + rest, end)


def _hundreds(words: list[_Word], at: int, article: bool = True) -> tuple[int | None, int]:
    value, after = _tens(words, at)
    if value is None:
        big = {*_FEW, "thousand"}
        if not (article and _is(words, at, "a") and after + 1 < len(words)):
            return None, at
        if words[at + 1].text not in big:
            return None, at
        value, after = 1, at + 1
    factor = _FEW.get(words[after].text) if after < len(words) else None
    if factor is None or not 0 < value < 100:
        return value, after
    value, after = factor * value, after + 1
    if factor == 100:
        skip = after + _is(words, after, "and")
        rest, end = _tens(words, skip, digits=False)
        if rest is not None and not (end < len(words) and words[end].text in _FEW):
            return value + rest, end
    return value, after


def _tens(words: list[_Word], at: int, digits: bool = True) -> tuple[int | None, int]:
    if at >= len(words):
        return None, at
    text = words[at].text
    if words[at].digits:
        return (int(text.replace(",", "")), at + 1) if digits else (None, at)
    if text in _SMALL:
        return _SMALL[text], at + 1
    if text not in _TENS:
        return None, at
    unit = at + 1 + _is(words, at + 1, "-")
    one = _SMALL.get(words[unit].text, 0) if unit < len(words) else 0
    return (_TENS[text] + one, unit + 1) if 0 < one < 10 else (_TENS[text], at + 1)


def _is(words: list[_Word], at: int, text: str) -> bool:
    return at < len(words) and words[at].text == text
