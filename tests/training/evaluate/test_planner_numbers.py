"""Numbers in answers, counted again without the agent."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from engine.agent import Agent
from training.evaluate.planner import generated
from training.evaluate.planner_numbers import check_numbers

QUESTIONS = (
    "How many new buildings are there?",
    "How much area do the new buildings inside the districts take?",
    "Which are the five largest new roads?",
    "How many changes are there by class?",
    "How many new buildings are there within 200 m of new roads?",
)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "q.jsonl"
    lines = [{"question": one, "layers": ["districts"]} for one in QUESTIONS]
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


def test_answers_have_the_layers_numbers(questions: Path) -> None:
    found = check_numbers(questions, generated, 300)
    assert found["differ"] == []
    assert found["checked"] == {"count": 1, "measure": 1, "list_sorted": 1, "group_by_field": 1}
    assert found["not_checked"] == {"count": 1}


def test_a_wrong_number_is_found(questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Agent.run

    def wrong(agent: Agent, call: Any) -> Any:
        result = run(agent, call)
        if result.value is None:
            return dataclasses.replace(result, rows=result.rows[1:], box_ids=result.box_ids[1:])
        return dataclasses.replace(result, value=result.value + 1)

    monkeypatch.setattr(Agent, "run", wrong)
    found = check_numbers(questions, generated, 300)
    assert {one["question"] for one in found["differ"]} == set(QUESTIONS[:4])
