"""Concepts: read from sentences, seen in a guide's reading, blurred for texts without images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.guide.concept_fit import blur_of, fit_concepts, out_of_fold, ridge
from training.guide.concept_targets import agreed_sentences
from training.guide.concepts import NAMES, concepts_of

torch = pytest.importorskip("torch")

from training.guide.concept_decoder import ConceptDecoder, summary  # noqa: E402


def said(*sentences: str) -> dict[str, float]:
    return dict(zip(NAMES, concepts_of(sentences).tolist(), strict=True))


def test_shares_of_sentences() -> None:
    values = said("Two villas appear at the top.", "some houses replace the woods", "a road", "")
    assert values["building"] == 0.5 and values["villa"] == 0.25 and values["house"] == 0.25
    assert values["top"] == 0.25 and values["forest"] == 0.25 and values["removed"] == 0.25
    assert values["road"] == 0.25 and values["one"] == 0 and values["water"] == 0


@pytest.mark.parametrize(
    ("sentence", "one"), [("a large white house is built", 1), ("a road and two houses", 0)]
)
def test_a_single_building(sentence: str, one: float) -> None:
    assert said(sentence)["one"] == one


@given(st.lists(st.text("abcdefgh ", max_size=30), max_size=6))
def test_shares_lie_between_none_and_all(sentences: list[str]) -> None:
    values = concepts_of(sentences)
    assert values.shape == (len(NAMES),) and values.min() >= 0 and values.max() <= 1


def world(seed: int = 0, n: int = 200) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Two concepts that can be seen to a degree, one that cannot."""
    rng = np.random.default_rng(seed)
    y = rng.uniform(0, 1, (n, 3))
    x = np.column_stack([y[:, 0], y[:, 1] + rng.normal(0, 0.3, n), rng.normal(0, 1, (n, 5))])
    return x, y, [f"place_{i % 10}" for i in range(n)]


def test_regression_sees_what_can_be_seen() -> None:
    x, y, places = world()
    look, predicted, _ = fit_concepts(x, y, places)
    explained = 1 - ((predicted - y) ** 2).mean(0) / y.var(0)
    assert explained[0] > 0.95 and 0.2 < explained[1] < 0.8 and explained[2] < 0.1
    fresh, truth, _ = world(1)
    assert ((look(fresh) - truth) ** 2).mean(0)[0] < 0.01


def test_out_of_fold_never_sees_the_place() -> None:
    x, y, _ = world(n=60)
    places = [f"place_{i // 10}" for i in range(60)]
    wrong = y.copy()
    wrong[:10] = 1 - wrong[:10]
    before, after = (out_of_fold(x, truth, places, 0.1) for truth in (y, wrong))
    fold = [i for i, place in enumerate(places) if place in ("place_0", "place_5")]
    np.testing.assert_allclose(before[fold], after[fold])
    assert not np.allclose(before, after)


def test_ridge_shrinks_with_its_penalty() -> None:
    x, y, _ = world()
    sizes = [np.abs(ridge(x, y, penalty).weight).sum() for penalty in (0.01, 1.0, 100.0)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_blur_is_like_the_predictions() -> None:
    x, y, places = world(n=400)
    _, predicted, _ = fit_concepts(x, y, places)
    blurred = blur_of(predicted, y)(y, np.random.default_rng(0))
    assert blurred.min() >= 0 and blurred.max() <= 1
    for index in range(3):
        wanted, found = (np.corrcoef(y[:, index], p[:, index])[0, 1] for p in (predicted, blurred))
        assert abs(wanted - found) < 0.12


@pytest.mark.parametrize(("height", "width"), [(8, 8), (3, 10), (16, 16)])
def test_summary_has_one_length(height: int, width: int) -> None:
    seen = torch.rand(2, 6 + 5, height, width)
    vector = summary(torch.randn(2, 7), seen)
    assert vector.shape == summary(torch.randn(1, 7), torch.rand(1, 11, 8, 8)).expand(2, -1).shape
    swapped = torch.cat((seen[:, 3:6], seen[:, :3], seen[:, 6:]), 1)
    assert not torch.allclose(summary(torch.zeros(2, 7), seen), summary(torch.zeros(2, 7), swapped))


def test_memory_moves_with_its_concept() -> None:
    torch.manual_seed(0)
    decoder = ConceptDecoder(4, width=8, heads=2, hidden=8, layers=1, words=9).eval()
    values = torch.zeros(1, len(NAMES))
    before = decoder.tell(values)
    values[0, 3] = 1.0
    moved = (decoder.tell(values) != before).any(-1)[0]
    assert moved.nonzero()[:, 0].tolist() == [3]
    decoder.weight[2, 1] = 5.0
    assert decoder.values(torch.tensor([[0.0, 1.0, 0.0, 0.0]]))[0, 2] == 1.0


def test_agreed_sentence_is_of_the_most_similar_pairs() -> None:
    values = np.repeat(np.eye(3), 4, axis=0)
    tokens = [(1, 10 + i // 4, 20, 30 if i % 4 else 31, 2) for i in range(12)]
    wanted = np.array([[0.1, 0.9, 0.0], [0.0, 0.2, 0.7]])
    # Three of four say 30.
    assert agreed_sentences(wanted, values, tokens, asked=4) == [
        (1, 11, 20, 30, 2),
        (1, 12, 20, 30, 2),
    ]
