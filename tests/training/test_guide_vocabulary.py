"""Words and sentences of the captions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.guide.config import data_root
from training.guide.place_words import VIEWS, turned
from training.guide.vocabulary import (
    END,
    MAX_LENGTH,
    SPECIALS,
    START,
    STOCK,
    UNKNOWN,
    Vocabulary,
    is_unchanged,
    text_sentences,
    words_of,
)

SMALL = Vocabulary.from_sentences(["a house appears"] * 6 + ["a road"] * 5)
SIDES = ("left", "right", "top", "bottom", "upper", "lower", "house", "the", "in", "corner")


def test_rare_words_are_left_out() -> None:
    assert SMALL.words == (*SPECIALS, "a", "appears", "house")


def test_encode_marks_both_ends_and_unknown_words() -> None:
    ids = SMALL.encode("A house, a castle.")
    assert ids[0] == START and ids[-1] == END
    assert ids.count(UNKNOWN) == 1
    assert SMALL.decode(ids) == "a house a"


@given(st.lists(st.sampled_from(SMALL.words[4:]), max_size=60))
def test_decode_undoes_encode_up_to_the_longest(words: list[str]) -> None:
    ids = SMALL.encode(" ".join(words))
    assert len(ids) <= MAX_LENGTH
    assert SMALL.decode(ids) == " ".join(words[: MAX_LENGTH - 2])


def test_file_keeps_the_order(tmp_path: Path) -> None:
    path = SMALL.save(tmp_path / "vocab.json")
    assert json.loads(path.read_text())[:4] == list(SPECIALS)
    assert Vocabulary.load(path) == SMALL
    path.write_text('["the", "a"]')
    with pytest.raises(ValueError):
        Vocabulary.load(path)


def test_punctuation_and_case_do_not_count() -> None:
    assert words_of(" The Lower-right, corner. ") == ["the", "lowerright", "corner"]
    assert is_unchanged([f"{sentence.title()} ." for sentence in STOCK])
    assert not is_unchanged([*STOCK, "a house appears"])


def test_human_sentences() -> None:
    if not (data_root() / "levir_cc_text").exists():
        pytest.skip("needs levir_cc_text of the data folder")
    groups = text_sentences(data_root())
    vocabulary = Vocabulary.from_sentences(s for five in groups for s in five)
    assert len(groups) == 8148 and sum(map(len, groups)) == 40740
    assert sum(map(is_unchanged, groups)) == 4074
    # The paper's 468 come from these sentences and the 9,645 of the test split.
    assert 425 <= len(vocabulary) <= 468
    assert max(len(vocabulary.encode(s)) for five in groups for s in five) <= MAX_LENGTH


@given(st.lists(st.sampled_from(SIDES), max_size=8), st.sampled_from([0, 2, 4, 6]))
def test_flips_undo_themselves(words: list[str], view: int) -> None:
    sentence = " ".join(words)
    once = turned(sentence, view)
    assert once is not None
    assert turned(once, view) == sentence


@pytest.mark.parametrize(
    ("view", "wanted"),
    [(0, "upper left"), (2, "lower right"), (4, "upper right"), (6, "lower left")],
)
def test_sides_follow_the_picture(view: int, wanted: str) -> None:
    assert turned("a house in the upper left corner", view) == f"a house in the {wanted} corner"


def test_quarter_turns_keep_only_sentences_without_sides() -> None:
    for view in (1, 3, 5, 7):
        assert turned("a house at the top", view) is None
        assert turned("houses on both sides of the road", view) is not None
    assert VIEWS == 8
