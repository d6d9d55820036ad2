"""Asking a real server process that speaks OpenAI's protocol, well and badly."""

from __future__ import annotations

import base64
import dataclasses
import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from support.language_server import SENTENCE, language_server, seen

from engine.errors import Cancelled, UsageError
from engine.language import server as transport
from engine.language.answers import parse
from engine.language.backend import Inquiry, Reply, Turn
from engine.language.prompts import opening
from engine.language.remote import KEY_VARIABLE, RemoteModel
from engine.language.reply_schema import reply_text
from engine.language.server import Patience, is_here
from engine.language.tasks import BINARY, CAPTION, TASKS, Task

QUICK = Patience(connect_s=1, total_s=1.5, attempts=3, pause_s=0.01, longest_pause_s=0.1)
RNG = np.random.default_rng(4)
IMAGES: dict[Any, Any] = {
    date: RNG.integers(0, 256, (40, 56, 3), np.uint8) for date in ("before", "after")
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with language_server() as number:
        yield number


def inquiry(*asked: Task | str) -> Inquiry:
    return Inquiry(IMAGES, tuple(Turn(one, opening(one)) for one in asked))


def ask(port: int, model: str, *asked: Task | str) -> tuple[Reply, ...]:
    remote = RemoteModel(f"http://127.0.0.1:{port}/v1/", model, patience=QUICK)
    try:
        (replies,) = remote.answer([inquiry(*(asked or (CAPTION,)))])
    finally:
        remote.close()
    return replies


def test_every_task_is_answered_in_its_words(port: int) -> None:
    replies = ask(port, "good", *TASKS, "What was built?")
    assert all(reply.error is None and reply.finished for reply in replies)
    values = [parse(task, reply.text).value for task, reply in zip(TASKS, replies, strict=False)]
    assert values == [SENTENCE, True, 14, 14, ("top", "left"), ("top", "left")]
    assert replies[-1].text == SENTENCE


def test_what_is_sent(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "abc-key")
    ask(port, "good", BINARY)
    last = seen(port)["seen"][-1]
    assert last["path"] == "/v1/chat/completions" and last["key"] == "Bearer abc-key"
    system, user = last["body"]["messages"]
    assert system["role"] == "system" and isinstance(system["content"], str)
    assert [part["type"] for part in user["content"]] == [
        "text", "image_url", "text", "image_url", "text",
    ]  # fmt: skip
    urls = [part["image_url"]["url"] for part in user["content"] if "image_url" in part]
    for url, date in zip(urls, ("before", "after"), strict=True):
        head, code = url.split(",")
        assert head == "data:image/png;base64"
        pixels = np.asarray(Picture.open(io.BytesIO(base64.b64decode(code))))
        assert np.array_equal(pixels, IMAGES[date])
    schema = last["body"]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["answer"] == {"type": "boolean"}
    assert last["body"]["temperature"] == 0


def test_no_more_requests_at_a_time_than_allowed(port: int) -> None:
    remote = RemoteModel(f"http://127.0.0.1:{port}/v1", "good", requests=2, patience=QUICK)
    replies = remote.answer([inquiry(CAPTION, BINARY)] * 6)
    remote.close()
    assert [len(several) for several in replies] == [2] * 6
    assert all(reply.error is None for several in replies for reply in several)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("slow", "nothing whole within 1.5 s."),
        ("drip-head", "nothing whole within 1.5 s."),
        ("drip-body", "nothing whole within 1.5 s."),
        ("processing", "nothing whole within 1.5 s."),
        ("500", "status 500, 3 times"),
        ("html", "no JSON but text/html: ‹html›‹body›Sign in"),
        ("list", "no JSON object"),
        ("huge", "more than 2 MB"),
        ("half", "the connection broke"),
        ("empty", "choices[0].message.content"),
        ("moved", "status 302"),
        ("odd-moved", "the connection broke"),
        ("gzip", "packed (gzip)"),
        ("deep", "no JSON"),
    ],
)
def test_faults_are_told_and_cost_one_answer(port: int, model: str, words: str) -> None:
    began = time.monotonic()
    (reply,) = ask(port, model)
    assert time.monotonic() - began < 2 * QUICK.total_s
    assert reply.error is not None and words in str(reply.error) and not reply.text
    assert reply.error.exit_code == 1 and reply.error.http_status == 502
    assert not parse(CAPTION, reply.text, finished=reply.finished).ok


def test_a_refusal_is_not_tried_again_and_hints_at_the_key(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "abc-key")
    before = len(seen(port)["seen"])
    (reply,) = ask(port, "refuses")
    assert len(seen(port)["seen"]) == before + 1
    assert reply.error is not None and KEY_VARIABLE in str(reply.error)
    assert "abc-key" not in str(reply.error)
    assert "\x1b" not in str(reply.error) and "<|im_end|>" not in str(reply.error)


def test_what_was_busy_is_asked_again(port: int) -> None:
    (reply,) = ask(port, "busy-once")
    assert reply.error is None and reply.text


def test_an_answer_beside_the_schema_is_no_value(port: int) -> None:
    (reply,) = ask(port, "wrong-schema", Task("count", "building"))
    assert reply.error is None and not parse(Task("count", "building"), reply.text).ok
    (prose,) = ask(port, "prose", Task("count", "building"))
    assert parse(Task("count", "building"), prose.text).value == 14
    (cut,) = ask(port, "cut")
    assert not cut.finished and not parse(CAPTION, cut.text, finished=cut.finished).ok


def test_a_server_that_is_not_there_is_soon_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    remote = RemoteModel("http://127.0.0.1:9/v1", "good", requests=1, patience=QUICK)
    started = time.monotonic()
    replies = remote.answer([inquiry(CAPTION)] * 200)
    assert all(several[0].error is not None for several in replies)
    assert "no connection" in str(replies[0][0].error)
    assert time.monotonic() - started < 3
    remote.close()


def test_a_server_that_comes_back_is_asked_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DOWN_S", 0.2)
    away = RemoteModel("http://127.0.0.1:9/v1", "good", patience=QUICK)
    away.answer([inquiry(CAPTION)])
    away._server.url = f"http://127.0.0.1:{port}/v1"
    time.sleep(0.3)
    assert away.answer([inquiry(CAPTION)])[0][0].error is None
    away.close()


def test_a_server_that_never_answers_is_soon_left_alone(port: int) -> None:
    patience = dataclasses.replace(QUICK, total_s=0.4)
    remote = RemoteModel(f"http://127.0.0.1:{port}/v1", "slow", requests=1, patience=patience)
    before, began = len(seen(port)["seen"]), time.monotonic()
    replies = remote.answer([inquiry(CAPTION)] * 50)
    assert all(several[0].error is not None for several in replies)
    # Each was asked once: who is too slow once is too slow again.
    assert len(seen(port)["seen"]) - before == transport.DOWN_AFTER
    assert time.monotonic() - began < 3
    remote.close()


def test_one_who_answers_at_the_end_of_the_time_is_heard(port: int) -> None:
    (reply,) = ask(port, "late")
    assert reply.error is None and reply.text == SENTENCE


def test_a_stop_waits_for_nobody_and_keeps_what_came(port: int) -> None:
    remote = RemoteModel(f"http://127.0.0.1:{port}/v1", "quick-once", requests=1)
    before, began = len(seen(port)["seen"]), time.monotonic()

    def check() -> None:
        if len(seen(port)["seen"]) == before + 2:
            raise Cancelled("Stopped by the user.")

    ((first,), (second,), (third,)) = remote.answer([inquiry(CAPTION)] * 3, check)
    assert first.error is None and first.text == SENTENCE
    assert isinstance(second.error, Cancelled) and isinstance(third.error, Cancelled)
    remote.close()
    assert time.monotonic() - began < 3
    assert len(seen(port)["seen"]) == before + 2, "the third was never sent"


def test_closing_ends_what_is_under_way(port: int) -> None:
    remote = RemoteModel(f"http://127.0.0.1:{port}/v1", "slow")
    job = threading.Thread(target=remote.answer, args=([inquiry(CAPTION)],))
    job.start()
    time.sleep(0.3)
    began = time.monotonic()
    remote.close()
    remote.close()
    job.join(3)
    assert not job.is_alive() and time.monotonic() - began < 2


@pytest.mark.parametrize("model", ["surrogate", "bare-surrogate"])
def test_text_that_comes_in_can_be_written(port: int, model: str) -> None:
    (reply,) = ask(port, model)
    assert reply.error is None and reply.text == "? houses"


def test_deeply_nested_text_is_no_value(port: int) -> None:
    for task in TASKS:
        (reply,) = ask(port, "deep-text", task)
        assert reply.error is None and not parse(task, reply.text).ok


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:8000", "ftp://a/v1", "http://me@a/v1", "http://[::1/v1", "http://a/v1\n",
        "http://a\nb/v1", "http://a b/v1", "http://a:99999/v1", f"http://{'a' * 64}.b/v1",
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError, match="language-url"):
        RemoteModel(url, "m")
    assert not is_here(url) or url == "localhost:8000"


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_a_key_that_no_header_takes(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(UsageError, match=KEY_VARIABLE) as failure:
        RemoteModel("http://127.0.0.1:9/v1", "m")
    assert key not in str(failure.value)


def test_a_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://a:70")
    with pytest.raises(UsageError, match="proxy"):
        RemoteModel("http://models.example/v1", "m")
    RemoteModel("http://127.0.0.1:9/v1", "m").close()


def test_which_addresses_are_here() -> None:
    here = ("http://localhost:1/v1", "http://127.0.0.5/v1", "http://[::1]:8/v1")
    assert all(is_here(url) for url in here)
    away = ("http://10.0.0.1/v1", "https://models.example/v1", "http://localhost.example/v1")
    assert not any(is_here(url) for url in away)


@pytest.mark.parametrize(
    "content",
    ["", "{", "null", "[]", "{}", '{"answer": null}', "1e999", "[" * 2000, "[" * 900 + "]" * 900],
    ids=lambda content: content[:16],
)
@pytest.mark.parametrize("task", TASKS, ids=[task.id for task in TASKS])
def test_any_content_becomes_text(task: Task, content: str) -> None:
    text = reply_text(task, content)
    assert isinstance(text, str)
    parse(task, text)


def test_a_run_without_a_server_loads_no_httpx() -> None:
    code = "import engine.run.pipeline, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    names = set(done.stdout.split())
    assert "engine.language.server" in names
    assert not {"httpx", "httpcore", "anyio"} & names
