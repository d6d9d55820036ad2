"""How many wordings of a description are drawn, how boldly, and how often the guide votes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.language.attributes import agreeing_caption, caption_attributes
from engine.language.candidates import wordings
from engine.language.tasks import CAPTION
from training.evaluate.caption_scores import CaptionScores
from training.evaluate.language.asking import Said, ask
from training.evaluate.language.cases import Case, report_cases
from training.evaluate.language.conditions import condition
from training.evaluate.language.models import open_language
from training.evaluate.models import open_subject
from training.evaluate.places import Places
from training.guide.tiles import refuse_report

DRAWN = (0, 4, 8, 16)
TEMPERATURES = (0.4, 0.8)
VOTES = (0, 1, 2, 3)


def compare_wordings(
    model: Path, root: Path, sets: Sequence[str], limit: int | None = None
) -> dict[str, Any]:
    """S*m on changed crops, of what is said and of what the layers show, setting by setting.

    Parameters
    ----------
    model : Path
        Model folder; both its guide and its language model.
    sets : sequence of str
        LEVIR groups kept for choices, of whose images neither has seen any. Of train_1 and train_2
        both know the sentences: they are among LEVIR-CC's training text.
    limit : int, optional
        So many tiles at most.

    Raises
    ------
    ValueError
        The language model cannot draw, no crop there changed, or a report tile is among them.
    """
    refuse_report(tuple(sets))
    places = Places(root, open_subject(model), tuple(sets), limit)
    cases = [case for case in report_cases(places) if case.changed]
    if not cases:
        raise ValueError(f"no changed crops in {', '.join(sets)}")
    backend: Any = open_language(model)
    if not hasattr(backend, "drawn"):
        raise ValueError(f"{backend.name} does not draw wordings")
    rows = []
    for drawn, temperature in itertools.product(DRAWN, TEMPERATURES):
        if not drawn and temperature != TEMPERATURES[0]:
            continue
        backend.drawn, backend.temperature = drawn, temperature
        told = ask(backend, cases, condition("full"), (CAPTION,))
        rows += [_row(told, drawn, temperature, votes) for votes in VOTES]
    backend.close()
    alone = {
        "guide": [case.guide or "" for case in cases],
        "on the card": [case.reading.caption or "" for case in cases],
        "shown without": [case.without for case in cases],
    }
    return {
        "crops": len(cases),
        **{name: _score(texts, cases) for name, texts in alone.items()},
        "settings": rows,
    }


def _row(told: Sequence[Said], drawn: int, temperature: float, votes: int) -> dict[str, Any]:
    cases = [one.case for one in told]
    said, shown = [], []
    for one in told:
        reply, findings = one.replies[CAPTION.id], one.case.reading.findings
        said.append(wordings(reply, one.liked, votes)[0])
        answer = agreeing_caption(reply, findings, one.liked, votes)
        shown.append(caption_attributes(answer, one.case.without, findings, {}).caption)
    scores = {"said": _score(said, cases), "shown": _score(shown, cases)}
    return {"drawn": drawn, "temperature": temperature, "votes": votes} | scores


def _score(texts: Sequence[str], cases: Sequence[Case]) -> float | None:
    scores = CaptionScores(list(texts), [case.sentences for case in cases])
    value = scores.measure([case.unit for case in cases]).value
    return None if value is None else round(value, 2)
