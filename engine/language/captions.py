"""Free sentences: descriptions of the change and answers to users' questions."""

from __future__ import annotations

from collections.abc import Sequence

from engine.guide.reading import Finding
from engine.language.degenerate import damage, is_stock, prose_fault
from engine.language.fault import Answer, Fault

CAPTION_MOST = 400
"""Characters of a caption; people's longest has fewer than 250."""
REPLY_MOST = 1500
"""Characters of an answer to a free question."""
_QUOTES = "\"'“”‘’`"


def parse_caption(
    raw: str,
    findings: Sequence[Finding] = (),
    *,
    prompt: str = "",
    finished: bool = True,
    language: str | None = "en",
) -> Answer[str]:
    """Read a description of the change.

    Parameters
    ----------
    raw : str
        As the model gave it.
    findings : sequence of Finding
        What was measured: a sentence without any object where there are some is no description.
    prompt : str
        The request's words, to tell an echo by.
    finished : bool
        Whether the model ended by itself.
    language : str, optional
        The language asked for; only English (``en``) is judged.

    Returns
    -------
    Answer of str
        One lower-case sentence without a full stop. Whether it agrees with the map in class, action
        and number is another question (:func:`engine.guide.agreement.agrees`).
    """
    answer = _prose(raw, CAPTION_MOST, prompt, finished, language)
    if answer.value is None:
        return answer
    if is_stock(answer.value, findings):
        return Answer(raw, fault=Fault.STOCK)
    return Answer(raw, answer.value.lower().rstrip(". "))


def parse_reply(
    raw: str, *, prompt: str = "", finished: bool = True, language: str | None = None
) -> Answer[str]:
    """Read an answer to a free question, in whatever language unless one was asked for.

    Parameters are those of :func:`parse_caption`.
    """
    return _prose(raw, REPLY_MOST, prompt, finished, language)


def _prose(raw: str, most: int, prompt: str, finished: bool, language: str | None) -> Answer[str]:
    fault = damage(raw, most, finished=finished)
    if fault is None:
        fault = prose_fault(raw, prompt=prompt, language=language)
    if fault is not None:
        return Answer(raw, fault=fault)
    return Answer(raw, " ".join(raw.split()).strip(_QUOTES).strip())
