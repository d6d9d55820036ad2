"""A real service process, and a client that speaks to it."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
import rasterio
from support.command import PROJECT, command, environment
from support.planted_model import planted_model
from support.rasters import PlantedPair, planted_pair

TOKEN = "a-token-for-tests"
PATIENCE = 40.0


@dataclass
class Service:
    """One process of ``engine serve``."""

    process: subprocess.Popen[str]
    hello: dict[str, Any]
    state: Path
    log: Path
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=PATIENCE,
            trust_env=False,
        )

    @property
    def port(self) -> int:
        return self.hello["port"]

    def post_run(self, pair: PlantedPair, model: Path, output: Path, **options: Any) -> dict:
        answer = self.client.post("/v1/runs", json=request(pair, model, output, **options))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def run(self, run_id: str) -> dict[str, Any]:
        return self.client.get(f"/v1/runs/{run_id}").json()

    def wait(self, run_id: str, *states: str) -> dict[str, Any]:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            record = self.run(run_id)
            if record["status"] in states:
                return record
            time.sleep(0.03)
        raise AssertionError(f"still {record}")

    def wait_for_event(self, run_id: str, kind: str) -> None:
        with self.client.stream("GET", f"/v1/runs/{run_id}/events") as stream:
            for line in stream.iter_lines():
                if line == f"event: {kind}":
                    return
        raise AssertionError(f"no {kind}")

    def wait_for_rows(self, out: Path) -> None:
        """Until a run has kept something of what it computed."""
        work = out.with_name(out.name + ".work")
        limit = time.monotonic() + PATIENCE
        while len(list(work.glob("row-*"))) < 2:
            assert time.monotonic() < limit
            time.sleep(0.01)

    def events(self, run_id: str, after: int | None = None) -> list[tuple[int, str, dict]]:
        """All events of a run to its end, as (id, kind, data)."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        answer = self.client.get(f"/v1/runs/{run_id}/events", headers=headers)
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = []
        for block in answer.text.split("\n\n"):
            lines = dict(
                line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
            )
            if lines:
                found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
        return found

    def end(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(15)
        self.client.close()
        return code

    def logged(self) -> str:
        return self.log.read_text()


def request(pair: PlantedPair, model: Path, output: Path, **options: Any) -> dict[str, Any]:
    return {
        "before": str(pair.before),
        "after": str(pair.after),
        "output": str(output),
        "options": {"model": str(model), **options},
    }


def start(
    state: Path,
    roots: Sequence[Path],
    *options: object,
    stdin: int = subprocess.DEVNULL,
    **variables: str,
) -> Service:
    log = state.with_name(f"{state.name}-{time.monotonic_ns()}.log")
    arguments = [part for root in roots for part in ("--root", root)]
    process = subprocess.Popen(
        command("serve", "--state-dir", state, *arguments, *options),
        env=environment(CHANGEVG_TOKEN=TOKEN, **variables),
        cwd=PROJECT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=log.open("w"),
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, log.read_text()
    return Service(process, json.loads(line), state, log)


@pytest.fixture
def starter(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Starts services that end with the test."""
    started: list[Service] = []

    def begin(*options: object, state: Path | None = None, **more: Any) -> Service:
        roots = more.pop("roots", [tmp_path.parent.parent])
        started.append(start(state or tmp_path / "state", roots, *options, **more))
        return started[-1]

    yield begin
    for service in started:
        service.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests of a file; its root is pytest's own folder."""
    base = tmp_path_factory.getbasetemp()
    one = start(tmp_path_factory.mktemp("service") / "state", [base])
    yield one
    assert one.process.poll() is None, one.logged()
    one.end()
    assert '"level": "error"' not in one.logged()


@pytest.fixture(scope="session")
def start_service() -> Callable[..., Service]:
    """For services that several tests share; who starts one ends it."""
    return start


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> PlantedPair:
    """A pair that is read in a moment."""
    return planted_pair(tmp_path_factory.mktemp("pair"), width=400, height=300, n=6, seed=5)


@pytest.fixture(scope="session")
def large_pair(tmp_path_factory: pytest.TempPathFactory) -> PlantedPair:
    """A pair that takes some seconds: five times the same one, from north to south."""
    folder = tmp_path_factory.mktemp("large")
    pair = planted_pair(folder, width=2000, height=4000, n=6, seed=7)
    for path in (pair.before, pair.after):
        with rasterio.open(path) as one:
            pixels, profile = one.read(), one.profile
        with rasterio.open(path, "w", **profile | {"height": 5 * one.height}) as five:
            five.write(np.tile(pixels, (1, 5, 1)))
    far = [pair.truth.assign(geometry=pair.truth.translate(0, -2000 * i)) for i in range(5)]
    return dataclasses.replace(pair, truth=pd.concat(far))
