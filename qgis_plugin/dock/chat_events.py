"""From the engine's events to a turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..translation import tr
from .chat_record import Sentence, Step, Turn, plain, texts

ACTIONS = ("zoom", "select", "filter", "swipe", "report", "export")


def apply(turn: Turn, events: Iterable[Mapping[str, Any]]) -> set[str]:
    """Take events into a turn.

    Returns
    -------
    set of str
        What changed: ``session``, ``steps``, ``words``, ``sentences``, ``actions``,
        ``suggestions`` and ``end``.
    """
    changed: set[str] = set()
    for event in events:
        changed |= _take(turn, event)
    return changed


def _take(turn: Turn, event: Mapping[str, Any]) -> set[str]:
    kind = event.get("event")
    if not turn.running:
        return set()
    turn.state = "answering"
    if kind == "session":
        turn.model, turn.device = plain(event.get("model")), plain(event.get("device"))
        turn.crs = plain(event.get("crs"))
        if event.get("leaves_machine") is True:
            turn.host = turn.host or turn.may_go_to or tr("another computer")
        return {"session"}
    if kind == "step":
        turn.steps.append(Step.of(event))
        return {"steps"}
    if kind == "result":
        for step in turn.steps:
            if step.n == event.get("n"):
                step.take(event)
        return {"steps"}
    if kind == "token":
        turn.pending += plain(event.get("text"))
        return {"words"}
    if kind == "sentence":
        turn.sentences.append(Sentence.of(event))
        turn.pending = ""
        return {"sentences"}
    if kind == "action" and event.get("name") in ACTIONS:
        arguments = event.get("arguments")
        known = dict(arguments) if isinstance(arguments, Mapping) else {}
        turn.actions.append({"name": event["name"], "arguments": known})
        return {"actions"}
    if kind == "suggestions":
        turn.suggestions = texts(event.get("questions"))
        return {"suggestions"}
    return _end(turn, event)


def _end(turn: Turn, event: Mapping[str, Any]) -> set[str]:
    kind = event.get("event")
    if kind == "done":
        turn.state, turn.kind = "done", plain(event.get("kind"))
        seconds = event.get("seconds")
        turn.seconds = float(seconds) if isinstance(seconds, (int, float)) else None
        text = plain(event.get("text"))
        if text and not turn.sentences:
            turn.sentences, turn.pending = [Sentence(text)], ""
    elif kind == "error":
        fail(turn, plain(event.get("message")), plain(event.get("hint")))
    elif kind == "stopped":
        turn.state = "stopped"
    else:
        return set()
    keep_words(turn)
    return {"sentences", "end"}


def fail(turn: Turn, message: str, hint: str) -> None:
    """End a turn with an error; what was said so far is kept."""
    turn.state, turn.error, turn.hint = "failed", message, hint
    keep_words(turn)


def stop(turn: Turn) -> None:
    """End a turn because the user said so."""
    turn.state = "stopped"
    keep_words(turn)


def keep_words(turn: Turn) -> None:
    """Words that no sentence came for stand without evidence."""
    if turn.pending.strip():
        turn.sentences.append(Sentence(turn.pending.strip(), source="unfinished"))
    turn.pending = ""
