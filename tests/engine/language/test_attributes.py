"""A tile's fields after the language model has spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.reading import UNCHANGED, Finding, tile_caption
from engine.language.attributes import agreeing_caption, caption_attributes
from engine.language.backend import Reply
from engine.language.captions import parse_caption
from engine.language.counts import parse_count
from engine.language.fault import Fault
from engine.language.stated import numbers_agree, stated_numbers

GUIDE = "three buildings appear at the top"
HOUSES = [Finding("building", "appeared", 3, ["top"])]
MEASURED = {"building": 3, "road": 0}


def _attributes(raw: str, found=HOUSES, measured=MEASURED, counts=None):
    return caption_attributes(parse_caption(raw, found), GUIDE, found, measured, counts)


def test_a_good_sentence_is_shown_with_its_numbers() -> None:
    made = _attributes("Three houses are built at the top.")
    assert (made.caption, made.caption_source) == ("three houses are built at the top", "language")
    assert made.caption_raw == "Three houses are built at the top."
    assert (made.text_ok, made.fault) == (True, None)
    assert (made.stated_building, made.stated_road, made.agree) == (3, None, True)


@pytest.mark.parametrize(
    "raw", ["", "road road road", "许多房屋", UNCHANGED, "houses are built by"]
)
def test_degenerate_text_shows_the_guides_sentence_and_is_kept(raw: str) -> None:
    made = _attributes(raw)
    assert (made.caption, made.caption_source, made.text_ok) == (GUIDE, "guide", False)
    assert made.caption_raw == raw and made.fault is not None
    assert (made.stated_building, made.stated_road, made.agree) == (None, None, None)


def test_a_wrong_number_is_a_field_not_a_secret() -> None:
    made = _attributes("fourteen houses are built")
    assert (made.caption, made.text_ok, made.fault) == (GUIDE, False, Fault.DISAGREES)
    assert (made.stated_building, made.agree) == (14, False)


def test_what_is_not_on_the_map_is_not_shown() -> None:
    made = _attributes("three houses and a road are built")
    assert (made.caption_source, made.fault) == ("guide", Fault.DISAGREES)
    assert (made.stated_building, made.stated_road, made.agree) == (3, 1, False)


@pytest.mark.parametrize(
    ("text", "others", "chosen"),
    [
        ("three houses appear", ("three houses appear", "trees"), "three houses appear"),
        ("three houses appear", ("three houses are built",) * 3, "three houses are built"),
        ("a road appears", ("road road", "three houses are built"), "three houses are built"),
        ("a road appears", ("four roads appear", ""), "a road appears"),
        ("", (), ""),
    ],
)
def test_the_best_liked_wording_that_agrees_with_the_map(
    text: str, others: tuple[str, ...], chosen: str
) -> None:
    assert agreeing_caption(Reply(text, others=others), HOUSES).raw == chosen


def test_the_guides_sentence_is_shown_where_it_is_liked_better() -> None:
    reply = Reply("three houses are built", others=("some houses are built in a wood",) * 3)
    liked = "some houses are built in the wood"
    answer = agreeing_caption(reply, HOUSES, liked, votes=9)
    assert answer.fault is Fault.LESS_LIKED and answer.raw == reply.others[0]
    assert agreeing_caption(reply, HOUSES, liked, votes=0).value == reply.others[0]
    assert agreeing_caption(Reply(reply.text), HOUSES, liked, votes=9).value == reply.text
    # Not where it does not agree, and what the model said, too, is its own.
    other = agreeing_caption(reply, HOUSES, "a road is built in the wood", votes=9)
    assert other.value == reply.others[0]
    assert agreeing_caption(reply, HOUSES, reply.text, votes=9).value == reply.text


def test_what_a_sentence_passes_over_is_added_to_what_is_shown() -> None:
    found = [*HOUSES, Finding("road", "appeared", 1, ["left"])]
    made = _attributes("Some houses are built.", found, {"building": 3, "road": 1})
    assert made.caption == "some houses are built and a road appears on the left"
    assert (made.caption_source, made.caption_raw) == ("language", "Some houses are built.")
    assert (made.text_ok, made.fault, made.agree) == (True, None, None)


def test_a_wording_that_passes_over_nothing_goes_first() -> None:
    found = [*HOUSES, Finding("road", "appeared", 1, ["left"])]
    said = ("some houses are built", *["some houses appear"] * 3, "houses and a road are built")
    assert agreeing_caption(Reply(said[0], others=said[1:]), found).raw == said[-1]
    assert agreeing_caption(Reply(said[1], others=said[:-1]), found).raw == said[1]
    liked = "houses and a new road are built"
    guides = agreeing_caption(Reply(said[1], others=said[:-1]), found, liked)
    assert guides.fault is Fault.LESS_LIKED


def test_numbers_that_were_asked_for_go_before_the_sentences() -> None:
    counts = {"building": parse_count("4", "building"), "road": parse_count("many", "road")}
    made = _attributes("three houses are built", counts=counts)
    assert made.text_ok
    assert (made.stated_building, made.stated_road, made.agree) == (4, None, False)


def test_nothing_measured_is_nothing_to_agree_with() -> None:
    assert _attributes("three houses are built", measured={}).agree is None
    assert _attributes("many houses are built").agree is None


def test_an_unchanged_tile_states_zero() -> None:
    made = _attributes(UNCHANGED, [], {"building": 0, "road": 0})
    assert (made.text_ok, made.stated_building, made.stated_road, made.agree) == (True, 0, 0, True)


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("fourteen houses are built and one is removed along the road", {"building": 14}),
        ("a building appears on the left and a building appears on the right", {"building": 2}),
        ("1,205 houses and two roads appear", {"building": 1205, "road": 2}),
        ("two houses are replaced by a road", {"building": 2, "road": 1}),
        ("a house appears next to the two existing houses", {"building": 1}),
        ("three houses and many villas are built", {}),
        ("many houses are built", {}),
        ("trees are removed", {}),
    ],
)
def test_numbers_a_sentence_states(sentence: str, numbers: dict[str, int]) -> None:
    assert stated_numbers(sentence) == numbers


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_measured_sentence_states_what_was_measured(houses: int, roads: int) -> None:
    found = [
        Finding("building", "appeared", houses, ["top", "left"]),
        Finding("road", "disappeared", roads, ["center"]),
    ]
    sentence, measured = tile_caption(found), {"building": houses, "road": roads}
    assert stated_numbers(sentence) == measured
    made = caption_attributes(parse_caption(sentence, found), GUIDE, found, measured)
    assert made.text_ok and made.agree


@given(st.text(st.characters(), max_size=450))
def test_no_text_drops_a_tile(raw: str) -> None:
    made = _attributes(raw)
    assert made.caption and made.caption_raw == raw
    assert made.text_ok == (made.caption_source == "language") == (made.fault is None)


def test_agreement_is_of_what_both_know() -> None:
    assert numbers_agree({"building": 3, "road": 2}, {"building": 3}) is True
    assert numbers_agree({"building": 3, "road": 2}, {"building": 3, "road": 1}) is False
    assert numbers_agree({}, {"building": 3}) is None
