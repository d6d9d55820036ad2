"""Items of any pair: how many, what is asked, and that no answer is invented."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from support.imti_pairs import pairs, squares

from engine.objects.cells import CELL_ORDER
from training.change_imti import paraphrases, wordings
from training.change_imti.item import MARKER, TASKS, Item
from training.change_imti.labels import read_labels
from training.change_imti.pair import CLASSES, FLAVOURS, Flavour, LabelledPair
from training.change_imti.tasks import ItemMaker
from training.change_imti.writer import record, sharegpt

FLAVOUR = st.sampled_from(FLAVOURS)
BOTH = {"road": squares((4, 4)), "building": squares((40, 40), (80, 4))}


def made(pair: LabelledPair, flavour: Flavour, seed: int = 0) -> list[Item]:
    return ItemMaker(flavour, seed, pair, read_labels(pair, flavour)).items()


@settings(max_examples=60)
@given(pairs(), FLAVOUR)
def test_every_task_has_its_items(pair: LabelledPair, flavour: Flavour) -> None:
    items = made(pair, flavour)
    several = len(pair.sentences) if pair.said_changed and pair.split != "test" else 1
    counts = {task: sum(item.task == task for item in items) for task in TASKS}
    assert counts == dict.fromkeys(TASKS, 1) | {"caption": several, "dialogue": several}
    assert len({item.id for item in items}) == len(items)


@settings(max_examples=60)
@given(pairs(), FLAVOUR)
def test_a_class_is_answered_where_it_has_a_mask_and_nowhere_else(
    pair: LabelledPair, flavour: Flavour
) -> None:
    for item in made(pair, flavour):
        for turn in item.turns:
            if turn.class_name:
                assert (turn.answer is not None) == (turn.class_name in pair.masks)
                # A question about buildings names buildings, changed or not (defect 1).
                named = set(re.findall(r"\b(?:roads|buildings)\b", turn.question))
                assert named == {turn.class_name + "s"}
            if turn.asks == "localise" and turn.answer not in (None, "No change"):
                words = str(turn.answer).split(", ")
                assert set(words) <= set(CELL_ORDER) and len(words) == len(set(words))
            if turn.asks == "count" and turn.answer is not None:
                assert str(int(turn.answer)) == turn.answer


@settings(max_examples=60)
@given(pairs(), FLAVOUR)
def test_dialogues_ask_in_order_and_agree_with_the_single_items(
    pair: LabelledPair, flavour: Flavour
) -> None:
    items = made(pair, flavour)
    single = {item.task: item.turns[0].answer for item in items if item.task != "dialogue"}
    for item in items:
        if item.task != "dialogue":
            continue
        first, *middle, last = item.turns
        assert (first.asks, last.asks) == ("binary", "caption")
        names = [turn.class_name for turn in middle]
        assert names == list(CLASSES) or (flavour == "clean" and set(names) == set(CLASSES))
        assert first.answer == single["binary"]
        for turn in middle:
            assert turn.answer == single[f"{turn.asks}_{turn.class_name}"]


@settings(max_examples=60)
@given(pairs())
def test_clean_answers_never_contradict_each_other(pair: LabelledPair) -> None:
    labels = read_labels(pair, "clean")
    if any(found.count for found in labels.found.values()):
        assert labels.binary == "Yes"
    elif len(labels.found) == len(CLASSES):
        assert labels.binary == "No"


@settings(max_examples=30)
@given(pairs(), FLAVOUR, st.integers(0, 9))
def test_the_same_seed_asks_the_same(pair: LabelledPair, flavour: Flavour, seed: int) -> None:
    assert made(pair, flavour, seed) == made(pair, flavour, seed)


@settings(max_examples=30)
@given(pairs(), FLAVOUR)
def test_images_are_marked_once_each_in_the_first_question(
    pair: LabelledPair, flavour: Flavour
) -> None:
    for item in made(pair, flavour):
        if not item.labelled:
            continue
        shared = sharegpt(item, ["a.png", "b.png"])["conversations"]
        assert shared[0]["value"].count(MARKER[0]) == 2
        assert not any(MARKER[0] in turn["value"] for turn in shared[1:])
        spoken = [message["content"] for message in record(item, [])["messages"]]
        assert "the first image" in spoken[0].lower()
        assert not any("{" in text or MARKER[0] in text for text in spoken)


def test_paper_has_one_wording_and_a_hint_that_gives_nothing_away() -> None:
    questions: dict[str, set[str]] = {}
    for number in range(40):
        pair = LabelledPair(f"p{number}", "x", "train", "", ("a house",), True, BOTH)
        nothing = LabelledPair(f"q{number}", "x", "train", "", ("a house",), True, {})
        for one in (pair, nothing):
            for item in made(one, "paper"):
                for turn in item.turns:
                    questions.setdefault(turn.asks + turn.class_name, set()).add(turn.question)
    assert {key: len(words) for key, words in questions.items()} == dict.fromkeys(questions, 1)
    assert "No change" in wordings.LOCALISE


def test_clean_uses_its_whole_bank_and_always_says_what_to_answer() -> None:
    asked: set[str] = set()
    for number in range(300):
        pair = LabelledPair(f"p{number}", "x", "train", "", ("a house",), True, BOTH)
        for item in made(pair, "clean"):
            asked |= {turn.question for turn in item.turns if turn.asks == "localise"}
    bank = {*paraphrases.PLACES, *paraphrases.FOLLOW_PLACES}
    assert len(asked) == 2 * len(bank)
    assert all("No change" in words for words in bank)


def test_both_courses_of_a_dialogue_occur() -> None:
    courses = set()
    for number in range(60):
        pair = LabelledPair(f"p{number}", "x", "train", "", ("a house",), True, BOTH)
        for item in made(pair, "paper"):
            if item.task == "dialogue":
                courses.add(tuple(turn.asks for turn in item.turns[1:3]))
    assert len(courses) == 4
