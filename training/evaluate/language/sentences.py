"""Caption scores of several ways to say something about the same crops, and their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from training.evaluate.caption_scores import FIELDS, ORDERS, CaptionScores
from training.evaluate.language.cases import Case
from training.evaluate.measure import Columns, compare
from training.evaluate.section import Section
from training.evaluate.window import Array

PARTS = ("changed", "balanced", "all")
_SMALL, _TINY = 1e-9, 1e-15


def measure_sentences(sentences: Mapping[str, Mapping[str, str]], cases: Sequence[Case]) -> Section:
    """Scores of each system on changed crops, on all, and as if half of them were changed.

    Parameters
    ----------
    sentences : mapping
        By system, then by case: one sentence.
    cases : sequence of Case
        With people's sentences.

    Returns
    -------
    Section
        Measures ``captions.SYSTEM.PART.s_m``; facts of the same names with all single scores.
    """
    section = Section()
    for system, texts in sentences.items():
        prefix = f"captions.{system}"
        for part in ("changed", "all"):
            chosen = [case for case in cases if case.changed or part == "all"]
            if not chosen:
                continue
            scores = CaptionScores(
                [texts[case.name] for case in chosen], [case.sentences for case in chosen]
            )
            units = [case.unit for case in chosen]
            section.measures[f"{prefix}.{part}.s_m"] = scores.measure(units)
            section.facts[f"{prefix}.{part}"] = _facts(scores)
            changed = np.array([case.changed for case in chosen])
            if part == "all" and changed.any() and not changed.all():
                section.measures[f"{prefix}.balanced.s_m"] = scores.balanced(units, changed)
                section.facts[f"{prefix}.balanced"] = {"mean": scores.resampled(changed)}
    return section


def bleu(s: Columns, orders: int) -> Array:
    """Corpus BLEU of the first ``orders`` orders, as pycocoevalcap computes it."""
    product = np.ones_like(s["length"], float)
    for order in range(orders):
        product = product * (s[f"correct{order}"] + _TINY) / (s[f"guess{order}"] + _SMALL)
    ratio = (s["length"] + _TINY) / (s["reference"] + _SMALL)
    penalty = np.exp(np.minimum(0.0, 1 - 1 / np.maximum(ratio, _SMALL)))
    return np.asarray(product ** (1 / orders) * penalty)


def _facts(scores: CaptionScores) -> dict[str, Any]:
    total = {name: np.asarray(scores.rows[:, i].sum()) for i, name in enumerate(FIELDS)}
    lower = {f"bleu{n}": round(100 * float(bleu(total, n)), 2) for n in range(1, len(ORDERS))}
    words = round(float(total["length"] / total["n"]), 2)
    return lower | scores.official | {"words": words, "crops": len(scores.rows)}


def gains(section: Section, system: str, others: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a system has over others: paired bootstrap over places, by other and part."""
    found: dict[str, dict[str, Any]] = {}
    for other in others:
        for part in PARTS:
            first, second = (
                section.measures.get(f"captions.{name}.{part}.s_m") for name in (system, other)
            )
            if first is not None and second is not None:
                found.setdefault(other, {})[part] = compare(first, second)
    return found
