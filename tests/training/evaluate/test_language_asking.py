"""Cards of each condition, answers as the engine reads them, and the tasks' scores."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from engine.errors import ModelError
from engine.guide.card_reader import read_card
from engine.guide.reading import UNCHANGED
from engine.guide.tile_reading import ACTIONS, TileReading, read_tile
from engine.language.backend import Inquiry, Reply, Turn
from engine.language.tasks import BINARY, CAPTION, Task
from engine.layers import TileRecord
from engine.run.answers import AnswerBook
from engine.run.speak import Speaker, SpokenTile
from training.evaluate.language.ablations import Trial, report, tables
from training.evaluate.language.asking import GREY, Said, ask, failures
from training.evaluate.language.cases import Case
from training.evaluate.language.conditions import NAMES, cards, condition
from training.evaluate.language.degenerate import measure_text
from training.evaluate.language.own import measure_own
from training.evaluate.language.systems import own
from training.evaluate.language.tasks import measure_final, measure_stated

CLASSES = ("building", "road", "other")
BUILT = ("two houses are built along a new road", "a road is built", "houses and a road appear",
         "houses are built", "villas appear")  # fmt: skip
STOCK = ("there is no difference",) * 5
Answers = Callable[[Inquiry, Turn], str]


class Teller:
    """A backend whose answers are known."""

    name = "teller"

    def __init__(self, answers: Answers, finished: bool = True) -> None:
        self.answers, self.finished = answers, finished
        self.seen: list[Inquiry] = []

    def answer(self, inquiries: Sequence[Inquiry], *_: object) -> list[tuple[Reply, ...]]:
        self.seen += inquiries
        return [
            tuple(Reply(self.answers(inquiry, turn), self.finished) for turn in inquiry.turns)
            for inquiry in inquiries
        ]

    def close(self) -> None:
        pass


def case_of(name: str, houses: int, sentences: tuple[str, ...] = BUILT, found: int = -1) -> Case:
    """``houses`` true ones in a row, of which the layers have ``found``."""
    masks = [np.zeros((96, 96), np.uint8) for _ in range(2)]
    for mask, count in zip(masks, (houses, houses if found < 0 else found), strict=True):
        for index in range(count):
            mask[4:10, 2 + 10 * index : 8 + 10 * index] = 1
    truth, map_ = masks
    actions = np.full(truth.shape, ACTIONS.index("appeared"), np.uint8)
    image = np.full((96, 96, 3), len(name), np.uint8)
    said = f"{name} is said by the guide"
    reading = read_tile(map_, actions, CLASSES, change_score=0.9, caption=said, sketched=True)
    oracle = read_tile(truth, actions, ("building",), caption="an oracle speaks")
    images: Any = {"before": image, "after": image}
    return Case(name, name, images, reading, sentences, truth.astype(bool), oracle, said)


def right(inquiry: Inquiry, turn: Turn) -> str:
    """What is true of a case with three houses in its first two cells."""
    asked = turn.asked
    assert isinstance(asked, Task)
    if asked.kind == "caption":
        return "Three houses are built."
    if asked.kind == "binary":
        return "Yes"
    if asked.class_name == "road":
        return "1" if asked.kind == "count" else "left"
    return "3" if asked.kind == "count" else "top left corner"


def prompts(seen: Sequence[Inquiry], task: Task) -> list[str]:
    found = [turn for one in seen for turn in one.turns if turn.asked == task]
    return [turn.messages[-1].as_text() for turn in found]


@given(st.integers(2, 40), st.integers(0, 5))
def test_shuffled_cards_are_all_dealt_and_nobody_keeps_the_own(count: int, seed: int) -> None:
    cases = [Case(str(n), "t", {}, TileReading(caption=str(n))) for n in range(count)]
    dealt = cards(cases, condition("shuffled"), seed)
    assert sorted(card.caption for card in dealt) == sorted(case.name for case in cases)
    assert all(card.caption != case.name for card, case in zip(dealt, cases, strict=True))


def test_what_stands_in_the_prompt() -> None:
    cases = [case_of(name, n) for n, name in enumerate(("one", "two", "three"), 1)]
    told: dict[str, list[str]] = {}
    for name in NAMES:
        teller = Teller(right)
        ask(teller, cases, condition(name))
        told[name] = prompts(teller.seen, CAPTION)
        grey = [int(inquiry.images["after"].mean()) for inquiry in teller.seen]
        assert grey == ([GREY] * 3 if name == "no-images" else [3, 3, 5])
    assert "Guide" not in "".join(told["none"]) and "two is said" in told["released"][1]
    assert "buildings: 2" in told["figure"][1] and "outlines" not in told["figure"][1]
    assert "outlines" in told["full"][1] and told["no-images"] == told["full"]
    assert "an oracle speaks" in told["oracle"][1]
    assert read_card(told["oracle"][1]).of("road") is None
    assert "buildings" not in told["global"][1] and "two is said" in told["global"][1]
    assert "buildings: 2" in told["fine"][1] and "is said" not in told["fine"][1]
    assert sorted(told["shuffled"]) == sorted(told["full"]) and told["shuffled"] != told["full"]
    asked = condition("shuffled", condition("figure").fields)
    assert asked.fields == condition("figure").fields


@pytest.mark.parametrize("name", ["", "Full", "half"])
def test_a_condition_that_there_is_not(name: str) -> None:
    with pytest.raises(ValueError, match="no such condition"):
        condition(name)


def test_cards_that_cannot_be_dealt() -> None:
    alone = [Case("a", "t", {}, TileReading())]
    for name, why in (("shuffled", "fewer than two"), ("oracle", "masks")):
        with pytest.raises(ValueError, match=why):
            cards(alone, condition(name))


def test_right_answers_score_as_right() -> None:
    cases = [case_of("a", 3), case_of("b", 3, found=2)]
    told = ask(Teller(right), cases, condition("full"))
    values = {name: one.value for name, one in measure_stated(told).measures.items()}
    assert values["stated.flag.accuracy"] == values["stated.readable"] == 1
    assert values["stated.building.count_relative_mae"] == 0
    assert values["stated.building.count_exact"] == values["stated.building.cells_subset"] == 1
    assert values["stated.building.count_as_card"] == 0.5
    final = {name: one.value for name, one in measure_final(cases).measures.items()}
    assert final["final.building.count_mae"] == 0.5 and final["final.flag.accuracy"] == 1
    assert final["final.building.count_relative_mae"] == pytest.approx(1 / 6, abs=1e-3)
    texts = measure_text(told).measures
    assert texts["text.language.degenerate"].value == 0
    assert texts["text.language.fallback"].value == 0.5  # three are said, two are on the map
    shown = [one.attributes.caption for one in told]
    assert shown == ["three houses are built", "two buildings appear in the top left corner"]


def test_what_cannot_be_read_is_wrong() -> None:
    cases = [case_of("a", 3), case_of("b", 0, STOCK)]
    told = ask(Teller(lambda *_: "perhaps perhaps"), cases, condition("none"))
    section = measure_stated(told)
    values = {name: one.value for name, one in section.measures.items()}
    assert values["stated.readable"] == values["stated.flag.accuracy"] == 0
    assert values["stated.building.count_mae"] == 2.0  # three, and one where there is none
    assert values["stated.building.cells_example_accuracy"] == 0
    assert values["stated.building.cells_subset"] == values["stated.flag.f1"] == 0
    assert values["stated.building.count_as_card"] is None
    assert sum(section.facts["stated.unread"]["binary"].values()) == 2


def test_copies_stock_words_and_loops_are_told_apart() -> None:
    cases = [case_of("a", 3), case_of("b", 3), case_of("c", 3)]
    reading = dataclasses.replace(cases[0].reading, caption="houses are built")
    cases[0] = dataclasses.replace(cases[0], reading=reading)
    said = {"a": "Houses are built.", "b": UNCHANGED, "c": "road road road"}
    names = iter(said)
    told = ask(Teller(lambda *_: said[next(names)]), cases, condition("full"), (CAPTION,))
    section = measure_text(told)
    values = {name.rsplit(".", 1)[1]: one.value for name, one in section.measures.items()}
    third = pytest.approx(1 / 3, abs=1e-3)
    assert values["copied"] == values["stock"] == third
    assert values["degenerate"] == values["fallback"] == pytest.approx(2 / 3, abs=1e-3)
    assert sum(section.facts["text.language.faults"].values()) == 2
    unfinished = ask(Teller(right, finished=False), cases, condition("full"), (CAPTION,))
    assert measure_text(unfinished).measures["text.language.degenerate"].value == 1


def test_the_card_votes_among_wordings_but_not_for_the_likeliest_words() -> None:
    case, villas = case_of("a", 3), "villas appear on the left"
    drawn = Reply(villas, others=(villas, "a is said by the guide"))
    voted = Said(case, case.reading, {CAPTION.id: drawn}, case.reading.caption)
    assert voted.text == case.reading.caption and voted.greedy == villas
    assert own([voted])["language"] == {"a": voted.text}
    assert own([voted])["greedy"] == {"a": villas}
    measures = measure_text([voted]).measures
    assert measures["text.language.copied"].value == 1
    assert measures["text.language.copied_greedy"].value == 0
    alone = Said(case, case.reading, {CAPTION.id: drawn})
    assert alone.text == villas == alone.greedy


def test_a_model_that_is_silent_is_an_error_and_one_that_falters_is_counted() -> None:
    class Faltering(Teller):
        def answer(self, inquiries: Sequence[Inquiry]) -> list[tuple[Reply, ...]]:
            found = super().answer(inquiries)
            bad = Reply(error=ModelError("no words"))
            return [(bad,) * len(found[0]) if self.silent else (bad, *found[0][1:]), *found[1:]]

        silent = False

    cases = [case_of("a", 3), case_of("b", 3)]
    told = ask(Faltering(right), cases, condition("full"))
    assert failures(told) == 1 and told[0].text == "" and told[1].text == "three houses are built"
    assert [one.greedy for one in told] == ["", "three houses are built"]
    silent = Faltering(right)
    silent.silent = True
    with pytest.raises(ValueError, match="no words"):
        ask(silent, cases[:1], condition("full"))


def test_captions_are_those_of_the_engine_s_own_run(tmp_path) -> None:
    texts = ["Three houses are built.", "Two roads appear", "road road road", UNCHANGED, "villas"]
    cases = [case_of(str(n), 3 if n < 4 else 0) for n in range(5)]
    numbers = iter([*range(5), *range(5)])
    teller = Teller(lambda *_: texts[next(numbers)])
    told = ask(teller, cases, condition("full"), (CAPTION,))
    pixels = np.zeros((3, 96, 96), np.uint8)
    pair: Any = SimpleNamespace(read=lambda _: SimpleNamespace(before=pixels, after=pixels))
    speaker = Speaker(
        pair, teller, "all", condition("full").fields, (), AnswerBook(tmp_path), print, lambda: None
    )
    spoken = []
    for case in cases:
        record = TileRecord(case.name, 0, 0, "ok", box(0, 0, 1, 1), case.reading.changed)
        record.caption = case.without
        spoken.append(SpokenTile(SimpleNamespace(window=None), record, case.reading))  # type: ignore[arg-type]
    speaker.speak(spoken)
    assert prompts(teller.seen[:5], CAPTION) == prompts(teller.seen[5:], CAPTION)
    for one, tile in zip(told, spoken, strict=True):
        mine, theirs = one.attributes, tile.record
        assert (mine.caption, mine.text_ok) == (theirs.caption, theirs.text_ok)
        assert (mine.agree, mine.stated_building) == (theirs.agree, theirs.stated_building)


def test_the_caption_is_no_typed_answer() -> None:
    said = Said(case_of("a", 1), None, {CAPTION.id: Reply("a house is built")})
    with pytest.raises(ValueError, match="map"):
        said.answer(CAPTION)
    with pytest.raises(KeyError):
        said.answer(BINARY)


def test_conditions_side_by_side(monkeypatch) -> None:
    from training.evaluate.language import own as measured

    monkeypatch.setattr(measured, "why_not", lambda: "not scored here")
    cases = [case_of("a", 3), case_of("b", 3)]

    def guess(inquiry: Inquiry, turn: Turn) -> str:
        return "7" if turn.asked == Task("count", "building") else right(inquiry, turn)

    good, bad = (measure_own(ask(Teller(how), cases, condition("full"))) for how in (right, guess))
    assert good.missing == {"captions": "not scored here"}
    rows = report(good, [Trial("full", (good, bad)), Trial("none", (bad,))])
    name = "stated.building.count_relative_mae"
    assert rows["full"]["values"][name] == [0.0, pytest.approx(4 / 3, abs=1e-3)]
    assert rows["none"]["against"][name]["difference"] == pytest.approx(4 / 3, abs=1e-3)
    text = "\n".join(tables("full", rows))
    assert "± 0.9428" in text and "+1.3333 (1.3333 to 1.3333)" in text
