"""S*m of captions, words convention (science.md 1.6b), with what a bootstrap needs."""

from __future__ import annotations

import functools
import importlib.util
import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np

from training.evaluate.measure import Columns, Formula, Measure, Sums, divide
from training.evaluate.window import Array
from training.guide.vocabulary import words_of

ORDERS = range(4)
FIELDS = (
    *(f"{key}{order}" for key in ("correct", "guess") for order in ORDERS),
    "length", "reference", "meteor", "rouge", "cider", "n",
)  # fmt: skip
_SMALL, _TINY = 1e-9, 1e-15


def why_not() -> str | None:
    """What is missing for the scores; None when all is there."""
    if importlib.util.find_spec("pycocoevalcap") is None:
        return "not scored: pycocoevalcap is not installed (extra `evaluate`)"
    if shutil.which("java") is None:
        return "not scored: METEOR needs Java"
    return None


def plain(sentence: str) -> str:
    """Lower case, no punctuation, one blank between words."""
    return " ".join(words_of(sentence))


class CaptionScores:
    """Scores of one sentence for each of some crops against their references.

    Parameters
    ----------
    hypotheses : sequence of str
    references : sequence of sequences of str
        The human sentences of each.

    Attributes
    ----------
    rows : ndarray
        float64 (crops, len(FIELDS)): each crop's part of the sums.
    official : dict
        BLEU-4, METEOR, ROUGE-L and CIDEr-D as pycocoevalcap gives them, and their mean; x 100.
    """

    def __init__(self, hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> None:
        results = {i: [plain(text)] for i, text in enumerate(hypotheses)}
        truths = {i: [plain(text) for text in texts] for i, texts in enumerate(references)}
        self.rows = np.zeros((len(results), len(FIELDS)))
        bleu = self._bleu(results, truths)
        meteor = self._column("meteor", _meteor(results, truths))
        rouge = self._column("rouge", _scored("rouge.rouge", "Rouge", results, truths))
        cider = self._column("cider", _scored("cider.cider", "Cider", results, truths))
        self.rows[:, FIELDS.index("n")] = 1
        values = {"bleu4": bleu, "meteor": meteor, "rouge_l": rouge, "cider_d": cider}
        self.official = {name: round(100 * value, 2) for name, value in values.items()}
        self.official["s_m"] = round(25 * sum(values.values()), 2)
        # METEOR of a corpus is no mean of its segments; the rest of the way is a constant.
        self._meteor_gap = meteor - float(self.rows[:, FIELDS.index("meteor")].mean())

    def _column(self, name: str, scored: tuple[float, Sequence[float]]) -> float:
        self.rows[:, FIELDS.index(name)] = scored[1]
        return float(scored[0])

    def _bleu(self, results: dict[int, list[str]], truths: dict[int, list[str]]) -> float:
        from pycocoevalcap.bleu.bleu_scorer import BleuScorer

        scorer = BleuScorer(n=len(ORDERS))
        for index, texts in results.items():
            scorer += (texts[0], truths[index])
        for row, parts in zip(self.rows, scorer.ctest, strict=True):
            row[: 2 * len(ORDERS)] = [*parts["correct"], *parts["guess"]]
            length = parts["testlen"]
            closest = min((abs(size - length), size) for size in parts["reflen"])[1]
            row[FIELDS.index("length")], row[FIELDS.index("reference")] = length, closest
        return float(scorer.compute_score(option="closest")[0][-1])

    def formula(self) -> Formula:
        """S*m x 100 from sums of rows; CIDEr's document frequencies stay those of all crops."""
        gap = self._meteor_gap

        def s_m(s: Columns) -> Array:
            means = [divide(s[name], s["n"]) for name in ("meteor", "rouge", "cider")]
            return np.asarray(25 * (bleu4(s) + sum(means) + gap))

        return s_m

    def measure(self, units: Sequence[str]) -> Measure:
        """S*m with its bootstrap over the places the crops lie in."""
        sums = Sums(*FIELDS)
        for unit, row in zip(units, self.rows, strict=True):
            sums.add(unit, **dict(zip(FIELDS, row, strict=True)))
        return sums.measure(self.formula())

    def balanced(self, units: Sequence[str], changed: Array) -> Measure:
        """S*m where changed and unchanged crops count alike, with a bootstrap over places.

        Parameters
        ----------
        changed : ndarray
            bool (crops,).
        """
        sides = ("changed", "unchanged")
        sums = Sums(*(f"{side}.{name}" for side in sides for name in FIELDS))
        for unit, row, is_changed in zip(units, self.rows, changed, strict=True):
            side = sides[0] if is_changed else sides[1]
            sums.add(unit, **{f"{side}.{name}": v for name, v in zip(FIELDS, row, strict=True)})
        whole, size = self.formula(), len(self.rows) / 2

        def formula(s: Columns) -> Array:
            means = {
                name: sum(divide(s[f"{side}.{name}"], s[f"{side}.n"]) for side in sides)
                for name in FIELDS
            }
            # Back to the size of sums: BLEU's guards against 0 are made for counts.
            return whole({name: np.asarray(value * size) for name, value in means.items()})

        return sums.measure(formula)

    def resampled(self, changed: Array, draws: int = 1000, seed: int = 0) -> float | None:
        """Mean S*m over resamples of the crops, as many changed ones as unchanged ones.

        It is :meth:`balanced` but for the resamples' own noise. Their spread is no interval: crops
        of one place are alike.

        Parameters
        ----------
        changed : ndarray
            bool (crops,).
        """
        rng = np.random.default_rng(seed)
        groups = [np.flatnonzero(changed), np.flatnonzero(~changed)]
        size = min(len(group) for group in groups)
        if not size:
            return None
        picked = np.concatenate([rng.choice(group, (draws, size)) for group in groups], axis=1)
        totals = self.rows[picked].sum(axis=1)
        values = self.formula()({name: totals[:, i] for i, name in enumerate(FIELDS)})
        return round(float(values.mean()), 2)


def bleu4(s: Columns) -> Array:
    """Corpus BLEU-4 from sums, as pycocoevalcap computes it (closest reference length)."""
    product = np.ones_like(s["length"], float)
    for order in ORDERS:
        product = product * (s[f"correct{order}"] + _TINY) / (s[f"guess{order}"] + _SMALL)
    ratio = (s["length"] + _TINY) / (s["reference"] + _SMALL)
    penalty = np.exp(np.minimum(0.0, 1 - 1 / np.maximum(ratio, _SMALL)))
    return np.asarray(product ** (1 / len(ORDERS)) * penalty)


def _scored(
    module: str, name: str, results: dict[int, list[str]], truths: dict[int, list[str]]
) -> tuple[float, Sequence[float]]:
    scorer = getattr(importlib.import_module(f"pycocoevalcap.{module}"), name)()
    score, each = scorer.compute_score(truths, results)
    return float(score), each


@functools.cache
def _meteor_process() -> Any:
    """The one METEOR process: it reads its paraphrases for seconds when it starts."""
    from pycocoevalcap.meteor.meteor import Meteor

    return Meteor()


def _meteor(
    results: dict[int, list[str]], truths: dict[int, list[str]]
) -> tuple[float, Sequence[float]]:
    score, each = _meteor_process().compute_score(truths, results)
    return float(score), each
