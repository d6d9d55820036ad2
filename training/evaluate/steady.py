"""How steady claims are: real edits under several filters of one class, read once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from training.evaluate.claims import Limits, read_claims
from training.evaluate.models import Subject
from training.evaluate.on_edits import judge, outputs_of
from training.evaluate.sweeps import Choice
from training.guide.tiles import Pair

COUNT, SEED, GSD_M = 200, 36, 0.5


def steady_edits(
    subject: Subject, pairs: Sequence[Pair], name: str, options: Sequence[Choice]
) -> dict[Choice, float]:
    """Share of edits that change exactly their own claim, by filter of a class.

    Parameters
    ----------
    pairs : sequence of Pair
        Real places at half a metre, not those of the report.
    name : str
        Class whose threshold, smallest area (m²) and least score are tried.
    """
    from training.scenes.edits import counterfactuals

    limits = {option: _with(subject.limits, name, option) for option in options}
    exact: Counter[Choice] = Counter()
    for edit, *outputs in outputs_of(subject, counterfactuals(pairs, COUNT, SEED)):
        for option, limit in limits.items():
            plain, edited = (
                read_claims(out["change"], out["appeared"][0], limit, GSD_M) for out in outputs
            )
            verdict = judge(plain, edited, edit.mask, edit.action, edit.class_name)
            exact[option] += verdict.exact
    return {option: exact[option] / COUNT for option in options}


def _with(limits: Limits, name: str, option: Choice) -> Limits:
    change, area, score = option
    return dataclasses.replace(
        limits,
        change={**limits.change, name: change},
        min_area_m2={**limits.min_area_m2, name: area},
        min_score={**limits.min_score, name: score},
    )
