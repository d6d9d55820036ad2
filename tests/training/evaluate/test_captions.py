"""Caption scores, words convention, against pycocoevalcap's own."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate import caption_scores
from training.evaluate.caption_scores import CaptionScores, bleu4, plain, why_not
from training.evaluate.captions import scored as scored_captions
from training.evaluate.tables import HALVED, captions, halved, interval
from training.guide.told import Crop

scored = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
REFERENCES = [
    ["a house appears by the road", "one house is built near the road", "a villa shows up"],
    ["two roads are built", "roads appear in the forest", "trees are replaced by two roads"],
    ["the scene is the same as before", "no change has occurred", "there is no difference"],
    ["many houses replace the trees", "rows of houses are built", "trees are removed and houses"],
]
GUESSES = ["A house is built by the road.", "roads appear", "no change has occurred", "houses"]


def test_words_are_plain() -> None:
    assert plain("A T-shaped  road, and two Houses .") == "a tshaped road and two houses"


def test_without_java_nothing_is_scored(monkeypatch) -> None:
    monkeypatch.setattr(caption_scores.shutil, "which", lambda name: None)
    assert "not scored" in (why_not() or "")


@pytest.fixture
def swift(monkeypatch) -> None:
    """METEOR's Java takes a minute to start on a busy machine: a word overlap in its place."""

    def overlap(results: dict, truths: dict) -> tuple[float, list[float]]:
        shares = [
            max(len({*results[i][0].split()} & {*text.split()}) / 20 for text in truths[i])
            for i in results
        ]
        return 0.9 * float(np.mean(shares)), shares

    monkeypatch.setattr(caption_scores, "_meteor", overlap)


@scored
@pytest.mark.usefixtures("swift")
def test_the_formula_is_the_official_score() -> None:
    from pycocoevalcap.bleu.bleu import Bleu

    scores = CaptionScores(GUESSES, REFERENCES)
    measure = scores.measure(["a", "a", "b", "c"])
    assert measure.value == pytest.approx(scores.official["s_m"], abs=0.02)
    texts = {i: [plain(text)] for i, text in enumerate(GUESSES)}
    truth = {i: [plain(text) for text in group] for i, group in enumerate(REFERENCES)}
    official = Bleu(4).compute_score(truth, texts, verbose=0)[0][3]
    sums = {
        name: np.asarray(scores.rows[:, i].sum()) for i, name in enumerate(caption_scores.FIELDS)
    }
    assert float(bleu4(sums)) == pytest.approx(official, abs=1e-6)
    low, high = measure.interval()
    assert low <= measure.value <= high


@scored
@pytest.mark.slow
def test_saying_what_a_person_said_is_better() -> None:
    said = CaptionScores([group[0] for group in REFERENCES], REFERENCES).official
    guessed = CaptionScores(GUESSES, REFERENCES).official
    assert said["bleu4"] == 100 and said["rouge_l"] == 100
    assert all(said[name] > guessed[name] for name in said)


@scored
@pytest.mark.usefixtures("swift")
def test_the_order_of_crops_does_not_matter_and_resamples_need_both_kinds() -> None:
    one = CaptionScores(GUESSES, REFERENCES)
    two = CaptionScores(GUESSES[::-1], REFERENCES[::-1])
    assert one.official == pytest.approx(two.official)
    changed = np.array([True, True, False, True])
    assert one.resampled(changed, draws=100) is not None
    assert one.resampled(np.ones(4, bool)) is None


@scored
@pytest.mark.usefixtures("swift")
def test_halves_are_printed_with_the_interval_over_places() -> None:
    crops = [
        Crop(f"crop{i}", f"tile{i % 3}", (slice(0, 1),) * 2, tuple(told))
        for i, told in enumerate(REFERENCES * 2)
    ]
    sentences = {crop.name: GUESSES[i % 4] for i, crop in enumerate(crops)}
    section = scored_captions("captions", sentences, crops)
    half = section.measures["captions.balanced.s_m"]
    assert half.units == ("tile0", "tile1", "tile2")
    (_, text) = captions(section)
    (row,) = [line for line in text.splitlines() if HALVED in line]
    assert row.endswith(f"| {interval(half.interval())} |")
    assert halved(half.value, section.facts["captions.balanced"]["mean"]) in row
    alike = [crop for crop in crops if crop.changed]
    assert "captions.balanced.s_m" not in scored_captions("captions", sentences, alike).measures
