"""The stream of events: how much of it there is, and that nobody needs it."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.command import PROJECT, command, environment
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.run import events as module
from engine.run.events import Events, JsonSink, TextSink
from engine.run.log_json import log_sink


class Clock:
    """Time as a test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def test_progress_comes_now_and_then_and_at_the_end(clock: Clock) -> None:
    told: list[dict[str, Any]] = []
    events = Events(told.append)
    total = 1000
    for done in range(1, total + 1):
        events.progress("guide", done, total)
        clock.now += 0.001
    assert [event["done"] for event in told] == [1, 201, 401, 601, 801, 1000]
    assert told[1]["eta_s"] == pytest.approx(0.8, abs=0.1)


def test_each_stage_has_its_own_first_and_last(clock: Clock) -> None:
    told: list[dict[str, Any]] = []
    events = Events(told.append)
    for stage in ("guide", "write"):
        for done in (1, 2, 3):
            events.progress(stage, done, 3)
    assert [(event["stage"], event["done"]) for event in told] == [
        ("guide", 1), ("guide", 3), ("write", 1), ("write", 3),
    ]  # fmt: skip


def test_only_lost_tiles_are_told_of() -> None:
    told: list[dict[str, Any]] = []
    events = Events(told.append)
    for status in ("ok", "nodata", "failed"):
        events.tile("t", status, "cut off" if status == "failed" else None)
    assert [event["reason"] for event in told] == ["cut off"]


class Full(io.StringIO):
    """A stream on a full disk."""

    tries = 0

    def flush(self) -> None:
        self.tries += 1
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("kind", [JsonSink, TextSink])
def test_a_stream_that_fails_is_left_alone(kind: Any) -> None:
    stream = Full()
    events = Events(kind(stream))
    for _ in range(3):
        events.stage("open", "Opening")
    assert stream.tries == 1


def test_a_slow_reader_loses_nothing_later() -> None:
    class Slow(io.StringIO):
        def flush(self) -> None:
            raise BlockingIOError

    stream = Slow()
    events = Events(TextSink(stream))
    events.stage("open", "one")
    events.stage("open", "two")
    assert stream.getvalue() == "one\ntwo\n"


def test_a_log_that_fails_reaches_nobody_who_logs() -> None:
    stream = Full()
    handler = log_sink(0, stream)
    try:
        logging.getLogger("engine.test").warning("one")
        Events(handler).stage("open", "two")
    finally:
        logging.getLogger().removeHandler(handler)  # type: ignore[arg-type]
        logging.captureWarnings(False)
    assert stream.tries == 1


def test_any_sink_may_fail() -> None:
    calls = []

    def sink(event: dict[str, Any]) -> None:
        calls.append(event)
        raise BrokenPipeError

    events = Events(sink)
    events.stage("open", "a")
    events.warning("b")
    assert len(calls) == 1 and events.warnings == ["b"]


def test_threads_share_it(clock: Clock) -> None:
    told: list[dict[str, Any]] = []
    events = Events(told.append)
    threads = [
        threading.Thread(target=lambda: [events.progress("a", 1, 5) for _ in range(100)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("options", [(), ("--log-json",), ("--progress", "bar")])
@pytest.mark.parametrize("where", ["full", "closed pipe", "none"])
def test_a_run_whose_log_cannot_be_written_is_done(
    tmp_path: Path, run_parts: tuple[Any, Path], options: tuple[str, ...], where: str
) -> None:
    pair, model = run_parts
    out = tmp_path / "o.gpkg"
    line = command(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--language", "none", *options
    )
    if where == "none":
        line = ["sh", "-c", 'exec "$@" 2>&-', "sh", *line]
    process = subprocess.Popen(
        line, cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, text=True,
        stderr=open("/dev/full", "w") if where == "full" else subprocess.PIPE,  # noqa: SIM115
    )  # fmt: skip
    if process.stderr is not None:
        process.stderr.close()
    assert process.stdout is not None
    said = process.stdout.read()
    assert process.wait(120) == 0 and "layers: " in said
    assert out.is_file()


@pytest.fixture(scope="module")
def run_parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    pair = planted_pair(tmp_path_factory.mktemp("pair"), width=200, height=200, n=1)
    return pair, planted_model(tmp_path_factory.mktemp("model"))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_bar_whose_terminal_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import pty

    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        events = Events(module.choose_sink("bar"))
        events.progress("guide", 1, 3)
        os.close(ours)
        events.warning("after it")
        events.progress("guide", 3, 3)
        events.close()
