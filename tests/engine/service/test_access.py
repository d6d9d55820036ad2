"""Who is let in, and what a request may carry."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.command import engine

TOKEN = "a-token-for-tests"
PLACES = [
    "/v1/health",
    "/v1/models",
    "/v1/runs",
    "/v1/runs/x",
    "/v1/openapi.json",
    "/v1/chat",
    "/v1/chat/x",
    "/",
    "/other",
]


def kind(answer: httpx.Response) -> str:
    return answer.json()["error"]["type"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN]
)
def test_no_token_no_answer(service: Any, place: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        answer = httpx.request(
            method, f"http://127.0.0.1:{service.port}{place}", headers=headers, trust_env=False
        )
        assert answer.status_code == 401 and kind(answer) == "TokenError"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "access-control-allow-origin" not in answer.headers


def test_hosts(service: Any) -> None:
    for name in ("127.0.0.1", "localhost", "LOCALHOST"):
        good = service.client.get("/v1/health", headers={"Host": f"{name}:{service.port}"})
        assert good.status_code == 200
    for host in ("evil.example", f"evil.example:{service.port}", "127.0.0.1", "127.0.0.1:1", ""):
        refused = service.client.get("/v1/health", headers={"Host": host})
        assert refused.status_code == 421 and kind(refused) == "HostError", host


def test_origins(service: Any) -> None:
    good = service.client.get("/v1/health", headers={"Origin": f"http://localhost:{service.port}"})
    assert good.status_code == 200
    for origin in ("http://evil.example", "null", "http://127.0.0.1", "https://localhost", "x"):
        refused = service.client.get("/v1/health", headers={"Origin": origin})
        assert refused.status_code == 403 and kind(refused) == "OriginError", origin


def test_every_answer_has_one_form_of_error(service: Any) -> None:
    for method, place, status in [
        ("GET", "/nowhere", 404), ("GET", "/docs", 404), ("POST", "/v1/health", 405),
        ("PUT", "/v1/runs", 405), ("GET", "/v1/runs/none", 404),
    ]:  # fmt: skip
        answer = service.client.request(method, place)
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"type", "message", "hint", "exit_code"}


def test_large_bodies(service: Any) -> None:
    told = service.client.post("/v1/runs", content=b"[" * 1_000_001)
    assert told.status_code == 413 and kind(told) == "BodyTooLargeError"

    def endless():
        for _ in range(200):
            yield b"x" * 10_000

    untold = service.client.post("/v1/runs", content=endless())
    assert untold.status_code == 413
    assert service.client.get("/v1/health").status_code == 200


@pytest.mark.slow
def test_slow_clients_are_let_go(service: Any) -> None:
    who = f"Host: 127.0.0.1:{service.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    halves = [
        "GET /v1/health HTTP/1.1\r\nHost: ",
        "",
        f"POST /v1/runs HTTP/1.1\r\n{who}Content-Length: 100\r\n\r\n{{",
        f"GET /v1/health HTTP/1.1\r\n{who}\r\n",
    ]
    begin = time.monotonic()
    connections = []
    for half in halves:
        connections.append(socket.create_connection(("127.0.0.1", service.port), timeout=60))
        connections[-1].sendall(half.encode())
    time.sleep(1)
    connections[-1].sendall(b"GET /v1/health HTTP/1.1\r\nHo")  # a second one, behind a whole one
    answers = []
    for connection in connections:
        with connection:
            answers.append(b"".join(iter(lambda one=connection: one.recv(4096), b"")))
    assert 5 < time.monotonic() - begin < 25
    assert [answer[9:12] for answer in answers] == [b"", b"", b"408", b"200"]


def test_nothing_secret_is_left_lying_about(service: Any, pair: Any, model: Path) -> None:
    run = service.post_run(pair, model, pair.before.with_name("kept.gpkg"), overwrite=True)
    service.wait(run["id"], "running", "done")
    seen = [service.process.pid]
    for child in Path(f"/proc/{service.process.pid}/task").glob("*/children"):
        seen += [int(pid) for pid in child.read_text().split()]
    for pid in seen:
        assert TOKEN not in Path(f"/proc/{pid}/cmdline").read_text()
    for pid in seen[1:]:
        assert TOKEN not in Path(f"/proc/{pid}/environ").read_text()
    assert service.wait(run["id"], "done", "failed")["status"] == "done"
    for path in [service.state, *service.state.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()
    lines = [json.loads(line) for line in service.logged().splitlines()]
    assert any(line.get("run") == run["id"] for line in lines)
    assert TOKEN not in service.logged() and str(pair.before) not in service.logged()


@pytest.mark.parametrize("field", ["before", "after", "output", "options.report", "options.aoi"])
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "before.tif", "../before.tif", "/vsicurl/http://127.0.0.1:1/a.tif",
        "http://127.0.0.1:1/a.tif", "/vsizip/{here}/a.zip/a.tif", "{here}/a.zip", "{here}/../..",
        "{here}/link/passwd", "{here}/a\x00.tif", "NETCDF:{here}/a.nc:b", "{state}/runs/x.gpkg",
        "file://{here}/before.tif", "~/a.tif", "--help",
    ],
)  # fmt: skip
def test_paths_outside_are_refused(
    service: Any, pair: Any, tmp_path: Path, field: str, path: str
) -> None:
    (tmp_path / "link").symlink_to("/etc")
    text = path.format(here=tmp_path, state=service.state)
    body: dict[str, Any] = {
        "before": str(pair.before), "after": str(pair.after), "output": str(tmp_path / "o.gpkg"),
        "options": {},
    }  # fmt: skip
    place, _, name = field.rpartition(".")
    (body[place] if place else body)[name] = text
    answer = service.client.post("/v1/runs", json=body)
    assert answer.status_code == (422 if "\x00" in text else 403), answer.text
    assert field.rpartition(".")[2] in answer.json()["error"]["message"]
    if answer.status_code == 403:
        assert kind(answer) == "PathRefusedError"


def test_the_refusal_names_the_allowed_folders(service: Any, pair: Any, tmp_path: Path) -> None:
    body = {"before": "/etc/hosts", "after": str(pair.after), "output": str(tmp_path / "o.gpkg")}
    message = service.client.post("/v1/runs", json=body).json()["error"]["message"]
    assert str(tmp_path.parent.resolve()) in message


WRONG = [
    ({"no_such": 1}, "no_such"), ({"min_area": "10"}, "min_area"), ({"min_area": -1}, "min_area"),
    ({"progress": "none"}, "progress"), ({"dry_run": True}, "dry_run"), ({"json": True}, "json"),
    ({"overwrite": "yes"}, "overwrite"), ({"bbox": [1, 2, 3]}, "bbox"),
    ({"bbox": "1,2,3,4 --overwrite"}, "bbox"), ({"language": "some"}, "language"),
    ({"device": "--force"}, "device"), ({"stretch": "--force"}, "stretch"),
    ({"bidx": [0, 1, 2]}, "bidx"), ({"before_date": "2020-02-30"}, "before_date"),
    ({"question": ["?"]}, "question"), ({"resampling": "x"}, "resampling"),
    ({"language_url": "http://me:" + "word@host/v1"}, "language_url"), ({"card": "x"}, "card"),
    ({"report": "REPORT/.profile"}, "report"), ({"tile_size": 2.5}, "tile_size"),
    ({"min-area": 3}, "min-area"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "name"), WRONG)
def test_wrong_options_are_named(
    service: Any, pair: Any, tmp_path: Path, options: dict[str, Any], name: str
) -> None:
    if "report" in options:
        options = {"report": str(tmp_path / ".profile")}
    body = {
        "before": str(pair.before), "after": str(pair.after), "output": str(tmp_path / "o.gpkg"),
        "options": options,
    }  # fmt: skip
    answer = service.client.post("/v1/runs", json=body)
    assert answer.status_code == 422, answer.text
    assert f"options.{name}" in answer.json()["error"]["message"]
    assert answer.json()["error"]["exit_code"] == 2


def test_what_is_no_request(service: Any) -> None:
    for content in (b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b"\xff\xfe", b"1" * 9000):
        answer = service.client.post("/v1/runs", content=content)
        assert answer.status_code in (400, 422), content[:20]
        assert answer.json()["error"]["message"]


def test_starting_needs_a_token_and_a_free_port(service: Any, tmp_path: Path) -> None:
    none = engine("serve", "--state-dir", tmp_path / "s", CHANGEVG_TOKEN="")
    assert none.code == 2 and none.out == "" and "CHANGEVG_TOKEN" in none.err
    taken = engine(
        "serve", "--state-dir", tmp_path / "s", "--port", service.port, CHANGEVG_TOKEN=TOKEN
    )
    assert taken.code == 1 and "cannot be listened on" in taken.err and taken.out == ""
    root = engine("serve", "--root", tmp_path / "none", CHANGEVG_TOKEN=TOKEN)
    assert root.code == 2 and "is no folder" in root.err


def test_only_this_machine_is_listened_to(service: Any) -> None:
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{service.port:04X}")
    ]
    assert listening == [f"0100007F:{service.port:04X}"]


def test_roots_replace_the_default_ones(starter: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    one = starter(roots=[tmp_path / "in"])
    body = {key: str(tmp_path / "in" / "a.tif") for key in ("before", "after")}
    outside = one.client.post("/v1/runs", json=body | {"output": str(tmp_path / "o.gpkg")})
    assert outside.status_code == 403
    assert "Settings ▸ Options" in outside.json()["error"]["hint"]
    inside = one.client.post("/v1/runs", json=body | {"output": str(tmp_path / "in" / "o.gpkg")})
    assert inside.status_code == 202 and os.path.isabs(inside.json()["output"])
