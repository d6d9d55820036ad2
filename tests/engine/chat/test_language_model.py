"""What the layers do not know: who is asked, what leaves the machine, and how it is marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.language_server import SENTENCE, language_server, seen
from support.planted_model import planted_model
from support.rasters import PlantedPair, planted_pair

from engine.chat import ChatContext, ChatOptions, Chats, SessionStore
from engine.chat.model_words import NOT_MEASURED, leaves_machine, sentences
from engine.run.ask import AskedAnswer
from engine.run.pipeline import run
from engine.run.settings import RunSettings

FREE = "Did the new houses replace a forest?"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> PlantedPair:
    return planted_pair(tmp_path_factory.mktemp("pair"), width=400, height=300, n=6, seed=5)


@pytest.fixture(scope="module")
def finished(pair: PlantedPair, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("run") / "changes.gpkg"
    run(
        RunSettings(before=str(pair.before), after=str(pair.after), output=output, model=str(model))
    )
    return output


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with language_server() as number:
        yield number


def options(model: Path, port: int, name: str = "good") -> ChatOptions:
    url = f"http://127.0.0.1:{port}/v1"
    return ChatOptions(model=str(model), language_url=url, language_model=name)


def test_a_free_question_goes_to_the_model_and_is_marked(
    make_talker: Callable[..., Any], finished: Path, model: Path, port: int
) -> None:
    one = make_talker(finished, options=options(model, port))
    counted = one.ask("How many new buildings are there?")
    assert counted.all("session")[0]["model"] == "map"
    said = one.ask(FREE)
    about = said.all("session")[0]
    assert about["model"] == "good" and about["device"] == "server" and not about["leaves_machine"]
    first, note = said.all("sentence")
    assert first["text"] == SENTENCE and first["source"] == "model" and first["box_ids"]
    assert note == note | {"text": NOT_MEASURED, "source": "map", "box_ids": []}
    assert said.all("step")[0]["tool"] == "language_model"
    # It was told what was asked before.
    prompts = [str(one["body"]["messages"]) for one in seen(port)["seen"]]
    assert any(FREE in one and counted.text in one for one in prompts)
    # The thread goes on behind it.
    assert one.ask("And where are they?").all("step")[0]["tool"] == "locate"


def test_only_the_part_asked_about_is_looked_at(
    make_talker: Callable[..., Any], finished: Path, model: Path, port: int
) -> None:
    one = make_talker(finished, options=options(model, port))
    largest = one.ask("Which is the largest change?")
    (chosen,) = largest.ids
    said = one.ask("Was it a forest?")
    edges = largest.all("sentence")[0]["bbox"]
    looked = said.all("step")[0]["arguments"]["bbox"]
    assert looked[0] < edges[0] and looked[2] > edges[2]
    assert (looked[2] - looked[0]) < 2.1 * (edges[2] - edges[0])
    assert chosen in said.ids
    picked = one.ask(FREE, ChatContext(selection=(chosen,)))
    assert picked.text.startswith("Of the 1 selected object: ")


def test_failures_are_events_and_the_conversation_goes_on(
    make_talker: Callable[..., Any], finished: Path, model: Path, port: int
) -> None:
    one = make_talker(finished, options=options(model, port, "refuses"))
    said = one.ask(FREE)
    # The engine goes on without words, and says so.
    assert said.last in ("done", "error")
    assert all(sentence["source"] == "map" for sentence in said.all("sentence"))
    assert one.ask("How many new buildings are there?").last == "done"


def test_without_pair_or_model_it_is_beyond(
    make_talker: Callable[..., Any], finished: Path, model: Path, port: int, tmp_path: Path
) -> None:
    none = make_talker(finished, options=ChatOptions(model=str(model)))
    assert none.ask(FREE).all("done")[0]["kind"] == "beyond"
    # The rasters that the file names may not be opened.
    shut = dataclasses.replace(none, session=None, options=options(model, port))
    shut.chats = Chats(SessionStore(tmp_path / "other"), lambda name: None)
    assert shut.ask(FREE).all("done")[0]["kind"] == "beyond"
    # No model is asked what no image shows.
    asker = dataclasses.replace(none, session=None, options=options(model, port))
    before = len(seen(port)["seen"])
    for question in ("Who owns the houses?", "What do they cost?", "Delete the houses.", "Hello"):
        assert asker.ask(question).all("done")[0]["kind"] in ("beyond", "ask"), question
    assert len(seen(port)["seen"]) == before


def test_stop_ends_a_model_question(
    make_talker: Callable[..., Any], finished: Path, model: Path, port: int
) -> None:
    one = make_talker(finished, options=options(model, port))
    one.stop.set()
    assert one.ask(FREE).last == "stopped"


def test_what_leaves_the_machine() -> None:
    assert leaves_machine(ChatOptions(language_url="https://example.org/v1"))
    assert not leaves_machine(ChatOptions(language_url="http://127.0.0.1:1/v1"))
    assert not leaves_machine(ChatOptions())


def test_numbers_of_a_model_are_marked() -> None:
    assert len(sentences(AskedAnswer("There are 14 houses", "model"))) == 2
    assert len(sentences(AskedAnswer("It was a forest", "model"))) == 1
    assert sentences(AskedAnswer("3", "map")) == [("3", "map")]
