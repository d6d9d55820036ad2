"""What a run says of itself: JSON log lines, timings in its provenance, a trace."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from support.command import Done, engine
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.run.spans import SpanRecord, Spans

STAGES = {"opening", "reading", "stretching", "inference", "stitching", "merging", "writing"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, model: Path) -> tuple[Path, Done]:
    """One run with everything on; 16 bit, so that pixels are stretched."""
    folder = tmp_path_factory.mktemp("run")
    pair = planted_pair(folder, width=900, height=900, n=8, dtype="uint16")
    done = engine(
        "tile-infer", pair.before, pair.after, folder / "o.gpkg", "--model", model, "--json",
        "--log-json", "--profile", folder / "trace.json",
    )  # fmt: skip
    assert done.code == 0, done.err
    return folder, done


def test_every_line_is_json(run) -> None:
    lines = [json.loads(line) for line in run[1].err.splitlines()]
    assert {"stage", "progress", "log", "done"} <= {line["event"] for line in lines}
    assert all(line["level"] in ("debug", "info", "warning", "error") for line in lines)
    times = [datetime.fromisoformat(line["time"]) for line in lines]
    assert all(moment.utcoffset() is not None for moment in times)
    logged = next(line for line in lines if line["event"] == "log")
    assert logged["logger"].startswith("engine") and logged["message"]
    guide = next(line for line in lines if line.get("stage") == "guide")
    assert "CPU" in guide["device"] and guide["memory_mb"] > 50


def test_an_error_is_json_too(tmp_path: Path) -> None:
    done = engine("tile-infer", "no.tif", "no.tif", tmp_path / "o.gpkg", "--log-json")
    assert done.code == 3
    last = json.loads(done.err.splitlines()[-1])
    assert last["event"] == last["level"] == "error" and last["code"] == 3
    wrong = engine(
        "tile-infer", "a.tif", "b.tif", tmp_path / "o.gpkg", "--log-json", "--executor", "magic"
    )
    assert wrong.code == 2 and "ray" in json.loads(wrong.err.splitlines()[-1])["hint"]


def test_quiet_leaves_what_went_wrong(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=300, height=300, n=2)
    done = engine(
        "tile-infer", pair.before, pair.after, tmp_path / "o.gpkg", "--model", model,
        "--log-json", "-q",
    )  # fmt: skip
    assert done.code == 0
    assert {json.loads(line)["level"] for line in done.err.splitlines()} <= {"warning", "error"}


def test_timings_are_in_the_provenance_and_the_answer(run) -> None:
    folder, done = run
    with sqlite3.connect(folder / "o.gpkg") as database:
        kept = [row[0] for row in database.execute("SELECT metadata FROM gpkg_metadata")]
    inside = next(json.loads(text) for text in kept if text.lstrip().startswith("{"))["timings"]
    answer = json.loads(done.out)["timings"]
    for timings in (inside, answer):
        assert set(timings["stages"]) >= STAGES
        assert timings["cpu_s"] > 0 and timings["wall_s"] > 0
        assert timings["peak_memory_mb"] > 50
        busy = sum(stage["cpu_s"] for stage in timings["stages"].values())
        assert busy <= timings["cpu_s"] * 1.05 + 0.1
    assert answer["stages"]["inference"]["cpu_s"] > 0


def test_the_trace_is_one_that_viewers_open(run) -> None:
    trace = json.loads((run[0] / "trace.json").read_text())
    spans = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    assert {span["name"] for span in spans} >= STAGES
    assert all(span["dur"] >= 0 and span["ts"] >= 0 for span in spans)
    names = {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in trace["traceEvents"]
        if event["name"] == "thread_name"
    }
    threads = {names[span["pid"], span["tid"]] for span in spans}
    assert {"MainThread", "read"} <= threads and any("stitch" in name for name in threads)
    read = sum(span["args"]["tiles"] for span in spans if span["name"] == "inference")
    assert read == json.loads(run[1].out)["tiles"]["ok"]
    assert any(event["ph"] == "C" for event in trace["traceEvents"])
    assert "CPU" in trace["otherData"]["device"]
    assert trace["otherData"]["timings"]["peak_memory_mb"] > 50
    # Spans of one thread lie side by side or inside each other.
    for place in names:
        mine = sorted(
            (span["ts"], span["ts"] + span["dur"])
            for span in spans
            if (span["pid"], span["tid"]) == place
        )
        for (_, end), (begin, stop) in itertools.pairwise(mine):
            assert begin >= end - 2000 or stop <= end + 2000  # two clocks, 2 ms


def test_a_run_that_fails_leaves_a_whole_trace(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=300, height=300, n=2)
    Path(pair.after).write_bytes(b"no raster")
    done = engine(
        "tile-infer", pair.before, pair.after, tmp_path / "o.gpkg", "--model", model,
        "--profile", tmp_path / "t.json",
    )  # fmt: skip
    assert done.code == 3
    assert json.loads((tmp_path / "t.json").read_text())["traceEvents"]
    other = engine("tile-infer", "a", "b", tmp_path / "o.gpkg", "--profile", tmp_path / "t.txt")
    assert other.code == 2 and ".json" in other.err


def test_nested_time_counts_once_and_threads_do_not_mix() -> None:
    kept: list[SpanRecord] = []
    spans = Spans(kept.append)

    def work() -> None:
        with spans.span("outer"), spans.span("inner"):
            time.sleep(0.05)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spans.stages["inner"].wall_s >= 0.1
    assert spans.stages["outer"].wall_s < 0.05
    assert spans.stages["outer"].spans == 2 and len(kept) == 4


def test_a_span_that_nobody_records_is_cheap() -> None:
    spans = Spans()
    cpu = time.thread_time()
    for _ in range(10_000):
        with spans.span("nothing"):
            pass
    # A run has a few spans a batch; a batch takes tens of milliseconds.
    assert (time.thread_time() - cpu) / 10_000 < 100e-6
