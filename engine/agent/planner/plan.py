"""From a sentence to tool calls, a question back, or "beyond"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from engine.agent.calls import ToolCall
from engine.agent.planner.compose import compose
from engine.agent.planner.concepts import read
from engine.agent.planner.english import ENGLISH
from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.mentions import Mentions, find_mentions
from engine.language.numerals import with_digits


@dataclass(frozen=True)
class Context:
    """What a question may refer to.

    Attributes
    ----------
    layers : tuple of str
        Names of the caller's vector layers.
    last : ToolCall, optional
        The call before.
    """

    layers: tuple[str, ...] = ()
    last: ToolCall | None = None


@dataclass(frozen=True)
class Plan:
    """What a sentence asks for.

    Attributes
    ----------
    kind : str
        ``calls``: run :attr:`calls` in order. ``ask``: put :attr:`question` to the user.
        ``beyond``: nothing here answers it; :attr:`question` says what can be asked.
    reason : str
        What is open, or which words were not understood.
    """

    kind: Literal["calls", "ask", "beyond"]
    calls: tuple[ToolCall, ...] = ()
    question: str = ""
    reason: str = ""


def plan(sentence: str, context: Context | None = None, lexicon: Lexicon = ENGLISH) -> Plan:
    """Understand a sentence as a whole, or not at all.

    A word that neither the grammar nor the lexicon knows is never skipped: it could turn the
    question round.

    Parameters
    ----------
    sentence : str
        One plain line.
    context : Context, optional
    lexicon : Lexicon

    >>> plan("How many houses were built?").calls[0].as_dict()["arguments"]["where"]
    {'class_name': 'building', 'action': 'appeared'}
    >>> plan("How many houses are near the river?").kind
    'ask'
    >>> plan("Who built the houses?").kind
    'beyond'
    """
    known = context or Context()
    text = _plain(sentence)
    names = find_mentions(text, known.layers, lexicon)
    clauses = _clauses(names.text, lexicon)
    whole = _clause(names.text, names, known.last, lexicon)
    if len(clauses) < 2 or (whole.kind == "beyond" and lexicon.beyond.search(names.text)):
        return whole
    calls: list[ToolCall] = []
    last = known.last
    for number, clause in enumerate(clauses):
        one = _clause(clause, names, last, lexicon)
        if one.kind != "calls":
            # What stands before the first question belongs to it.
            return whole if number == 0 or whole.kind == "calls" else one
        calls += one.calls
        last = one.calls[-1]
    return Plan("calls", tuple(calls))


def _clause(text: str, names: Mentions, last: ToolCall | None, lexicon: Lexicon) -> Plan:
    if found := lexicon.beyond.search(text):
        return _beyond(found[0].strip(), lexicon)
    words = " ".join(re.sub(r"(?<!\d)[,:]|[,:](?!\d)|[()\"“”]", " ", text).split())
    reading = read(words, names, lexicon)
    if not reading.asks and reading.unknown:
        return _beyond(" ".join(reading.unknown), lexicon)
    call, reason = (None, reading.asks[0]) if reading.asks else compose(reading, last)
    if call is None:
        return Plan("ask", question=lexicon.questions[reason], reason=reason)
    return Plan("calls", (call,))


def _beyond(words: str, lexicon: Lexicon) -> Plan:
    return Plan("beyond", question=f"{lexicon.cannot} {lexicon.can_ask}", reason=words)


def _clauses(text: str, lexicon: Lexicon) -> list[str]:
    return [part for part in lexicon.clause.split(text) if part and part.strip()]


def _plain(sentence: str) -> str:
    text = unicodedata.normalize("NFC", sentence).lower().replace("’", "'").strip(" ?.!")
    return with_digits(" ".join(re.sub(r"[?!]|\.(?=\s)", " ", text).split()), above=1)
