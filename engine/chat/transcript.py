"""A conversation as Markdown, in which nothing that was said can be markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from engine.chat.records import MESSAGE_MOST, SessionRecord, TurnRecord
from engine.plain_text import plain_line

NAMED_MOST = 10
"""Objects that are named under an answer."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_START = re.compile(r"^([-+=>]|\d+[.)])")


def markdown(session: SessionRecord, turns: Sequence[TurnRecord]) -> str:
    """The whole conversation: questions, answers, where they come from, what they rest on."""
    return "\n".join(_lines(session, turns)) + "\n"


def _lines(session: SessionRecord, turns: Sequence[TurnRecord]) -> Iterator[str]:
    yield f"# {escaped(session.title)}"
    yield ""
    yield f"Layers: {escaped(session.layers)}. Begun {session.created_at}."
    for turn in turns:
        yield ""
        yield f"## {escaped(turn.question)}"
        yield ""
        yield f"*{turn.asked_at}{_limit(turn)}*"
        for sentence in turn.sentences:
            yield ""
            mark = "The language model's opinion: " if sentence.get("source") == "model" else ""
            yield f"{mark}{escaped(str(sentence['text']))}"
            if named := _named(sentence):
                yield ""
                yield f"- {named}"
        if turn.error is not None:
            yield ""
            yield f"Error: {escaped(str(turn.error.get('message')))}"
        if turn.stopped or turn.interrupted:
            yield ""
            yield "(stopped)" if turn.stopped else "(the program ended before the answer)"


def escaped(text: str) -> str:
    r"""Text as Markdown that reads the same.

    >>> print(escaped("a <b> [x](y)"))
    a ‹b› \[x\](y)
    """
    line = _SPECIAL.sub(r"\\\1", plain_line(text, MESSAGE_MOST))
    return _START.sub(r"\\\1", line)


def _limit(turn: TurnRecord) -> str:
    if turn.context is None or not turn.context.limits:
        return ""
    if turn.context.selection:
        return f", {len(turn.context.selection):,} selected objects"
    return ", within the map's extent"


def _named(sentence: dict[str, Any]) -> str:
    ids = [str(one) for one in sentence.get("box_ids", ())]
    if not ids:
        return ""
    total = int(sentence.get("n_features", len(ids)))
    more = f" and {total - NAMED_MOST:,} more" if total > NAMED_MOST else ""
    noun = "object" if total == 1 else "objects"
    return f"{total:,} {noun}: {escaped(', '.join(ids[:NAMED_MOST]))}{more}"
