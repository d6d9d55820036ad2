"""Conversations as the plugin asks the engine's service for them, against a stand-in."""

from __future__ import annotations

import importlib
import threading
import time

import pytest
from qgis.core import QgsFeedback


@pytest.fixture
def client(changevg, fake_engine):
    return importlib.import_module("changevg.engine_link").running_engine()


@pytest.fixture
def errors(changevg):
    return importlib.import_module("changevg.engine_link.errors")


def test_an_answer_begins_with_the_session_and_ends_with_done(client):
    events = list(client.chat("echo hello", layers="/c.gpkg", context={"selection": ["b1"]}))
    assert [events[0]["event"], events[-1]["event"]] == ["session", "done"]
    assert events[0]["session"] == "chat-1"
    sent = client._json("GET", "/v1/chat/requests")["requests"][0]
    del sent["heeded"]
    assert sent == {"session": None, "message": "echo hello", "layers": "/c.gpkg",
                    "context": {"selection": ["b1"]}, "options": {}, "vectors": {}}  # fmt: skip


def test_a_server_or_a_layer_taken_back_is_taken_back_for_the_engine(client):
    """Nothing leaves the machine after the user has withdrawn it."""
    list(client.chat("count", layers="/c.gpkg", options={"language_url": "https://llm.example"},
                     vectors={"plots": "/p.gpkg"}))  # fmt: skip
    first, *_ = list(client.chat("count", session="chat-1", layers="/c.gpkg"))
    assert first["leaves_machine"] is False
    heeded = client._json("GET", "/v1/chat/requests")["requests"][-1]["heeded"]
    assert heeded == {"options": {}, "vectors": {}}


def test_conversations_are_listed_read_and_deleted(client):
    list(client.chat("count", layers="/c.gpkg"))
    list(client.chat("count more", session="chat-1", layers="/c.gpkg"))
    (known,) = client.chats()
    assert (known["session"], known["turns"]) == ("chat-1", 2)
    turns = client.chat_history("chat-1")["turns"]
    assert [turn["question"] for turn in turns] == ["count", "count more"]
    client.delete_chat("chat-1")
    assert client.chats() == []


def test_an_answer_can_be_left_at_once_and_stopped_by_another_call(client):
    feedback = QgsFeedback()
    threading.Timer(0.4, feedback.cancel).start()
    started = time.monotonic()
    events = list(client.chat("endless", layers="/c.gpkg", stop=feedback.isCanceled))
    assert time.monotonic() - started < 1.0
    assert events[-1]["event"] == "token"
    threading.Timer(0.4, client.stop_chat, ["chat-2"]).start()
    assert list(client.chat("endless", layers="/c.gpkg"))[-1]["event"] == "stopped"


def test_an_engine_that_dies_in_the_middle_is_an_error(client, errors, tmp_path):
    with pytest.raises(errors.EngineUnreachableError):
        list(client.chat(f"die {tmp_path / 'died'}", layers="/c.gpkg"))


def test_a_conversation_that_is_not_there(client, errors):
    with pytest.raises(errors.EngineAnswerError) as caught:
        list(client.chat("count", session="nobody/../x"))
    assert caught.value.status == 404
