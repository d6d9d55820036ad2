"""Sentences that describe, and degenerate ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.card import card_text
from engine.guide.card_fields import preset
from engine.guide.reading import UNCHANGED, Finding, tile_caption
from engine.guide.tile_reading import ClassReading, TileReading
from engine.language.captions import CAPTION_MOST, parse_caption, parse_reply
from engine.language.fault import Answer, Fault
from engine.language.prompts import request
from engine.language.tasks import CAPTION
from engine.objects import CELL_ORDER

DATA = Path(os.environ.get("CHANGEVG_DATA", Path(__file__).parents[4] / "shared" / "data"))
HOUSES = [Finding("building", "appeared", 3, ["top"])]
PROMPT = request(CAPTION)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("many houses are built along the road", "many houses are built along the road"),
        ("  Many houses\n are built. ", "many houses are built"),
        ('"A house appears."', "a house appears"),
        ("a road appears with houses built along", "a road appears with houses built along"),
    ],
)
def test_a_sentence_is_tidied(raw: str, sentence: str) -> None:
    assert parse_caption(raw, HOUSES, prompt=PROMPT) == Answer(raw, sentence)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", Fault.EMPTY),
        (" \n\t", Fault.EMPTY),
        ("…!?", Fault.EMPTY),
        ("a house a house a house a house", Fault.REPEATED),
        ("houses are built along the road and houses are built along the road and houses are built "
         "along the road and", Fault.REPEATED),
        ("road road road", Fault.REPEATED),
        ("houses appeaaaaaaaaar", Fault.REPEATED),
        ("x" * 40, Fault.REPEATED),
        ("many houses are built along the", Fault.UNFINISHED),
        ("many houses are built,", Fault.UNFINISHED),
        ("许多房屋建在路边", Fault.LANGUAGE),
        ("viele neue Häuser wurden gebaut", Fault.LANGUAGE),
        ("se construyeron muchas casas nuevas", Fault.LANGUAGE),
        ("road house tree road tree house house tree road house road tree tree road house tree "
         "house road house tree road tree house road tree house", Fault.REPEATED),
        ("lorem ipsum dolor sit amet", Fault.LANGUAGE),
        ("<p>houses are built</p>", Fault.MARKUP),
        ("houses are built<|im_end|>", Fault.MARKUP),
        ("**houses** are built", Fault.MARKUP),
        ('{"caption": "houses are built"}', Fault.MARKUP),
        ("```houses are built```", Fault.MARKUP),
        ("see https://example.org for houses", Fault.MARKUP),
        (PROMPT, Fault.ECHO),
        ("between the two images describe in one sentence what changed", Fault.ECHO),
        ("buildings: 3", Fault.ECHO),
        ("houses are built\nbuilding cells: top, left", Fault.ECHO),
        (UNCHANGED, Fault.STOCK),
        ("there are some changes in the scene", Fault.STOCK),
        ("houses are built " + "and roads " * 60, Fault.TOO_LONG),
    ],
)  # fmt: skip
def test_degenerate_text(raw: str, fault: Fault) -> None:
    assert parse_caption(raw, HOUSES, prompt=PROMPT) == Answer(raw, fault=fault)


def test_the_limit_of_tokens_breaks_a_sentence_off() -> None:
    assert parse_caption("houses are built", finished=False).fault is Fault.UNFINISHED


def test_stock_words_are_right_where_nothing_is() -> None:
    assert parse_caption(UNCHANGED, prompt=PROMPT).value == UNCHANGED


def test_the_guides_own_sentence_is_no_echo_but_its_card_is() -> None:
    sentence = "a row of houses is built along the road"
    reading = TileReading((ClassReading("building", 3, ("top",)),), True, caption=sentence)
    assert parse_caption(sentence, HOUSES, prompt=PROMPT).ok
    card = card_text(reading, preset("figure"))
    assert parse_caption(card, HOUSES, prompt=PROMPT).fault is Fault.ECHO
    for line in card.splitlines():
        assert parse_caption(line, HOUSES, prompt=PROMPT).fault is Fault.ECHO


def test_other_languages_pass_where_none_was_asked_for() -> None:
    assert parse_caption("viele neue Häuser wurden gebaut", language=None).ok
    assert parse_reply("Drei neue Häuser stehen am Bach.").value == (
        "Drei neue Häuser stehen am Bach."
    )
    assert parse_reply("drei neue Häuser", language="en").fault is Fault.LANGUAGE


FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["building", "road"]),
        st.sampled_from(["appeared", "disappeared", "changed"]),
        st.integers(1, 4000),
        st.lists(st.sampled_from(CELL_ORDER), min_size=1, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda finding: (finding.class_name, finding.action),
)


@given(FINDINGS)
def test_the_measured_sentence_is_never_degenerate(found: list[Finding]) -> None:
    sentence = tile_caption(found)
    if len(sentence) <= CAPTION_MOST:
        assert parse_caption(sentence, found, prompt=PROMPT).value == sentence


@given(st.text(st.characters(), max_size=450), st.booleans())
def test_any_text_is_read_and_kept(raw: str, finished: bool) -> None:
    for answer in (parse_caption(raw, HOUSES, finished=finished), parse_reply(raw, prompt=raw)):
        assert answer.raw == raw and answer.ok == (answer.value is not None)


@given(
    st.lists(
        st.sampled_from(("a", "road", "house", "built", "the", "and", "top")),
        min_size=1,
        max_size=8,
    ),
    st.integers(3, 8),
)
def test_every_loop_is_found(words: list[str], times: int) -> None:
    raw = " ".join(words * times)
    assert parse_caption(raw, HOUSES).fault in (Fault.REPEATED, Fault.TOO_LONG)


def test_people_are_not_taken_for_machines() -> None:
    file = DATA / "levir_cc_text" / "sentences.json"
    if not file.exists():
        pytest.skip("LEVIR-CC's sentences are not here")
    splits = json.loads(file.read_text(encoding="utf-8"))
    distinct = sorted({s for split in splits.values() for five in split.values() for s in five})
    some = distinct[::5]
    bad = [s for s in some if not parse_caption(s, prompt=PROMPT).ok]
    assert len(bad) <= 0.001 * len(some), bad
