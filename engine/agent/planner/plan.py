"""From a sentence to tool calls, a question back, or "beyond"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.agent.calls import ToolCall
from engine.agent.planner.compose import compose
from engine.agent.planner.concepts import read
from engine.agent.planner.english import ENGLISH
from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.mentions import Mentions
from engine.agent.planner.placing import placed
from engine.agent.planner.sentences import corrected, plain, questions, series
from engine.agent.planner.skipping import skippable


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

    A word that neither the grammar nor the lexicon knows stops the answer, unless it is the only
    one and stands where it cannot narrow what is sought.

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
    for meant in corrected(sentence, known.layers, lexicon):
        made = _planned(meant, Context(known.layers), lexicon)
        if made.kind == "calls":
            return made
    return _planned(sentence, known, lexicon)


def _planned(sentence: str, known: Context, lexicon: Lexicon) -> Plan:
    text, names = plain(sentence, known.layers, lexicon)
    parts = questions(text, names, lexicon)
    if len(parts) > 1 and any(lexicon.beyond.search(part) for part in parts):
        parts = [" ".join(parts)]
    last = known.last
    made: list[ToolCall] = []
    for part in (one for whole in parts for one in series(whole, lexicon)):
        one = _sentence(part, names, last, lexicon)
        if one.kind != "calls":
            return one
        made += one.calls
        last = one.calls[-1]
    return Plan("calls", tuple(made))


def _sentence(text: str, names: Mentions, last: ToolCall | None, lexicon: Lexicon) -> Plan:
    clauses = _clauses(text, lexicon)
    whole = _clause(text, names, last, lexicon)
    if len(clauses) < 2 or (whole.kind == "beyond" and lexicon.beyond.search(text)):
        return whole
    calls: list[ToolCall] = []
    if (
        whole.kind == "calls"
        and _clause(clauses[0], names, None, lexicon, bare=False).kind != "calls"
    ):
        return whole  # "Without the rejected ones, how many ..."
    for number, clause in enumerate(clauses):
        one = _clause(clause, names, last, lexicon, bare=False)
        if one.kind != "calls":
            # What stands before the first question belongs to it.
            return whole if number == 0 or whole.kind == "calls" else one
        if calls and _repeats(one.calls[0], calls[-1]):
            continue
        if calls and _completes(one.calls[0], calls[-1]):
            calls.pop()
        calls += one.calls
        last = one.calls[-1]
    return Plan("calls", tuple(calls))


def _repeats(call: ToolCall, before: ToolCall) -> bool:
    """Whether it describes again, with less ("a few words about the north, what happened")."""
    now, then = call.as_dict()["arguments"], before.as_dict()["arguments"]
    return call.tool == before.tool == "describe" and now.items() <= then.items()


def _completes(call: ToolCall, before: ToolCall) -> bool:
    """Whether a comparison says what is sought, where the one before only named the layer."""
    now, then = call.as_dict()["arguments"], before.as_dict()["arguments"]
    same = call.tool == before.tool == "compare_with_layer"
    return same and "find" not in then and then.items() <= now.items()


def _clause(
    text: str, names: Mentions, last: ToolCall | None, lexicon: Lexicon, *, bare: bool = True
) -> Plan:
    if found := lexicon.beyond.search(text):
        return _beyond(found[0].strip(), lexicon)
    words = " ".join(re.sub(r"(?<!\d)[,:]|[,:](?!\d)|[()\"“”]", " ", text).split())
    reading = placed(read(words, names, lexicon), words, names, last is not None, lexicon)
    # With an earlier question, a word left over could be what is to be done now.
    open_ended = last is not None and not reading.intents
    if (
        not reading.asks
        and reading.unknown
        and (open_ended or not skippable(reading, text, lexicon))
    ):
        return _beyond(" ".join(reading.unknown), lexicon)
    call, reason = (None, reading.asks[0]) if reading.asks else compose(reading, last, bare=bare)
    if call is None:
        return Plan("ask", question=lexicon.questions[reason], reason=reason)
    return Plan("calls", (call,))


def _beyond(words: str, lexicon: Lexicon) -> Plan:
    return Plan("beyond", question=f"{lexicon.cannot} {lexicon.can_ask}", reason=words)


def _clauses(text: str, lexicon: Lexicon) -> list[str]:
    return [part for part in lexicon.clause.split(text) if part and part.strip()]
