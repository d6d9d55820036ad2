"""The candidate that says what most say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.consensus import consensus, utility

SENTENCE = st.lists(st.integers(4, 9), max_size=7).map(tuple)
CANDIDATES = st.lists(SENTENCE, min_size=1, max_size=8)


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_order_of_candidates_does_not_matter(candidates, random) -> None:
    scores = [-float(len(c)) - 0.01 * sum(c) - 1e-6 * hash(c) % 1 for c in candidates]
    chosen = candidates[consensus(candidates, scores)]
    shuffled = list(zip(candidates, scores, strict=True))
    random.shuffle(shuffled)
    again, values = (list(part) for part in zip(*shuffled, strict=True))
    other = again[consensus(again, values)]
    assert sorted(other) == sorted(chosen) or scores[candidates.index(other)] == pytest.approx(
        scores[candidates.index(chosen)]
    )


WORDY = st.lists(st.integers(4, 9), min_size=4, max_size=9).map(tuple)


@given(WORDY, WORDY, st.integers(3, 8))
def test_one_voice_does_not_win_against_many(usual, odd, many) -> None:
    foreign = tuple(word + 100 for word in odd)
    candidates = [foreign, *[usual] * many]
    assert consensus(candidates, [0.0, *[-9.0] * many]) > 0


def test_the_likelier_one_of_equals() -> None:
    assert consensus([(4, 5), (6, 7)], [-2.0, -1.0]) == 1
    assert consensus([(4, 5), (4, 5), (4, 5)], [-3.0, -1.0, -2.0]) == 1


def test_specials_do_not_count() -> None:
    assert consensus([(1, 4, 5, 2, 0, 0), (4, 5), (7, 8)], [-2.0, -3.0, -1.0]) == 0


def test_the_middle_of_a_cloud_is_chosen() -> None:
    middle = (4, 5, 6, 7, 8)
    around = [(4, 5, 6, 7, 9), (9, 5, 6, 7, 8), (4, 5, 6, 9, 8)]
    assert consensus([*around, middle], [-1.0, -1.0, -1.0, -5.0]) == 3


@given(st.sets(SENTENCE, min_size=1, max_size=8))
def test_what_a_sentence_is_worth_is_bounded(sentences) -> None:
    shares = np.full(len(sentences), 1 / len(sentences))
    worth = utility(sorted(sentences), shares)
    assert worth.shape == (len(sentences),)
    # Two kinds of precision, two of overlap and a likeness of weight two, each at most one.
    assert worth.min() >= 0 and worth.max() <= 5 + 1e-3


@given(SENTENCE.filter(lambda s: len(s) > 3), st.integers(2, 5))
def test_a_sentence_said_by_all_is_worth_most(sentence, others) -> None:
    alone = utility([sentence], np.ones(1))
    among = utility([sentence, (99,) * others], np.array([0.5, 0.5]))
    assert alone[0] >= among[0]


@pytest.mark.parametrize("scores", [[], [1.0]])
def test_scores_must_fit(scores: list[float]) -> None:
    with pytest.raises(ValueError):
        consensus([(4,), (5,)] if scores else [], scores)
