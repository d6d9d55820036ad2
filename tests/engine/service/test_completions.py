"""``/v1/chat/completions`` with OpenAI's own client: words, JSON, streams, and what is refused."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import openai
import pytest
from PIL import Image
from pydantic import BaseModel
from support.planted_model import planted_model

TOKEN = "a-token-for-tests"
PLACES = ("top left corner", "center")
WORDS = ("two buildings appear", "the scene is the same as before")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    planted_model(folder / "planted", ("building", "road"), sentences=WORDS)
    return folder


@pytest.fixture(scope="module")
def serving(
    models: Path, start_service: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    state = tmp_path_factory.mktemp("completing") / "state"
    one = start_service(state, [models], CHANGEVG_MODELS=str(models))
    yield one
    one.end()
    assert '"level": "error"' not in one.logged()


@pytest.fixture(scope="module")
def client(serving: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"http://127.0.0.1:{serving.port}/v1", api_key=TOKEN, max_retries=0
    ) as one:
        yield one


def address(image: np.ndarray, kind: str = "PNG") -> str:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"


def scene(side: int = 256, houses: bool = False) -> np.ndarray:
    """Even ground, perhaps with a house in the top left corner and one in the middle."""
    image = np.full((side, side, 3), 60, np.uint8)
    if houses:
        for at in (side // 8, side // 2):
            image[at - 10 : at + 10, at - 10 : at + 10] = 220
    return image


def asked(question: str, *urls: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [
        {"role": "system", "content": "You compare two images."},
        {"role": "user", "content": [*parts, {"type": "text", "text": question}]},
    ]


@pytest.fixture(scope="module")
def two() -> tuple[str, str]:
    return address(scene()), address(scene(houses=True))


def test_models_are_listed(client: openai.OpenAI, serving: Any) -> None:
    names = [model.id for model in client.models.list()]
    assert "planted" in names
    both = serving.client.get("/v1/models").json()
    assert [one["id"] for one in both["models"]] == [one["id"] for one in both["data"]] == names


def test_words(client: openai.OpenAI, two: tuple[str, str]) -> None:
    def say(question: str, *urls: str, **more: Any) -> Any:
        return client.chat.completions.create(
            model="planted", messages=asked(question, *(urls or two)), **more
        )

    told = say("What changed?", temperature=0)
    assert told.choices[0].message.content == "Two buildings appear."
    assert told.choices[0].finish_reason == "stop" and told.object == "chat.completion"
    assert told.usage.total_tokens == told.usage.prompt_tokens + told.usage.completion_tokens
    assert say("How many new buildings are there?").choices[0].message.content == "2"
    assert say("Where did buildings appear?").choices[0].message.content == ", ".join(PLACES)
    assert say("Did any road change?").choices[0].message.content == "No"
    # Backwards they disappear; of one image twice nothing changed.
    assert say("How many buildings disappeared?", *two[::-1]).choices[0].message.content == "2"
    assert "same as before" in say("What changed?", two[0], two[0]).choices[0].message.content
    free = say("Was there a forest?").choices[0].message.content
    assert "no language model" in free.lower()
    cut = say("What changed?", max_tokens=2).choices[0]
    assert cut.finish_reason == "length" and cut.message.content == "Two buildings"


def test_a_stream_is_the_same_answer(client: openai.OpenAI, two: tuple[str, str]) -> None:
    stream = client.chat.completions.create(
        model="planted", messages=asked("What changed?", *two), stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = list(stream)
    words = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    assert "".join(words) == "Two buildings appear." and len(words) == 3
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens == 3
    assert len({c.id for c in chunks}) == 1


class Answer(BaseModel):
    """What a program may want to know."""

    description: str
    changed: bool
    n_building_appeared: int
    n_road: int
    building_cells: list[Literal["top left corner", "top", "center", "right"]]
    note: str | None = None


def test_json_of_a_schema(client: openai.OpenAI, two: tuple[str, str]) -> None:
    told = client.chat.completions.parse(
        model="planted", messages=asked("What changed?", *two), response_format=Answer
    )
    answer = told.choices[0].message.parsed
    assert answer is not None
    assert answer.description == "Two buildings appear." and answer.changed
    assert (answer.n_building_appeared, answer.n_road) == (2, 0)
    assert answer.building_cells == list(PLACES)
    # The schemas that the engine itself holds a server to.
    from engine.language.reply_schema import reply_schema
    from engine.language.tasks import BINARY, CAPTION, Task

    for task, question, value in [
        (CAPTION, "What changed?", "Two buildings appear."),
        (BINARY, "Did anything change?", True),
        (Task("count", "building"), "How many buildings changed?", 2),
        (Task("localise", "building"), "Where did buildings change?", list(PLACES)),
    ]:
        schema = {"name": "answer", "strict": True, "schema": reply_schema(task)}
        done = client.chat.completions.create(
            model="planted", messages=asked(question, *two),
            response_format={"type": "json_schema", "json_schema": schema},
        )  # fmt: skip
        assert json.loads(done.choices[0].message.content or "") == {"answer": value}
    free = client.chat.completions.create(
        model="planted", messages=asked("What changed?", *two),
        response_format={"type": "json_object"},
    )  # fmt: skip
    content = json.loads(free.choices[0].message.content or "")
    assert content["n_building"] == 2 and content["answer"] == "Two buildings appear."


@pytest.mark.parametrize("size", [(300, 500), (64, 64)])
def test_any_size(client: openai.OpenAI, size: tuple[int, int]) -> None:
    before = np.full((*size, 3), 60, np.uint8)
    after = before.copy()
    after[10:22, 10:22] = after[-22:-10, -22:-10] = 220
    told = client.chat.completions.create(
        model="planted",
        messages=asked("How many new buildings?", address(before), address(after, "JPEG")),
    )
    assert told.choices[0].message.content == "2"


def bomb() -> str:
    """A PNG of 20,000 × 20,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode()


@pytest.mark.parametrize(
    ("urls", "status"),
    [
        ([], 422), (["{one}"], 422), (["{one}", "{one}", "{one}"], 422),
        (["{one}", "http://127.0.0.1:1/x.png"], 422), (["{one}", "file:///etc/passwd"], 422),
        (["{one}", "data:image/png;base64,!!!"], 422), (["{one}", "data:image/png;base64,"], 422),
        (["{one}", "data:image/svg+xml;base64,PHN2Zy8+"], 422),
        (["{one}", "data:image/png;base64,PHN2Zy8+"], 422), (["{one}", "{other size}"], 422),
        (["{one}", "{bomb}"], 413), (["{one}", "{huge}"], 413),
    ],
)  # fmt: skip
def test_images_that_are_none(client: openai.OpenAI, urls: list[str], status: int) -> None:
    known = {
        "{one}": address(scene()), "{other size}": address(scene(64)), "{bomb}": bomb(),
        "{huge}": "data:image/png;base64," + "A" * 26_700_000,
    }  # fmt: skip
    with pytest.raises(openai.APIStatusError) as refused:
        client.chat.completions.create(
            model="planted", messages=asked("What?", *(known.get(url, url) for url in urls))
        )
    assert refused.value.status_code == status, refused.value.message


def test_other_requests_that_are_refused(client: openai.OpenAI, two: tuple[str, str]) -> None:
    say = client.chat.completions.create
    with pytest.raises(openai.NotFoundError, match="no model"):
        say(model="/etc/passwd", messages=asked("What?", *two))
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()  # pragma: allowlist secret
    with pytest.raises(openai.UnprocessableEntityError):
        say(model="planted", messages=asked("", *two))
    with pytest.raises(openai.UnprocessableEntityError):
        say(model="planted", messages=asked("x " * 2000, *two))
    schema = {
        "type": "object",
        "properties": {"population": {"type": "integer"}},
        "required": ["population"],
    }
    named = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    with pytest.raises(openai.UnprocessableEntityError, match="population"):
        say(model="planted", messages=asked("What?", *two), response_format=named)


def test_bodies_beyond_the_limit(serving: Any) -> None:
    answer = serving.client.post("/v1/chat/completions", content=b" " * 28_000_001)
    assert answer.status_code == 413
    assert serving.client.post("/v1/chat", content=b" " * 1_000_001).status_code == 413
