"""Questions that follow each other: one reading, answers from its layers, a history that stays."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from support.language_server import SENTENCE, language_server, seen
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.errors import QuestionError, UsageError
from engine.run.conversation import HISTORY, Conversation
from engine.run.settings import RunSettings


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), seed=5, width=620, height=500, n=6)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, pair) -> RunSettings:
    model = planted_model(tmp_path_factory.mktemp("model"))
    return RunSettings(
        before=str(pair.before), after=str(pair.after), output=Path(), model=str(model)
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with language_server() as number:
        yield number


def test_follow_ups_rest_on_one_reading(tmp_path: Path, pair, settings: RunSettings) -> None:
    talk = Conversation(settings, tmp_path / "talk")
    first = talk.ask("How many new buildings are there?")
    written = talk.layers.stat().st_mtime_ns
    boxes = gpd.read_file(talk.layers, layer="boxes")
    new, old = (boxes[boxes["action"] == action] for action in ("appeared", "disappeared"))
    assert first.text == str(len(new)) and first.source == "map"
    where = talk.ask("And where are they?")
    assert set(where.text.split(", ")) == set(new["cell"])
    assert sorted(where.features) == sorted(new["box_id"])
    gone = talk.ask("How many were demolished?")
    assert gone.text == str(len(old)) and sorted(gone.features) == sorted(old["box_id"])
    assert talk.ask("What about roads?").text == "0"
    assert talk.layers.stat().st_mtime_ns == written
    assert [one.question for one in talk.history][1] == "And where are they?"


def test_a_question_beyond_is_answered_honestly_and_ends_the_topic(
    tmp_path: Path, settings: RunSettings
) -> None:
    talk = Conversation(settings, tmp_path / "talk")
    assert talk.ask("And where are they?").source == "none"
    talk.ask("Were buildings removed?")
    assert "I cannot tell" in talk.ask("What do they cost?").text
    assert talk.ask("And where are they?").source == "none"


def test_the_model_is_told_what_came_before(
    tmp_path: Path, settings: RunSettings, port: int
) -> None:
    asked = dataclasses.replace(
        settings, language_url=f"http://127.0.0.1:{port}/v1", language_model="good"
    )
    talk = Conversation(asked, tmp_path / "talk")
    count = talk.ask("How many buildings changed?").text
    assert not seen(port)["seen"]  # what the map knows needs no model
    assert talk.ask("Was a pool built?").text == SENTENCE
    turns = [
        [(turn["role"], json.dumps(turn["content"])) for turn in one["body"]["messages"]]
        for one in seen(port)["seen"]
        if "pool" in json.dumps(one["body"]["messages"])
    ]
    assert turns
    for roles in turns:
        assert [role for role, _ in roles] == ["system", "user", "assistant", "user"]
        assert "How many buildings changed?" in roles[1][1] and count in roles[2][1]
        assert "pool" in roles[3][1] and "image" not in roles[3][1].split("pool")[1]


def test_it_goes_on_after_a_restart(tmp_path: Path, settings: RunSettings) -> None:
    Conversation(settings, tmp_path / "talk").ask("How many new buildings are there?")
    again = Conversation(settings, tmp_path / "talk")
    assert again.history[0].answer.features
    assert again.ask("Where?").text != "No change"
    assert len(Conversation(settings, tmp_path / "talk").history) == 2


def test_what_is_not_this_conversation_is_refused(tmp_path: Path, settings: RunSettings) -> None:
    talk = Conversation(settings, tmp_path)
    talk.ask("How many new buildings are there?")
    other = dataclasses.replace(settings, after=settings.before)
    with pytest.raises(UsageError, match="another pair"):
        Conversation(other, tmp_path)
    (tmp_path / HISTORY).write_text('{"about": {}, "history": [3]}')
    with pytest.raises(UsageError, match="no conversation"):
        Conversation(settings, tmp_path)


def test_a_refused_question_leaves_no_trace(tmp_path: Path, settings: RunSettings) -> None:
    talk = Conversation(settings, tmp_path / "talk")
    with pytest.raises(QuestionError):
        talk.ask("   ")
    assert not talk.history and not (tmp_path / "talk").exists()


def test_the_model_sees_no_more_tiles_than_the_caller_lets_it(
    tmp_path: Path, settings: RunSettings, port: int
) -> None:
    silent = dataclasses.replace(
        settings,
        language="none",
        language_url=f"http://127.0.0.1:{port}/v1",
        language_model="good",
    )
    before = len(seen(port)["seen"])
    assert Conversation(silent, tmp_path).ask("Was a pool built?").source == "none"
    assert len(seen(port)["seen"]) == before
