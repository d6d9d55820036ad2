"""A conversation as Markdown, for a file or the clipboard."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..translation import tr
from .chat_record import Turn

# What Markdown, or the HTML in it, would take for more than text.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+|!~&])")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is; a model's text makes no link and no picture."""
    lines = _SIGNS.sub(r"\\\1", text).splitlines() or [""]
    # A dash or a number at the start of a line would make a list.
    return "  \n".join(re.sub(r"^(\s*)(-|=|\d+\.)", r"\1\\\2", line) for line in lines)


def transcript(title: str, turns: Iterable[Turn]) -> str:
    """Questions, answers and their evidence, as Markdown."""
    parts = [f"# {escaped(title)}"]
    for turn in turns:
        parts.append(f"## {escaped(turn.question)}")
        about = [turn.asked_at, turn.place, turn.model, turn.device]
        parts.append(" · ".join(escaped(one) for one in about if one))
        for sentence in turn.sentences:
            line = escaped(sentence.text)
            if sentence.source == "model":
                line += " *(" + escaped(tr("model's opinion")) + ")*"
            if sentence.source == "unfinished":
                line += " …"
            if sentence.box_ids:
                shown = ", ".join(f"`{one}`" for one in map(_code, sentence.box_ids[:20]))
                rest = sentence.evidence - len(sentence.box_ids[:20])
                more = " " + tr("and {} more").format(rest) if rest > 0 else ""
                line += f"  \n{escaped(tr('Evidence:'))} {shown}{escaped(more)}"
            parts.append(line)
        if turn.state == "stopped":
            parts.append(f"*{escaped(tr('Stopped.'))}*")
        if turn.error:
            parts.append(f"**{escaped(turn.error)}** {escaped(turn.hint)}".strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _code(text: str) -> str:
    return text.replace("`", "'")
