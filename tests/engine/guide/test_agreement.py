"""Which of several sentences is said: one that agrees with the map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.agreement import agrees, best_wording, completed, left_out
from engine.guide.claims import claims
from engine.guide.reading import UNCHANGED, Finding
from engine.guide.words import NOUNS, PLACING, VERBS

HOUSES = [Finding("building", "appeared", 3, ["top"])]
ROADS = [Finding("road", "appeared", 2, ["left", "lower"])]
SENTENCES = st.lists(
    st.sampled_from(
        sorted(NOUNS) + sorted(VERBS) + sorted(PLACING) + list("a,") + ["and", "no", "not", "or"]
    ),
    max_size=10,
).map(" ".join)
FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["building", "road", "other"]),
        st.sampled_from(["appeared", "disappeared", "changed"]),
        st.integers(0, 15),
        st.lists(st.sampled_from(["top", "left", "center"]), min_size=1, unique=True),
    ),
    max_size=4,
)


def test_the_first_wording_that_agrees_with_the_map_is_said() -> None:
    said = ("a road is built", "three houses are built", "some houses are built")
    assert best_wording(said, HOUSES) == said[1]
    assert best_wording(said[:1], HOUSES) == said[0]
    assert best_wording(("trees", "the scene is the same as before"), []) == (
        "the scene is the same as before"
    )
    assert best_wording((), HOUSES) is None


def test_what_agrees_goes_before_what_must_be_completed() -> None:
    found = [*HOUSES, *ROADS]
    said = ("some houses are built", "a road is built and houses line it", "three cars")
    assert best_wording(said, found) == said[1]
    assert best_wording(said[::2], found) == said[0]
    assert best_wording(said[2:], found) == said[2]


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("some houses are built", ROADS),
        ("a road is built", HOUSES),
        ("trees are replaced by houses and roads", []),
        ("two houses are built", None),
        ("houses are removed", None),
        (UNCHANGED, None),
        ("many cars", None),
        ("", None),
    ],
)
def test_what_a_sentence_passes_over(sentence: str, missing: list[Finding] | None) -> None:
    expected = None if missing is None else tuple(missing)
    assert left_out(sentence, [*HOUSES, *ROADS]) == expected


def test_a_sentence_is_completed_in_the_words_of_measures() -> None:
    assert completed("some houses are built by the road", [*HOUSES, *ROADS]) == (
        "some houses are built by the road and two roads appear on the left and at the lower edge"
    )
    assert completed("fourteen houses are built", HOUSES) is None
    assert completed("three houses are built", HOUSES) == "three houses are built"
    assert completed(UNCHANGED, []) == UNCHANGED


@pytest.mark.parametrize(
    "sentence",
    [
        "houses are not built",
        "zero houses are built",
        "neither houses nor roads are built",
        "no houses or roads are built",
        "houses are never built",
        "roads are built without any house",
        "two roads are built but no houses",
        "two roads are built and houses are neither added nor removed",
        "two roads are built and nothing else has changed",
        "only two roads are built",
        "two roads are built and there is a decrease in the number of houses",
        "houses are built and no roads are removed and no roads appear",
    ],
)
def test_a_sentence_that_denies_what_is_on_the_map_is_not_told(sentence: str) -> None:
    assert completed(sentence, [*HOUSES, *ROADS]) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "no roads are built but three houses are",
        "three houses are built and no roads are",
        "three houses are built and no houses are removed",
        "three houses are built and nothing else has changed",
    ],
)
def test_a_sentence_may_deny_what_is_not_on_the_map(sentence: str) -> None:
    assert completed(sentence, HOUSES) == sentence


@given(st.lists(SENTENCES, max_size=6), FINDINGS)
def test_the_best_wording_is_the_first_of_the_best(
    sentences: list[str], findings: list[Finding]
) -> None:
    told = [completed(sentence, findings) for sentence in sentences]
    ranks = [
        2 if text is None else int(text != one) for one, text in zip(sentences, told, strict=True)
    ]
    expected = sentences[ranks.index(min(ranks))] if sentences else None
    assert best_wording(sentences, findings) == expected


def test_wordings_behind_one_that_agrees_are_not_read() -> None:
    claims.cache_clear()
    assert best_wording(("three houses are built", "a road", "a tree"), HOUSES) is not None
    assert claims.cache_info().misses == 1


@given(SENTENCES, FINDINGS)
def test_what_is_told_begins_as_it_was_said_and_agrees(
    sentence: str, findings: list[Finding]
) -> None:
    told = completed(sentence, findings)
    assert (told is None) or (told.startswith(sentence) and agrees(told, findings))
    assert not agrees(sentence, findings) or told == sentence
