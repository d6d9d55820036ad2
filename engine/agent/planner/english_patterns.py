"""Pieces of English patterns: numbers, units, comparisons, targets."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from engine.agent.planner import english_words as words
from engine.agent.planner.lexicon import Rule


def alternatives(options: Iterable[str]) -> str:
    """A pattern of one of the words, longer ones first."""
    return "|".join(sorted((re.escape(one) for one in options), key=lambda one: (-len(one), one)))


def rule(concept: str, pattern: str, value: Any = None, needs: tuple[str, ...] = ()) -> Rule:
    """A rule whose pattern begins and ends with whole words."""
    return Rule(concept, re.compile(rf"(?<![\w§'])(?:{pattern})(?:(?<=\s)|(?!\w))"), value, needs)


NUMBER = r"(?P<n>\d+(?:\.\d+)?)"
NUMBER_2 = r"(?P<n2>\d+(?:\.\d+)?)"
AREA_UNIT = rf"(?P<u>{alternatives((*words.AREA_UNITS, *words.AREA_LIMITS))})(?!\w)"
LENGTH_UNIT = rf"(?P<u>{alternatives((*words.LENGTH_UNITS, *words.LENGTH_LIMITS))})(?![\w²])"
PER_CENT = r"(?P<pc> ?%| ?per ?cent)?"
SCORE = r"(?:scor(?:es|e|ing|ed)|confidences?|certainty|probabilit(?:y|ies))"
MORE = (
    r"(?:is |are |be |of |being )*(?<!no )(?<!not )(?:over|above|more than|greater than|larger than|bigger than|"
    r"exceed(?:s|ing)?|at least|no less than|not less than|longer than|higher than|better than|wider than|"
    r"beyond|upwards of|a minimum of)"
)
LESS = (
    r"(?:is |are |be |of |being )*(?:under|below|less than|fewer than|smaller than|shorter than|until|"
    r"at most|up to|no more than|not more than|lower than|a maximum of|no larger than)"
)
IN = r"(?:(?:in|at|on|to|towards?|inside|within|for|of) )?(?:the )?(?:very |far )?"
_DONE = alternatives(word for word, action in words.ACTIONS.items() if action)
_ADJECTIVES = rf"newly built|{_DONE}"
TARGET = (
    r"(?:(?:(?:the |our )?(?:edge|edges|banks?|boundary|boundaries|border|borders|outline|middle|centre|shores?) of|"
    r"the|a|an|any|some|our|my|your|one of(?: the| our)?|any of(?: the| our)?|either of the|all the|all|each|existing|mapped|"
    r"registered|known|nearest|closest|next|point|at|location|coordinates?) )*(?:(?P<tl>§[blp]\d+)|"
    rf"(?:(?P<ta>{_ADJECTIVES}) )?(?P<tn>{alternatives(words.KNOWN_NOUNS)})(?!\w)"
    rf"(?:(?: that| which)(?: have| has| was| were| been| are| is)* (?P<tv>{_DONE})(?!\w))?)"
)
LAYER = r"(?:(?:the|our|a|an|any|my|all|these|different) )?(?P<tl>§[bl]\d+)"
POLYGONS = r"(?:(?:the|our|a|an|any|my|all|these|different) )?(?P<tl>§l\d+)"
INVENTORY = r"(?:(?:the|our|a|an|any|my|all) )?(?P<tl>§b\d+)"
