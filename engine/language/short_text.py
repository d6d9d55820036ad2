"""The text of an answer to a closed question, tidied before it is read."""

from __future__ import annotations

from engine.guide.claims import class_of
from engine.language.degenerate import damage
from engine.language.english import is_filler, words_of
from engine.language.fault import Fault
from engine.language.tasks import ASKED

MOST = 400
"""Characters of an answer to a closed question."""
_EMPHASIS = str.maketrans({**dict.fromkeys("*_`\"'“”‘’", " "), "–": "-", "−": "-"})


def short_text(raw: str, *, finished: bool = True) -> tuple[str, Fault | None]:
    """The lower-case text on one line, without emphasis and quotes, and what is wrong with it.

    Parameters
    ----------
    raw : str
        As the model gave it.
    finished : bool
        Whether the model ended by itself: half a number is another number.
    """
    text = " ".join(raw[: MOST + 1].translate(_EMPHASIS).lower().split())
    # The length that counts is the model's own: a word and a thousand blanks is no short answer.
    fault = Fault.TOO_LONG if len(raw) > MOST else damage(text, MOST, finished=finished)
    return text, fault


def names_only_others(text: str, class_name: str) -> bool:
    """Whether a text is about another class of those that are asked for, and not about this."""
    named = {class_of(word) for word in words_of(text)} & set(ASKED)
    return bool(named) and class_name not in named


def is_plain(text: str) -> bool:
    """Whether all words of a text (without its numbers and places) are fillers."""
    return all(map(is_filler, words_of(text)))
