"""What a phrase looks for: objects by a typed filter, and words in captions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.agent import plan
from engine.agent.arguments import Where, WhereArguments
from engine.agent.wording import noun
from engine.errors import QuestionError
from engine.find.words import content, meanings
from engine.guide.claims import claims
from engine.guide.words import PLACING
from engine.language.quoting import checked_question

_BREAK = re.compile(rf"\s(?:{'|'.join(sorted(PLACING))})\s")


@dataclass(frozen=True)
class Phrase:
    """A phrase as it is understood.

    Attributes
    ----------
    where : Where, optional
        Filter of objects; None where the phrase names none that the layers know.
    names, words : tuple of str
        Words to look for in captions: by meaning, and as they are written.
    """

    text: str
    where: Where | None
    names: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def understood(self) -> str:
        """What is looked for, in words."""
        parts = [noun(self.where)] if self.where is not None else []
        if self.names:
            parts.append("captions that speak of " + ", ".join(dict.fromkeys(self.names)))
        return "; ".join(parts)


def read_phrase(text: str) -> Phrase:
    """Understand a phrase.

    The chat's planner reads it; what it does not know at the end ("in forest") is left to the
    search in captions. Where it knows nothing, the reader of captions looks for a class.

    Raises
    ------
    QuestionError
        It is empty, far too long, or says nothing that can be looked for.
    """
    line = checked_question(text)
    phrase = Phrase(
        line,
        _planned(line) or _claimed(line),
        tuple(dict.fromkeys(meanings(line))),
        tuple(dict.fromkeys(content(line))),
    )
    if phrase.where is None and not phrase.names:
        raise QuestionError(
            f"Nothing in {line[:80]!r} can be looked for.", hint='As in "new road in forest".'
        )
    return phrase


def _planned(line: str) -> Where | None:
    part = line
    while part:
        for sentence in (part, f"show {part}"):
            known = plan(sentence)
            if known.kind == "calls" and len(known.calls) == 1:
                arguments = known.calls[0].arguments
                # Without a filter, "show changes" is any tile.
                if isinstance(arguments, WhereArguments) and arguments.where != Where():
                    return arguments.where
        ends = [found.start() for found in _BREAK.finditer(part)]
        part = part[: ends[-1]] if ends else ""
    return None


def _claimed(line: str) -> Where | None:
    things = [one for one in claims(line).things if one.class_name in ("building", "road")]
    if len({one.class_name for one in things}) != 1:
        return None
    return Where.model_validate({"class_name": things[0].class_name, "action": things[0].action})
