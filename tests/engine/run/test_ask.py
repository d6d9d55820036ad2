"""Answers counted on objects, and what they cannot tell."""

from __future__ import annotations

from typing import Any

import pytest

from engine.language.routing import map_question
from engine.run.ask import UNKNOWN, AskedAnswer, from_objects


def boxes(**counts: int) -> list[dict[str, Any]]:
    """So many buildings of each action."""
    return [
        {"box_id": f"{action}{index}", "class": "building", "action": action, "cell": "top"}
        for action, count in counts.items()
        for index in range(count)
    ]


def asked(question: str, objects: list[dict[str, Any]]) -> AskedAnswer:
    meant = map_question(question)
    assert meant is not None
    return from_objects(meant, objects)


@pytest.mark.parametrize(
    ("question", "counts", "text"),
    [
        ("How many new buildings are there?", {"appeared": 3, "disappeared": 2}, "3"),
        ("How many buildings changed?", {"appeared": 3, "changed": 2}, "5"),
        ("Did any building appear?", {"appeared": 1, "changed": 2}, "Yes"),
        ("Did any building appear?", {"disappeared": 2}, "No"),
        ("Where were houses built?", {"appeared": 1}, "top"),
        ("How many roads were built?", {"changed": 5}, "0"),
    ],
)
def test_objects_answer(question: str, counts: dict[str, int], text: str) -> None:
    answer = asked(question, boxes(**counts))
    assert (answer.text, answer.source) == (text, "map")


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("How many new buildings are there?", {"changed": 5}),
        ("How many new buildings are there?", {"appeared": 3, "changed": 5}),
        ("Where were houses removed?", {"disappeared": 1, "changed": 1}),
        ("Did any building appear?", {"disappeared": 2, "changed": 1}),
    ],
)
def test_an_unknown_direction_is_no_answer(question: str, counts: dict[str, int]) -> None:
    assert asked(question, boxes(**counts)) == AskedAnswer(UNKNOWN, "none")


def test_an_answer_rests_on_its_objects() -> None:
    answer = asked("Did any building appear?", boxes(appeared=1, changed=2))
    assert answer.features == ("appeared0",)
