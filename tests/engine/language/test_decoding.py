"""Tokens one by one, and descriptions drawn by lot, with a toy that knows seven words."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.errors import Cancelled, OutOfMemoryError
from engine.language.backend import Inquiry, Reply, Turn
from engine.language.candidates import best_first, wordings
from engine.language.decoding import Reading, TokenModel
from engine.language.messages import said
from engine.language.tasks import BINARY, CAPTION

WORDS = ("<end>", "a", "house", "road", "is", "built", "there")
FOLLOWING = {
    "a": {"house": 2.0, "road": 1.0},
    "house": {"is": 5.0},
    "road": {"is": 5.0},
    "is": {"built": 5.0},
    "built": {"<end>": 1.0, "there": 0.8},
    "there": {"<end>": 5.0},
}


@dataclass(frozen=True)
class Past:
    rows: NDArray[np.intp]

    def of(self, rows: NDArray[np.intp]) -> Past:
        return Past(self.rows[rows])


class Toy(TokenModel):
    """Says what mostly follows the last word; prompts are one token, ``a``."""

    name = "toy"

    def __init__(self, drawn: int, batch: int = 8, longest: int = 9) -> None:
        self.drawn, self.batch, self.longest = drawn, batch, longest
        self.grid, self.image, self.end = 1, 99, 0
        self.read_rows: list[int] = []

    def close(self) -> None:
        pass

    def encode(self, text: str) -> list[int]:
        return [1]

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(WORDS[word] for word in ids)

    def look(self, inquiries: Sequence[Inquiry]) -> Any:
        return None

    def read(self, rows: Reading, vectors: Any, cache: Past | None) -> tuple[Any, Past]:
        count = len(rows.tokens)
        assert cache is None or len(cache.rows) == count == len(rows.known)
        self.read_rows.append(count)
        logits = np.full((count, len(WORDS)), -9.0, np.float32)
        for row, word in enumerate(rows.tokens[np.arange(count), rows.last]):
            for name, chance in FOLLOWING[WORDS[word]].items():
                logits[row, WORDS.index(name)] = chance
        return logits, Past(np.arange(count)) if cache is None else cache

    def likeliest(self, logits: Any) -> NDArray[np.int64]:
        return np.asarray(logits.argmax(axis=1))

    def numbers(self, logits: Any, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        return np.asarray(logits[rows])


def inquiry(*asked: Any) -> Inquiry:
    return Inquiry({}, tuple(Turn(one, (said("user", "?"),)) for one in asked))


def test_without_a_lot_the_likeliest_is_said_alone() -> None:
    ((first, second),) = Toy(0).answer([inquiry(CAPTION, BINARY)])
    assert (first.text, first.finished, first.others) == ("house is built", True, ())
    assert second == first


def test_descriptions_are_drawn_beside_the_likeliest() -> None:
    ((described, answered),) = Toy(24).answer([inquiry(CAPTION, BINARY)])
    assert answered.text == "house is built" and answered.others == ()
    assert described.text == "house is built" and described.finished
    assert len(described.others) == 24 and len(set(described.others)) > 2
    assert {text.replace("road", "house") for text in described.others} <= {
        "house is built", "house is built there",
    }  # fmt: skip
    assert wordings(described)[0].startswith("house")
    assert sorted(wordings(described)) == sorted({described.text, *described.others})


def test_the_guides_sentence_votes_for_what_the_model_said() -> None:
    reply = Reply("a road is built", others=("houses are built", "trees vanish"))
    assert wordings(reply, "houses are built")[0] == "houses are built"
    assert set(wordings(reply, "two pools appear")) == {reply.text, *reply.others}
    assert wordings(Reply("a road is", finished=False), "houses are built") == ["a road is"]


@given(st.integers(1, 6), st.integers(1, 4))
def test_what_is_drawn_does_not_depend_on_neighbours(count: int, batch: int) -> None:
    alone = Toy(6).answer([inquiry(CAPTION)])[0]
    together = Toy(6, batch).answer([inquiry(CAPTION, "why?")] * count)
    assert all(replies[0] == alone[0] for replies in together)


def test_a_description_that_does_not_end_is_marked() -> None:
    ((reply,),) = Toy(5, longest=2).answer([inquiry(CAPTION)])
    assert (reply.text, reply.finished, reply.others) == ("house is", False, ())


def test_a_word_said_again_and_again_ends_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FOLLOWING, "built", {"built": 1.0, "<end>": 0.5})
    toy = Toy(0, longest=99)
    ((reply,),) = toy.answer([inquiry(BINARY)])
    assert reply.text == "house is built built built built" and not reply.finished
    assert len(toy.read_rows) == 6
    # Of drawn wordings those that end are told.
    ((reply,),) = Toy(12, longest=99).answer([inquiry(CAPTION)])
    assert reply.finished and "built built built built" not in (reply.text, *reply.others)


@pytest.mark.parametrize("sentences", [["b", "a b", "a b c"], ["x", "y"], ["", "a"]])
def test_ranking_keeps_every_distinct_sentence(sentences: list[str]) -> None:
    assert sorted(best_first(sentences)) == sorted(sentences)
    assert best_first([*sentences, *[sentences[-1]] * 9])[0] == sentences[-1]


class Wide(Toy):
    """Has no room for the caches of more than one pair."""

    def __init__(self, least: int) -> None:
        super().__init__(1)
        self.least, self.vectors = least, []

    def look(self, inquiries: Sequence[Inquiry]) -> Any:
        assert all(one() is None for one in self.vectors), "what failed is still in memory"
        made = np.zeros(len(inquiries))
        self.vectors.append(weakref.ref(made))
        return made

    def read(self, rows: Reading, vectors: Any, cache: Any) -> tuple[Any, Any]:
        logits, known = super().read(rows, vectors, cache)
        return logits, Full(known.rows, self.least)


@dataclass(frozen=True)
class Full(Past):
    least: int

    def of(self, rows: NDArray[np.intp]) -> Full:
        if len(self.rows) >= self.least:
            raise MemoryError("Unable to allocate")
        return Full(self.rows[rows], self.least)


def test_a_cache_without_room_halves_the_batch() -> None:
    asked = [inquiry(CAPTION, BINARY)] * 4
    wide = Wide(4)
    assert wide.answer(asked) == Toy(1).answer(asked)
    assert len(wide.vectors) == 7
    with pytest.raises(OutOfMemoryError, match="one pair"):
        Wide(1).answer(asked)


def test_a_stop_keeps_what_was_said() -> None:
    stops = iter([False, True])

    def check() -> None:
        if next(stops):
            raise Cancelled("Stopped by the user.")

    first, second = Toy(0, batch=1).answer([inquiry(CAPTION), inquiry(CAPTION, BINARY)], check)
    assert [reply.text for reply in first] == ["house is built"]
    assert [type(reply.error) for reply in second] == [Cancelled, Cancelled]
