"""Numbers a sentence states, beside what was measured."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.guide.claims import claims
from engine.guide.numerals import with_digits
from engine.language.tasks import ASKED

# Two equal things of one sentence ("a house … and a house …") are one claim to the reader of
# claims, but two houses: clauses are read one by one.
_CLAUSE = re.compile(r"[,;.]\s|\band\b|\bwhile\b|\bbut\b")


def stated_numbers(sentence: str) -> dict[str, int]:
    """How many objects of each class a sentence says have changed.

    Objects that came and objects that went are added up, as the measured counts are. A class whose
    number the sentence leaves open ("many houses"), or that it does not name, is not in the result;
    a sentence that says nothing changed states 0 of each.

    >>> stated_numbers("fourteen houses are built and one is removed along the road")
    {'building': 14}
    """
    text = with_digits(sentence)
    whole = claims(text)
    if whole.unchanged:
        return dict.fromkeys(ASKED, 0)
    things = [thing for clause in _CLAUSE.split(text) for thing in claims(clause).things]
    result = {}
    for name in ASKED:
        numbers = [thing.number for thing in things if thing.class_name == name]
        known = [number for number in numbers if number is not None]
        if known and len(known) == len(numbers) and any(t.class_name == name for t in whole.things):
            result[name] = sum(known)
    return result


def numbers_agree(stated: Mapping[str, int], measured: Mapping[str, int]) -> bool | None:
    """Whether all numbers that were stated and measured are equal; None where there are none.

    Parameters
    ----------
    stated, measured : mapping of str to int
        Objects by class. A class that is missing was not stated, or cannot be measured.
    """
    both = [name for name in stated if name in measured]
    return all(stated[name] == measured[name] for name in both) if both else None
