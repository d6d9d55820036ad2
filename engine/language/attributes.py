"""A tile's caption as attributes: the model's sentence, or the guide's where that is no good.

No tile is dropped over a text. What the model said is kept as it came; its numbers stand beside the
measured ones (design 4.2: ``caption`` … ``agree``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.guide.agreement import best_wording, completed
from engine.guide.reading import Finding
from engine.language.backend import Reply
from engine.language.candidates import GUIDE_VOTES, heard, wordings
from engine.language.captions import parse_caption
from engine.language.fault import Answer, Fault
from engine.language.prompts import request
from engine.language.stated import numbers_agree, stated_numbers
from engine.language.tasks import CAPTION


@dataclass(frozen=True)
class CaptionAttributes:
    """Fields of the layer ``tiles``, by their names there.

    Attributes
    ----------
    caption : str
        What is shown; what it passes over of the map is added to it.
    caption_source : {"language", "guide"}
    caption_raw : str
        The model's own text, as it came.
    text_ok : bool
        Whether that is what is shown, as it is or completed.
    stated_building, stated_road : int or None
        Numbers of the model's own words; None where it says none, or nothing that can be read.
    agree : bool or None
        Whether they equal the measured ones; None where there is nothing to compare.
    fault : Fault or None
        Why the text is not shown; for the log.
    """

    caption: str
    caption_source: Literal["language", "guide"]
    caption_raw: str
    text_ok: bool
    stated_building: int | None
    stated_road: int | None
    agree: bool | None
    fault: Fault | None


def agreeing_caption(
    reply: Reply,
    findings: Sequence[Finding],
    liked: str | None = None,
    votes: int = GUIDE_VOTES,
) -> Answer[str]:
    """The best liked of a reply's wordings that agrees with the map.

    If none does, the best liked that can be completed, and then the best liked. Where the guide's
    sentence agrees no less and is liked better, none is taken.

    Parameters
    ----------
    liked, votes
        The guide's sentence, and how often it votes (:func:`engine.language.candidates.wordings`).
    """
    answers = {
        text: parse_caption(text, findings, prompt=request(CAPTION), finished=reply.finished)
        for text in wordings(reply, liked, votes)
    }
    best = next(iter(answers.values()))
    told = {
        text: answers[text].value if text in answers else text
        for text in heard(reply, liked, votes)
    }
    chosen = best_wording([value for value in told.values() if value is not None], findings)
    if chosen is None or completed(chosen, findings) is None:
        return best
    text = next(text for text, value in told.items() if value == chosen)
    return answers.get(text) or Answer(best.raw, fault=Fault.LESS_LIKED)


def caption_attributes(
    answer: Answer[str],
    guide_sentence: str,
    findings: Sequence[Finding],
    measured: Mapping[str, int],
    counts: Mapping[str, Answer[int]] | None = None,
) -> CaptionAttributes:
    """What a tile's fields hold after the language model has spoken.

    Parameters
    ----------
    answer : Answer of str
        From :func:`agreeing_caption`.
    guide_sentence : str
        Shown where the answer is of no use or disagrees with the map.
    findings : sequence of Finding
        What was measured in the tile.
    measured : mapping of str to int
        Objects by class, as in ``n_building`` and ``n_road``; a class the guide does not know is
        missing.
    counts : mapping of str to Answer of int, optional
        Answers to the count task by class, where it was asked: they go before the sentence's
        numbers.
    """
    fault = answer.fault
    stated = stated_numbers(answer.value) if answer.value is not None else {}
    shown = None if answer.value is None else completed(answer.value, findings)
    if answer.value is not None and shown is None:
        fault = Fault.DISAGREES
    for name, count in (counts or {}).items():
        stated.pop(name, None)
        if count.value is not None:
            stated[name] = count.value
    return CaptionAttributes(
        caption=guide_sentence if shown is None else shown,
        caption_source="guide" if shown is None else "language",
        caption_raw=answer.raw,
        text_ok=shown is not None,
        stated_building=stated.get("building"),
        stated_road=stated.get("road"),
        agree=numbers_agree(stated, measured),
        fault=fault,
    )
