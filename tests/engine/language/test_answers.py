"""Answers to closed questions become typed values, or a fault; never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.answers import parse, written
from engine.language.counts import parse_count
from engine.language.fault import Answer, Fault
from engine.language.places import parse_cells
from engine.language.tasks import TASKS, Task
from engine.language.yes_no import parse_yes_no
from engine.objects import CELL_ORDER


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Yes", True),
        ("no.", False),
        (" **Yes** \n", True),
        ("Yes, a road was built.", True),
        ("yes there are new houses", True),
        ("No, nothing changed.", False),
        ("No, no road or building changed.", False),
        ("No road or building changed.", False),
        ("There is no change", False),
        ("the two images are identical", False),
        ("Roads have changed", True),
    ],
)
def test_yes_and_no(raw: str, value: bool) -> None:
    assert parse_yes_no(raw) == Answer(raw, value)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", Fault.EMPTY),
        ("...", Fault.EMPTY),
        ("Yes or No", Fault.AMBIGUOUS),
        ("yes. no", Fault.AMBIGUOUS),
        ("Yes, the scene is the same as before", Fault.AMBIGUOUS),
        ("No, two houses were built", Fault.AMBIGUOUS),
        ("I am not sure whether anything changed", Fault.UNREADABLE),
        ("banana", Fault.UNREADABLE),
        ("<b>Yes</b>", Fault.MARKUP),
        ("Yes yes yes yes", Fault.REPEATED),
        ("Yes " * 300, Fault.TOO_LONG),
        ("Yes" + " " * 1000, Fault.TOO_LONG),
    ],
)
def test_no_clear_yes_or_no(raw: str, fault: Fault) -> None:
    assert parse_yes_no(raw) == Answer(raw, fault=fault)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("14", 14),
        ("14.\n", 14),
        ("There are 14 buildings", 14),
        ("Fourteen buildings changed between the two images.", 14),
        ("one thousand two hundred and five", 1205),
        ("1,205", 1205),
        ("none", 0),
        ("No change", 0),
        ("no buildings", 0),
        ("0, none did", 0),
        ("3 roads and 4 buildings", 4),
        ("buildings: 14", 14),
        ("two dozen houses", 24),
        ("a building appears", 1),
    ],
)
def test_counts(raw: str, value: int) -> None:
    assert parse_count(raw, "building") == Answer(raw, value)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("many", Fault.UNREADABLE),
        ("several buildings", Fault.UNREADABLE),
        ("-3", Fault.UNREADABLE),
        ("−3", Fault.UNREADABLE),
        ("2.5", Fault.UNREADABLE),
        ("40%", Fault.UNREADABLE),
        ("40 %", Fault.UNREADABLE),
        ("1e3", Fault.UNREADABLE),
        ("no idea", Fault.UNREADABLE),
        ("I do not know what changed", Fault.UNREADABLE),
        ("more than ten", Fault.UNREADABLE),
        ("10+", Fault.AMBIGUOUS),
        ("over ten", Fault.UNREADABLE),
        ("3-5", Fault.AMBIGUOUS),
        ("14 15", Fault.AMBIGUOUS),
        ("no buildings, 3 of them", Fault.UNREADABLE),
        ("3 roads", Fault.OTHER_CLASS),
        ("2 2 2 2 2", Fault.REPEATED),
        ('{"count": 3}', Fault.MARKUP),
        ("", Fault.EMPTY),
    ],
)
def test_no_clear_count(raw: str, fault: Fault) -> None:
    assert parse_count(raw, "building") == Answer(raw, fault=fault)


@pytest.mark.parametrize(
    ("raw", "cells"),
    [
        ("building cells: top left corner, top", {"top left corner", "top"}),
        ("building cells: none", set()),
        ("top, left", {"top", "left"}),
        ("top left corner", {"top left corner"}),
        ("Top-left", {"top left corner"}),
        ("lower right corner,lower", {"lower right corner", "lower"}),
        ("In the upper left corner and at the bottom.", {"top left corner", "lower"}),
        ("left top corner", {"top left corner"}),
        ("southwest and north", {"lower left corner", "top"}),
        ("the middle, middle left, top center", {"center", "left", "top"}),
        ("Buildings changed in the central part of the image.", {"center"}),
        ("all over the scene", set(CELL_ORDER)),
        ("No change", set()),
        ("None", set()),
        ("No buildings changed.", set()),
    ],
)
def test_cells(raw: str, cells: set[str]) -> None:
    expected = tuple(word for word in CELL_ORDER if word in cells)
    assert parse_cells(raw, "building") == Answer(raw, expected)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("the right answer is unclear", Fault.UNREADABLE),
        ("Yes", Fault.UNREADABLE),
        ("3", Fault.UNREADABLE),
        ("top 3", Fault.UNREADABLE),
        ("no change in the top", Fault.AMBIGUOUS),
        ("roads in the top, buildings on the left", Fault.OTHER_CLASS),
        ("", Fault.EMPTY),
        ("top, top, top, top,", Fault.REPEATED),
    ],
)
def test_no_clear_cells(raw: str, fault: Fault) -> None:
    assert parse_cells(raw, "building") == Answer(raw, fault=fault)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_broken_off_answer_is_not_read(task: Task) -> None:
    assert parse(task, "12", finished=False).fault is Fault.UNFINISHED


NUMBERS, FLAGS = st.integers(0, 99_999), st.booleans()
CELLS = st.sets(st.sampled_from(CELL_ORDER)).map(
    lambda chosen: tuple(word for word in CELL_ORDER if word in chosen)
)


@given(FLAGS, NUMBERS, CELLS, st.sampled_from(["road", "building"]))
def test_what_is_written_is_read(
    flag: bool, number: int, cells: tuple[str, ...], name: str
) -> None:
    assert parse(Task("binary"), written(flag)).value is flag
    assert parse(Task("count", name), written(number)).value == number
    assert parse(Task("localise", name), written(cells)).value == cells


def test_only_real_values_are_written() -> None:
    assert written("houses appear") == "houses appear"
    with pytest.raises(ValueError, match="-1"):
        written(-1)
    with pytest.raises(ValueError, match="upper"):
        written(("upper",))


PIECES = (
    "yes", "no", "none", "12", "-", "two", "hundred", "and", "buildings", "road", "no change", ",",
    ".", "the", "appear", "<|im_end|>", "{", "not", "over", "a", "dozen",
)  # fmt: skip
WORDS = st.lists(
    st.sampled_from((*CELL_ORDER, *PIECES)),
    max_size=12,
).map(" ".join)


@given(st.text(st.characters(), max_size=500) | WORDS, st.sampled_from(TASKS), FLAGS)
def test_any_text_has_a_value_or_a_fault(raw: str, task: Task, finished: bool) -> None:
    answer = parse(task, raw, finished=finished)
    assert answer.raw == raw
    assert (answer.value is None) == (answer.fault is not None) == (not answer.ok)


def test_a_value_comes_with_no_fault() -> None:
    with pytest.raises(ValueError, match="one of them"):
        Answer("x", 3, Fault.EMPTY)
    with pytest.raises(ValueError, match="one of them"):
        Answer[int]("x")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_ten_megabytes_are_no_answer(task: Task) -> None:
    assert parse(task, "top 1 yes " * 1_000_000).fault is Fault.TOO_LONG
