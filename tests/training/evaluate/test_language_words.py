"""What sentences say, against the map and against people; and caption scores of halves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.reading import Finding, tile_caption
from engine.guide.tile_reading import ACTIONS, read_tile
from engine.objects.cells import CELL_ORDER
from training.evaluate import caption_scores
from training.evaluate.caption_scores import FIELDS, CaptionScores, plain, why_not
from training.evaluate.language.agreement import measure_agreement, on_map, there
from training.evaluate.language.cases import Case
from training.evaluate.language.consensus import most_liked
from training.evaluate.language.places_named import places_named
from training.evaluate.language.sentences import bleu, gains, measure_sentences
from training.evaluate.section import Section
from training.guide.vocabulary import STOCK

scored = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
CLASSES = ("building", "road", "other")
APPEARED = ACTIONS.index("appeared")


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


def case_of(houses: int, sentences: tuple[str, ...], name: str = "a", road: bool = False) -> Case:
    """New houses side by side in the top left corner, and perhaps a road at the bottom."""
    codes = np.zeros((96, 96), np.uint8)
    for index in range(houses):
        codes[4:10, 2 + 10 * index : 8 + 10 * index] = 1
    truth = codes == 1
    if road:
        codes[80:86, 40:60] = 2
    reading = read_tile(codes, np.full(codes.shape, APPEARED, np.uint8), CLASSES)
    return Case(name, "tile", {}, reading, sentences, truth, guide="a house is built")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("two houses appear in the top left corner", [{"top left corner"}]),
        ("houses in the upper-right corner of the scene", [{"top right corner"}]),
        ("a road at the bottom", [{"lower left corner", "lower", "lower right corner"}]),
        ("a villa on the left side of the scene",
         [{"top left corner", "left", "lower left corner"}]),
        ("a house in the middle", [{"center"}]),
        ("a house at the bottom corner", [{"lower left corner", "lower right corner"}]),
        ("houses at the top and on the right", [
            {"top left corner", "top", "top right corner"},
            {"top right corner", "right", "lower right corner"}]),
        ("houses on the left side of the road", []),
        ("a villa in the corner of the road", []),
        ("houses along the right road", []),
        ("many houses are built", []),
    ],
)  # fmt: skip
def test_places_of_the_image_and_no_others(text: str, cells: list[set[str]]) -> None:
    assert [set(found) for found in places_named(text)] == cells


@given(st.sampled_from(CELL_ORDER))
def test_the_templates_places_are_understood(cell: str) -> None:
    (found,) = places_named(tile_caption([Finding("building", "appeared", 2, [cell])]))
    assert cell in found


def test_a_sentence_against_the_map() -> None:
    case = case_of(3, ("three houses are built",) * 5)
    right = on_map("three houses appear in the top left corner", case)
    assert right == {"whole": True, "object": True, "number": True, "place": True}
    wrong = on_map("four houses and a road are built on the right", case)
    assert wrong == {"whole": False, "object": False, "number": False, "place": False}
    assert on_map("houses are removed", case)["object"] is False
    silent = on_map("the scene is the same as before", case)
    assert silent == {"whole": False, "object": True, "number": None, "place": None}
    assert on_map(case.template, case)["whole"] is True


def test_a_sentence_against_mask_and_people() -> None:
    told = ("three houses and a road are built",) * 4 + ("five villas appear",)
    case = case_of(3, told)
    assert there("a road is built", case)["object"] is True  # people say so, the map does not
    assert there("trees are replaced by houses", case)["object"] is True
    assert there("a house disappears", case)["object"] is False
    numbers = [there(f"{n} houses are built", case)["number"] for n in ("three", "five", "two")]
    assert numbers == [True, True, False]
    assert there("three houses appear in the top left corner", case)["place"] is True
    assert there("three houses appear in the lower right corner", case)["place"] is False
    assert there("a road appears at the top", case)["place"] is None  # no mask shows roads
    assert there("nothing", Case("b", "tile", {}, case.reading)) == {}


def test_shares_are_of_those_sentences_that_name_any() -> None:
    cases = [case_of(3, ("three houses are built",) * 5, str(number)) for number in range(4)]
    texts = {"0": "three houses are built", "1": "two houses are built", "2": "houses are built",
             "3": "a road is built"}  # fmt: skip
    found = measure_agreement({"mine": texts}, cases)
    assert found["text.mine.map.object"].value == 0.75
    assert found["text.mine.map.number"].value == pytest.approx(1 / 3, abs=1e-3)
    assert found["text.mine.map.place"].value is None
    assert found["text.mine.there.object"].value == 0.75


def test_people_agree_with_themselves() -> None:
    sentences = ("a house and a road appear", "houses are built on the left", "a path is built",
                 "two villas are built", "some villas show up")  # fmt: skip
    case = case_of(2, sentences)
    for text in sentences:
        assert False not in there(text, case).values()


@given(st.lists(st.text("abc ", min_size=1, max_size=12), min_size=1, max_size=5))
def test_the_most_liked_sentence_is_one_of_them(sentences: list[str]) -> None:
    assert most_liked(sentences) in {plain(text) for text in sentences}
    assert most_liked([*sentences, "b a", "b a", "b a", "b a", "b a", "b a"]) != ""


def texts_of(cases: list[Case], text: str) -> dict[str, str]:
    return {case.name: text for case in cases}


def some_cases() -> list[Case]:
    changed = [
        ("a house appears by the road", "one house is built near the road", "a villa shows up"),
        ("two roads are built", "roads appear in the forest", "trees are replaced by two roads"),
        ("many houses replace the trees", "rows of houses are built", "trees are removed"),
    ]
    rows = [(*changed, "x"), (tuple(sorted(STOCK)),) * 2]
    cases = [case_of(1, told, f"c{i}") for i, told in enumerate(rows[0][:3])]
    return cases + [case_of(0, told, f"u{i}") for i, told in enumerate(rows[1])]


@scored
@pytest.mark.usefixtures("swift")
def test_lower_orders_are_the_official_ones() -> None:
    from pycocoevalcap.bleu.bleu import Bleu

    cases = some_cases()
    guesses = ["a house is built by the road", "roads", "houses", "no change has occurred", "a"]
    scores = CaptionScores(guesses, [case.sentences for case in cases])
    total = {name: np.asarray(scores.rows[:, i].sum()) for i, name in enumerate(FIELDS)}
    texts = {i: [plain(text)] for i, text in enumerate(guesses)}
    truth = {i: [plain(text) for text in case.sentences] for i, case in enumerate(cases)}
    official = Bleu(4).compute_score(truth, texts, verbose=0)[0]
    assert [float(bleu(total, n)) for n in (1, 2, 3, 4)] == pytest.approx(official, abs=1e-6)


@scored
@pytest.mark.usefixtures("swift")
def test_halves_weigh_alike_and_equal_halves_are_the_whole() -> None:
    cases = some_cases()
    guesses = ["a house is built", "roads", "houses", "no change has occurred", "there"]
    scores = CaptionScores(guesses, [case.sentences for case in cases])
    changed = np.array([case.changed for case in cases])
    units = [case.name for case in cases]
    mine = scores.balanced(units, changed).value
    # Two of three changed crops drawn: the mean over draws is near, but for BLEU's curve.
    assert mine == pytest.approx(scores.resampled(changed, draws=4000), abs=2.0)
    four = CaptionScores(guesses[1:], [case.sentences for case in cases[1:]])
    whole, half = four.measure(units[1:]).value, four.balanced(units[1:], changed[1:]).value
    assert half == pytest.approx(whole, abs=1e-3)


@scored
@pytest.mark.usefixtures("swift")
def test_a_gain_is_paired_and_better_sentences_have_one() -> None:
    cases = some_cases()
    said = {case.name: case.sentences[0] for case in cases}
    systems = {"person": said, "again": said, "constant": texts_of(cases, "a house appears")}
    section = measure_sentences(systems, cases)
    facts = section.facts["captions.person.all"]
    assert facts["bleu1"] == facts["bleu4"] == facts["rouge_l"] == 100
    assert facts["crops"] == 5 and section.facts["captions.person.changed"]["crops"] == 3
    assert facts["words"] == pytest.approx(np.mean([len(t.split()) for t in said.values()]), 0.01)
    won = gains(section, "person", ["again", "constant", "nobody"])
    assert set(won) == {"again", "constant"} and set(won["again"]) == {"changed", "balanced", "all"}
    assert all(item["difference"] == 0 for item in won["again"].values())
    assert all(item["difference"] > 20 for item in won["constant"].values())
    assert gains(Section(), "person", ["again"]) == {}
