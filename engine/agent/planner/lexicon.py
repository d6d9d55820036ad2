"""What a language brings to the planner. The grammar itself knows no word of any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """A pattern, and what it says.

    Attributes
    ----------
    concept : str
        One of :data:`engine.agent.planner.concepts.CONCEPTS`.
    pattern : re.Pattern
        Searched in the plain sentence (lower case, numbers in digits, layers as ``§l0``, points as
        ``§p0``, ids of objects as ``§i0``); what it matches is used up. Named groups hand values
        to the concept.
    value : object
        What the concept is set to, where the words say it and no group does.
    needs : tuple of str
        Tools of which an earlier rule must have hinted at one; empty: the rule always counts.
    """

    concept: str
    pattern: re.Pattern[str]
    value: Any = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """One language.

    Attributes
    ----------
    rules : tuple of Rule
        In this order; an earlier rule takes its words away from the later ones.
    nouns : mapping
        Class by noun, all forms; ``None`` for words that mean any object.
    actions : mapping
        Action by word; ``None`` for words that mean any change.
    filler : frozenset
        Words that say nothing more.
    back : frozenset
        Words that point back to what was asked before.
    beyond : re.Pattern
        Words of questions that no layer answers.
    clause : re.Pattern
        Where a second question begins in one sentence.
    units : mapping
        Metres, or square metres, by unit as written.
    unit_names : mapping
        The unit of answers by unit as written.
    plurals : tuple of str
        Endings by which a layer's name may differ from its mention.
    questions : mapping
        What is asked back, by reason.
    can_ask, cannot : str
        What can be asked, and how to say that a question is beyond the layers.
    layer_words : tuple of str
        Words that may follow a layer's name ("the rivers layer").
    """

    name: str
    rules: tuple[Rule, ...]
    nouns: Mapping[str, str | None]
    actions: Mapping[str, str | None]
    filler: frozenset[str]
    back: frozenset[str]
    beyond: re.Pattern[str]
    clause: re.Pattern[str]
    units: Mapping[str, float]
    unit_names: Mapping[str, str]
    plurals: tuple[tuple[str, str], ...]
    layer_words: tuple[str, ...]
    questions: Mapping[str, str]
    can_ask: str
    cannot: str
