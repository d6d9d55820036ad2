"""Answers to "did anything change?"."""

from __future__ import annotations

import re

from engine.guide.claims import claims
from engine.language.fault import Answer, Fault
from engine.language.short_text import short_text

_WORDS = {"yes": True, "yeah": True, "true": True, "no": False, "nope": False, "false": False}
# "No." is an answer; "no longer", "no houses" are parts of a sentence.
_ANSWER = re.compile(rf"\b({'|'.join(_WORDS)})\b(?=\s*(?:$|[^\w\s]|or\b|and\b))")
_LEAD = re.compile(r"(?:answer\s*:\s*)?(?:yes|yeah|true)\b")
_NEGATION = re.compile(r"\b(?:no|not|none|neither|nor|same|unchanged|identical|nothing)\b")
_DOUBT = re.compile(
    r"\b(?:sure|know|tell|unclear|uncertain|maybe|perhaps|possibly|might|may|could|cannot|unable|if"
    r"|whether)\b"
)
_NONE_OF_IT = re.compile(r"(?:no|neither|none)\b(?! longer)(?!.*(?:[,;.]\s|\bbut\b|\bwhile\b))")


def parse_yes_no(raw: str, *, finished: bool = True) -> Answer[bool]:
    """Read an answer to the binary task.

    A sentence counts as what it claims. A yes beside a no, or before a sentence that says the
    opposite, is no answer.

    Parameters
    ----------
    raw : str
        As the model gave it.
    finished : bool
        Whether the model ended by itself.
    """
    text, fault = short_text(raw, finished=finished)
    if fault is not None:
        return Answer(raw, fault=fault)
    if _DOUBT.search(text):
        return Answer(raw, fault=Fault.UNREADABLE)
    words = {_WORDS[word] for word in _ANSWER.findall(text)}
    if _LEAD.match(text):
        words.add(True)
    said = _said(text)
    if len(words) == 2 or (words and said is not None and said not in words):
        return Answer(raw, fault=Fault.AMBIGUOUS)
    if words:
        return Answer(raw, words.pop())
    return Answer(raw, said) if said is not None else Answer(raw, fault=Fault.UNREADABLE)


def _said(text: str) -> bool | None:
    """What a sentence claims; None where it does not say clearly."""
    rest = _ANSWER.sub(" ", text).strip(" .,;:!")
    if _NONE_OF_IT.match(rest):
        return False
    read = claims(rest)
    if read.unchanged:
        return False
    happened = any(claim.action is not None for claim in read.things)
    return True if happened and not _NEGATION.search(rest) else None
