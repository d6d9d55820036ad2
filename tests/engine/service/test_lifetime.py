"""What outlives a service, and what ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.command import PROJECT, command, environment

TOKEN = "a-token-for-tests"


def children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(one) for one in path.read_text().split()]
    return found


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until_ended(pid: int, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not ended(pid):
        assert time.monotonic() < limit, f"{pid} is still there"
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_finished_runs_survive_and_a_cut_off_one_is_resumed(
    starter: Callable[..., Any], pair: Any, large_pair: Any, model: Path, tmp_path: Path,
    how: signal.Signals,
) -> None:  # fmt: skip
    first = starter()
    done = first.post_run(pair, model, tmp_path / "done.gpkg")
    finished = first.wait(done["id"], "done")
    events = first.events(done["id"])
    out = tmp_path / "cut.gpkg"
    cut = first.post_run(large_pair, model, out, batch_size=1)
    waiting = first.post_run(pair, model, tmp_path / "waiting.gpkg")
    first.wait_for_rows(out)
    (run,) = children(first.process.pid)
    begin = time.monotonic()
    first.end(how)
    assert time.monotonic() - begin < 8
    wait_until_ended(run, 5)
    second = starter()
    listed = second.client.get("/v1/runs").json()["runs"]
    assert [one["id"] for one in listed] == [waiting["id"], cut["id"], done["id"]]
    assert [one["status"] for one in listed] == ["interrupted", "interrupted", "done"]
    assert listed[2] == finished and second.events(done["id"]) == events
    assert listed[1]["error"]["type"] == "InterruptedRunError" and listed[1]["ended_at"]
    last = second.events(cut["id"])[-1]
    assert last[1] == "error" and "options.resume" in last[2]["hint"]
    assert second.client.delete(f"/v1/runs/{cut['id']}").status_code == 409
    again = second.post_run(large_pair, model, out, resume=True)
    assert second.wait(again["id"], "done", "failed")["status"] == "done"
    assert out.is_file() and not out.with_name("cut.gpkg.work").exists()


def test_two_services_share_a_state_folder(
    starter: Callable[..., Any], large_pair: Any, model: Path, tmp_path: Path
) -> None:
    first, second = starter(), starter()
    out = tmp_path / "o.gpkg"
    run = first.post_run(large_pair, model, out, batch_size=1)
    first.wait_for_rows(out)
    assert second.run(run["id"])["status"] == "running"
    assert second.client.delete(f"/v1/runs/{run['id']}").status_code == 409
    first.client.delete(f"/v1/runs/{run['id']}")
    assert second.events(run["id"])[-1][1] == "cancelled"
    assert second.run(run["id"])["status"] == "cancelled"


@pytest.mark.slow
def test_a_run_that_hangs_is_heard_of_and_can_be_cancelled(
    starter: Callable[..., Any], large_pair: Any, model: Path, tmp_path: Path
) -> None:
    service = starter()
    out = tmp_path / "o.gpkg"
    run = service.post_run(large_pair, model, out, batch_size=1)
    service.wait_for_rows(out)
    (pid,) = children(service.process.pid)
    os.kill(pid, signal.SIGSTOP)
    with service.client.stream("GET", f"/v1/runs/{run['id']}/events") as stream:
        assert ": still here" in stream.iter_lines()
    begin = time.monotonic()
    service.client.delete(f"/v1/runs/{run['id']}")
    service.wait(run["id"], "cancelled")
    # The promise is two seconds; a busy test machine gets some more.
    assert time.monotonic() - begin < 4
    assert ended(pid)


def test_a_question_nobody_waits_for_is_dropped(
    starter: Callable[..., Any], pair: Any, large_pair: Any, model: Path
) -> None:
    service = starter()

    def body(of: Any) -> dict[str, Any]:
        return {
            "before": str(of.before), "after": str(of.after), "question": "What changed?",
            "options": {"model": str(model)},
        }  # fmt: skip

    with pytest.raises(httpx.ReadTimeout):
        service.client.post("/v1/ask", json=body(large_pair), timeout=0.5)
    answer = service.client.post("/v1/ask", json=body(pair))
    assert answer.status_code == 200 and len(answer.json()["features"]) == len(pair.truth)


def test_a_killed_run_is_a_failed_one_and_the_next_gets_its_turn(
    starter: Callable[..., Any], pair: Any, large_pair: Any, model: Path, tmp_path: Path
) -> None:
    service = starter()
    out = tmp_path / "o.gpkg"
    run = service.post_run(large_pair, model, out, batch_size=1)
    after = service.post_run(pair, model, tmp_path / "next.gpkg")
    service.wait_for_rows(out)
    (pid,) = children(service.process.pid)
    subprocess.run(["kill", "-9", str(pid)], check=True)
    record = service.wait(run["id"], "failed")
    assert record["error"]["type"] == "RunCrashedError" and "resume" in record["error"]["hint"]
    assert service.wait(after["id"], "done", "failed")["status"] == "done"


def test_the_service_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "p = subprocess.Popen(sys.argv[1:] + ['--parent-pid', str(os.getpid())],"
        " stdout=subprocess.PIPE, text=True)\n"
        "p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, *command("serve", "--state-dir", tmp_path / "s")],
        env=environment(CHANGEVG_TOKEN=TOKEN), cwd=PROJECT, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not ended(pid)
    parent.kill()
    parent.wait()
    wait_until_ended(pid, 6)


def test_a_token_from_stdin_and_the_end_of_it(
    starter: Callable[..., Any], large_pair: Any, model: Path, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"another-token\n")
    service = starter("--token-stdin", stdin=reading)
    os.close(reading)
    assert service.client.get("/v1/health").status_code == 401
    service.client.headers["Authorization"] = "Bearer another-token"
    assert service.client.get("/v1/health").json()["pid"] == service.process.pid
    out = tmp_path / "o.gpkg"
    service.post_run(large_pair, model, out, batch_size=1)
    service.wait_for_rows(out)
    (run,) = children(service.process.pid)
    begin = time.monotonic()
    os.close(writing)
    service.process.wait(10)
    wait_until_ended(run, 1)
    assert time.monotonic() - begin < 8


def test_open_streams_do_not_keep_it(
    starter: Callable[..., Any], large_pair: Any, model: Path, tmp_path: Path
) -> None:
    service = starter()
    run = service.post_run(large_pair, model, tmp_path / "o.gpkg", batch_size=1)
    with service.client.stream("GET", f"/v1/runs/{run['id']}/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        begin = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(12)
        assert time.monotonic() - begin < 8
