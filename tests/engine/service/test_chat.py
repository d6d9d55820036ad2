"""Conversations over HTTP: streams, stops, many clients, and a service that is killed."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from support.chat_client import of, parsed, talk
from support.chat_runs import many, new_buildings, write_run
from support.language_server import language_server

CLIENTS = 64


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("talked about") / "changes.gpkg", many(60))


def test_a_conversation(service: Any, layers: Path) -> None:
    events = talk(service.client, "How many new buildings are there?", layers=str(layers))
    names = [name for name, _ in events]
    assert names[0] == "session" and names[-1] == "done"
    count = len(new_buildings(many(60)))
    assert of(events, "done")[0]["text"] == f"There are {count} new buildings."
    session = of(events, "session")[0]["session"]
    again = talk(service.client, "Which is the largest?", session)
    assert of(again, "session")[0]["turn"] == 2
    assert of(again, "sentence")[0]["bbox"]
    shown = service.client.get(f"/v1/chat/{session}").json()
    assert [turn["question"] for turn in shown["turns"]] == [
        "How many new buildings are there?", "Which is the largest?",
    ]  # fmt: skip
    assert shown["turns"][1]["sentences"] == of(again, "sentence")
    assert shown["suggestions"] == of(again, "suggestions")[0]["questions"]
    listed = service.client.get("/v1/chat").json()["sessions"]
    (mine,) = [one for one in listed if one["session"] == session]
    assert set(mine) == {"session", "layers", "title", "created_at", "updated_at", "turns"}
    assert mine["turns"] == 2 and mine["layers"] == str(layers)
    text = service.client.get(f"/v1/chat/{session}/markdown")
    assert text.headers["content-type"].startswith("text/markdown")
    assert "## Which is the largest?" in text.text
    assert service.client.post(f"/v1/chat/{session}/stop").status_code == 202
    assert service.client.delete(f"/v1/chat/{session}").status_code == 204
    for method, end in [("GET", ""), ("GET", "/markdown"), ("POST", "/stop"), ("DELETE", "")]:
        gone = service.client.request(method, f"/v1/chat/{session}{end}")
        assert gone.status_code == 404 and gone.json()["error"]["type"] == "NoSuchSessionError"


def test_of_a_run_of_the_service(service: Any, pair: Any, model: Path) -> None:
    run = service.post_run(pair, model, pair.before.with_name("asked.gpkg"), overwrite=True)
    early = service.client.post("/v1/chat", json={"message": "What?", "run": run["id"]})
    done = service.wait(run["id"], "done")
    assert early.status_code in (200, 422)
    events = talk(service.client, "What changed?", run=run["id"])
    assert of(events, "result")[0]["n_features"] == done["result"]["objects"]
    assert of(events, "session")[0]["layers"] == run["output"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"message": "What?"}, 422),
        ({"message": ""}, 422),
        ({"message": "x" * 20_001}, 422),
        ({"message": "What?", "session": "none"}, 404),
        ({"message": "What?", "run": "none"}, 404),
        ({"message": "What?", "layers": "/etc/passwd"}, 403),
        ({"message": "What?", "layers": "/vsicurl/http://127.0.0.1/x.gpkg"}, 403),
        ({"message": "What?", "layers": "{here}/x.vrt"}, 403),
        ({"message": "What?", "layers": "{here}/false.gpkg"}, 403),
        ({"message": "What?", "layers": "{here}/text.gpkg"}, 422),
        ({"message": "What?", "layers": "{layers}", "vectors": {"a": "/etc/passwd"}}, 403),
        ({"message": "What?", "layers": "{layers}", "vectors": {"a": "{here}/vsi.geojson"}}, 403),
        ({"message": "What?", "layers": "{layers}", "vectors": {"\ud800": "{layers}"}}, 422),
        ({"message": "What?", "layers": "{layers}", "before": "/etc/passwd"}, 403),
        ({"message": "What?", "layers": "{layers}", "options": {"model": "/etc"}}, 403),
        ({"message": "What?", "layers": "{layers}", "options": {"language_url": "file:///x"}}, 422),
        ({"message": "What?", "layers": "{layers}", "context": {"bbox": [1, 1, 1, 1]}}, 422),
        ({"message": "What?", "layers": "{layers}", "context": {"selection": ["\ud800"]}}, 422),
        ({"message": "What?", "layers": "{layers}", "path": "/tmp/x"}, 422),
    ],
)
def test_what_is_refused(
    service: Any, layers: Path, tmp_path: Path, body: dict[str, Any], status: int
) -> None:
    (tmp_path / "x.vrt").write_text("<OGRVRTDataSource/>")
    (tmp_path / "false.gpkg").write_text("<OGRVRTDataSource/>")
    (tmp_path / "text.gpkg").write_text("no layers")
    (tmp_path / "vsi.geojson").write_text('{"type": "x", "name": "/vsicurl/http://127.0.0.1/"}')
    before = len(service.client.get("/v1/chat").json()["sessions"])
    text = json.dumps(body).replace("{here}", str(tmp_path)).replace("{layers}", str(layers))
    answer = service.client.post(
        "/v1/chat", content=text, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"type", "message", "hint", "exit_code"}
    assert len(service.client.get("/v1/chat").json()["sessions"]) == before


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("POST", "/v1/chat"), ("GET", "/v1/chat"), ("GET", "/v1/chat/x"), ("DELETE", "/v1/chat/x"),
        ("POST", "/v1/chat/x/stop"), ("GET", "/v1/chat/x/markdown"),
        ("POST", "/v1/chat/completions"),
    ],
)  # fmt: skip
def test_who_is_let_in(service: Any, method: str, place: str) -> None:
    base = f"http://127.0.0.1:{service.port}"
    key = service.client.headers["Authorization"]
    for headers, status in [
        ({}, 401), ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": key, "Host": "evil.example"}, 421),
        ({"Authorization": key, "Origin": "http://evil.example"}, 403),
    ]:  # fmt: skip
        answer = httpx.request(method, base + place, headers=headers, json={}, trust_env=False)
        assert answer.status_code == status, place


def test_many_clients_at_once(service: Any, layers: Path) -> None:
    """Each its own conversation, all at the same time; every reply is whole and its own."""
    questions = {
        "How many new buildings are there?": "count", "Which is the largest?": "list_sorted",
        "What changed?": "describe", "Where are they?": "locate",
    }  # fmt: skip
    wanted = list(questions)

    async def one(client: httpx.AsyncClient, number: int) -> list[str]:
        session, texts = None, []
        for turn in range(2):
            question = wanted[(number + turn) % len(wanted)]
            body = {"message": question, "session": session}
            body |= {"layers": str(layers)} if session is None else {}
            answer = await client.post("/v1/chat", json=body)
            assert answer.status_code == 200, answer.text
            events = parsed(answer.text)
            assert events[-1][0] == "done"
            about = of(events, "session")[0]
            assert session in (None, about["session"]) and about["turn"] == turn + 1
            session = about["session"]
            texts.append(of(events, "done")[0]["text"])
        shown = (await client.get(f"/v1/chat/{session}")).json()["turns"]
        assert [" ".join(s["text"] for s in turn["sentences"]) for turn in shown] == texts
        assert [turn["question"] for turn in shown] == [
            wanted[(number + turn) % len(wanted)] for turn in range(2)
        ]
        return [str(session), *texts]

    async def everybody() -> list[list[str]]:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{service.port}", headers=dict(service.client.headers),
            timeout=120, limits=limits, trust_env=False,
        ) as client:  # fmt: skip
            return await asyncio.gather(*(one(client, number) for number in range(CLIENTS)))

    replies = asyncio.run(everybody())
    assert len({session for session, *_ in replies}) == CLIENTS
    by_start = [{tuple(texts) for _, *texts in replies[start::4]} for start in range(4)]
    # The same questions, the same answers; other questions, others.
    assert all(len(one) == 1 for one in by_start)
    assert len({next(iter(one)) for one in by_start}) == 4


def test_messages_of_one_conversation_wait_for_each_other(service: Any, layers: Path) -> None:
    events = talk(service.client, "What changed?", layers=str(layers))
    session = of(events, "session")[0]["session"]
    found: list[int] = []

    def ask() -> None:
        client = httpx.Client(
            base_url=service.client.base_url, headers=service.client.headers, timeout=60,
            trust_env=False,
        )  # fmt: skip
        found.append(of(talk(client, "How many new roads?", session), "session")[0]["turn"])

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [2, 3, 4, 5, 6]


def test_a_result_that_was_moved_ends_its_conversation_by_name(
    service: Any, layers: Path, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.gpkg", tmp_path / "there.gpkg"
    shutil.copy(layers, here)
    session = of(talk(service.client, "How many?", layers=str(here)), "session")[0]["session"]
    here.rename(there)
    for named in ({}, {"layers": str(there)}):
        body = {"message": "How many?", "session": session, **named}
        answer = service.client.post("/v1/chat", json=body)
        assert answer.status_code == 422
        assert answer.json()["error"]["type"] == "OtherLayersError"


def test_stop_and_hang_up(
    starter: Callable[..., Any], pair: Any, model: Path, tmp_path: Path
) -> None:
    one = starter()
    run = one.post_run(pair, model, tmp_path / "changes.gpkg")
    one.wait(run["id"], "done")
    with language_server() as port:
        body = {
            "message": "Did they replace a forest?", "layers": str(tmp_path / "changes.gpkg"),
            "options": {
                "model": str(model), "language_url": f"http://127.0.0.1:{port}/v1",
                "language_model": "slow",
            },
        }  # fmt: skip
        with one.client.stream("POST", "/v1/chat", json=body) as stream:
            lines = stream.iter_lines()
            session = next(line for line in lines if '"session"' in line).split('"')[3]
            next(line for line in lines if line == "event: step")
            stopped = httpx.post(
                f"{one.client.base_url}/v1/chat/{session}/stop", headers=one.client.headers,
                trust_env=False,
            )  # fmt: skip
            assert stopped.json()["stopped"] == 1
            # The language server takes five seconds for its answer, which nobody waits for.
            began = time.monotonic()
            assert "event: stopped" in list(lines)
            assert time.monotonic() - began < 3
        with one.client.stream("POST", "/v1/chat", json=body) as stream:
            next(line for line in stream.iter_lines() if line == "event: step")
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            listed = one.client.get("/v1/chat").json()["sessions"]
            turns = [one.client.get(f"/v1/chat/{s['session']}").json()["turns"] for s in listed]
            if len(turns) == 2 and all(turns):
                break
            time.sleep(0.1)
        assert [turn["stopped"] for (turn,) in turns] == [True, True]


def test_a_killed_service_loses_no_conversation(
    starter: Callable[..., Any], layers: Path, tmp_path: Path
) -> None:
    one = starter(state=tmp_path / "state", roots=[layers.parent.parent])
    events = talk(one.client, "How many new buildings are there?", layers=str(layers))
    session = of(events, "session")[0]["session"]
    talk(one.client, "Which is the largest?", session)
    one.end(signal.SIGKILL)
    other = starter(state=tmp_path / "state", roots=[layers.parent.parent])
    shown = other.client.get(f"/v1/chat/{session}").json()
    assert [turn["question"] for turn in shown["turns"]] == [
        "How many new buildings are there?", "Which is the largest?",
    ]  # fmt: skip
    # "They" are still what was counted two questions ago.
    again = talk(other.client, "Where are they?", session)
    where = of(again, "step")[0]["arguments"]["where"]
    assert where == {"class_name": "building", "action": "appeared"}
    # The paths of a kept conversation are confined again.
    other.end()
    third = starter(state=tmp_path / "state", roots=[tmp_path])
    refused = third.client.post("/v1/chat", json={"session": session, "message": "And roads?"})
    assert refused.status_code == 403
    assert "new buildings" not in other.logged() and str(layers) not in other.logged()


@pytest.mark.slow
def test_memory_stays_flat(starter: Callable[..., Any], layers: Path) -> None:
    """A short form of scripts/bench_chat.py."""
    one = starter(roots=[layers.parent.parent])
    process = psutil.Process(one.process.pid)
    events = talk(one.client, "What changed?", layers=str(layers))
    session = of(events, "session")[0]["session"]
    used = []
    for _ in range(4):
        for _ in range(75):
            talk(one.client, "How many new buildings are there?", session)
        used.append(process.memory_info().rss)
    assert used[-1] - used[0] < 8_000_000
