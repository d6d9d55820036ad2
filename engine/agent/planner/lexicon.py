"""What a language brings to the planner. The grammar itself knows no word of any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    keywords : frozenset of str
        Words that the patterns look for: what a word with a slip may have been meant as.
    lookalikes : frozenset of str
        Other words of the language that one or two slips would turn into a keyword.
    short : mapping
        What abbreviations stand for.
    rewrites : tuple of (re.Pattern, str)
        Signs, numbers and turns of phrase, and how the patterns know them; in this order.
    dotted : re.Pattern
        Abbreviations (group 1) whose dot ends no sentence.
    remark : re.Pattern
        The beginning of a remark behind a dash or a full stop, which asks for nothing.
    statement : re.Pattern
        The beginning of a clause that only leads up to a question.
    opening : re.Pattern
        Where a question begins behind words that only lead up to it.
    leading : re.Pattern
        How such a lead ends ("my boss would like to know").
    label : re.Pattern
        A heading before a question ("Parkland under pressure:").
    trailing : re.Pattern
        The beginning of a clause behind a question that only says what it is for.
    determiners : tuple of str
        Words behind which a noun stands.
    pronoun : re.Pattern
        A place word (group 1) and a pronoun behind it.
    series : re.Pattern
        Several numbers of one limit (group ``numbers``).
    narrows : re.Pattern
        Words of a sentence that narrow, or turn round, the question beside it.
    never_skipped : frozenset of str
        Words that turn a question round.
    completed : frozenset of str
        Words that the one behind them completes: articles aside, all that a name may follow.
    naming : frozenset of str
        Prepositions behind which a place is named.
    completing : frozenset of str
        Words behind a noun that narrows.
    correction : re.Pattern
        Words with which a speaker takes back what was said before ("scratch that").
    aside, asks : re.Pattern
        What a clause holds that only leads up to a question, or remarks on it; how the question
        begins.
    restricts : re.Pattern
        The beginning of a correction of the last clause alone ("no, just the total").
    continues : re.Pattern
        The beginning of what only mends the end of what was said ("no, within 50 m").
    open_end : re.Pattern
        The end that it mends.
    gloss : re.Pattern
        Words behind which what was said is said again ("that is"); ``weak`` if only for the words
        just before them.
    idle : re.Pattern
        Words that say nothing, by their form (adverbs).
    heading : re.Pattern
        The end of a heading that only says what the question is for ("site inspection").
    activity : re.Pattern
        The same, where a layer in the heading is the place ("dune watch").
    topic : re.Pattern
        A clause that begins with a layer as its topic.
    each : re.Pattern
        Words that ask for one answer for each polygon.
    per : str
        The word before what is divided by.
    partitions : re.Pattern
        Names of layers that divide the whole area ("districts").
    pairs : tuple of re.Pattern
        Two alternatives (groups ``a`` and ``b``) in one question; each is asked for.
    events : frozenset of str
        Words of :attr:`actions` that are nouns of any object.
    inventories : frozenset of str
        Words in the names of layers whose objects are compared.
    repeating : tuple of str
        Words between a layer's name and itself ("field after field").
    place : re.Pattern
        What of a remark says where.
    layer_nouns : frozenset of str
        Nouns of layers' names that tell no layer from another ("areas").
    layer_aliases : mapping
        Other words for words of layers' names ("openstreetmap": "osm").
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
    keywords: frozenset[str] = frozenset()
    lookalikes: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    dotted: re.Pattern[str] | None = None
    remark: re.Pattern[str] | None = None
    statement: re.Pattern[str] | None = None
    opening: re.Pattern[str] | None = None
    leading: re.Pattern[str] | None = None
    label: re.Pattern[str] | None = None
    trailing: re.Pattern[str] | None = None
    determiners: tuple[str, ...] = ()
    pronoun: re.Pattern[str] | None = None
    series: re.Pattern[str] | None = None
    narrows: re.Pattern[str] | None = None
    never_skipped: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    completing: frozenset[str] = frozenset()
    correction: re.Pattern[str] | None = None
    aside: re.Pattern[str] | None = None
    asks: re.Pattern[str] | None = None
    restricts: re.Pattern[str] | None = None
    continues: re.Pattern[str] | None = None
    open_end: re.Pattern[str] | None = None
    gloss: re.Pattern[str] | None = None
    idle: re.Pattern[str] | None = None
    heading: re.Pattern[str] | None = None
    activity: re.Pattern[str] | None = None
    topic: re.Pattern[str] | None = None
    each: re.Pattern[str] | None = None
    per: str = "per"
    partitions: re.Pattern[str] | None = None
    pairs: tuple[re.Pattern[str], ...] = ()
    events: frozenset[str] = frozenset()
    inventories: frozenset[str] = frozenset()
    repeating: tuple[str, ...] = ()
    place: re.Pattern[str] | None = None
    layer_nouns: frozenset[str] = frozenset()
    layer_aliases: Mapping[str, str] = field(default_factory=dict)
