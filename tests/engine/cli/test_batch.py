"""``engine batch``: no pair is done twice, none stops the others, the end is counted."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import time
from pathlib import Path

import pyogrio
import pytest
import typer
from support.command import PROJECT, Done, command, environment
from support.command import engine as run_engine
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.cli.batch import pairs_of
from engine.errors import UsageError
from engine.run.batch import read_jobs


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), width=500, height=400, n=6, seed=3)


def engine(*arguments: object) -> Done:
    """A batch starts processes of its own, which takes a busy machine its time."""
    return run_engine(*arguments, timeout=600)


def events_of(err: str) -> list[dict]:
    return [json.loads(line) for line in err.splitlines()]


def test_a_batch_is_done_once_and_counts_what_failed(tmp_path: Path, pair, model: Path) -> None:
    jobs, out = tmp_path / "jobs.csv", tmp_path / "out"
    jobs.write_text(
        "before,after,output,min_area\n"
        f"{pair.before},{pair.after},one,\n"
        f"{pair.before},{tmp_path / 'later.tif'},two,\n"
        f"{pair.before},{pair.after},three,1e9\n"
    )
    common = ("batch", jobs, out, "--progress", "json", "--json")
    plan = engine(*common, "--dry-run", "--", "--model", model)
    assert plan.code == 3 and json.loads(plan.out)["problems"][0]["pair"] == "two"
    assert not out.exists()

    first = engine(*common, "--workers", 2, "--", "--model", model)
    assert first.code == 1, first.err
    told = json.loads(first.out)
    assert told["status"] == {"done": 2, "failed": 1} and told["objects"] == 6
    ends = {e["pair"]: e for e in events_of(first.err) if e["event"] == "pair"}
    assert ends["two"]["status"] == "failed" and ends["two"]["error"]["code"] == 3
    with (out / "summary.csv").open() as stream:
        rows = {row["pair"]: row for row in csv.DictReader(stream)}
    assert [rows[n]["status"] for n in ("one", "two", "three")] == ["done", "failed", "done"]
    assert rows["one"]["building_appeared_n"] == "3" and rows["three"]["objects"] == "0"
    assert "does not exist" in rows["two"]["error"] and rows["two"]["exit_code"] == "3"
    assert len(pyogrio.read_dataframe(out / "one.gpkg", layer="boxes")) == 6

    assert engine(*common, "--", "--model", model).code == 1  # there is a batch
    (tmp_path / "later.tif").write_bytes(Path(pair.after).read_bytes())
    stamp = (out / "one.gpkg").stat().st_mtime_ns
    second = engine(*common, "--resume", "--", "--model", model)
    assert second.code == 0, second.err
    assert json.loads(second.out)["done_before"] == 2
    begun = [e["pair"] for e in events_of(second.err) if e.get("status") == "started"]
    assert begun == ["two"] and (out / "one.gpkg").stat().st_mtime_ns == stamp
    assert sorted(p.name for p in out.iterdir()) == [
        ".batch", "one.gpkg", "summary.csv", "summary.json", "three.gpkg", "two.gpkg",
    ]  # fmt: skip


def test_failures_with_allow_partial_end_with_six(tmp_path: Path, pair, model: Path) -> None:
    jobs = tmp_path / "jobs.csv"
    jobs.write_text(f"before,after\n{pair.before},{pair.after}\n{pair.before},no.tif\n")
    done = engine("batch", jobs, tmp_path / "out", "--allow-partial", "--", "--model", model)
    assert done.code == 6, done.err


@pytest.mark.parametrize(
    ("row", "options", "said"),
    [
        ("min_area\na,b,few", (), "jobs.csv line 2"),
        ("colour\na,b,red", (), "--colour"),
        ("output\na,b,one", ("--resume",), "whole batch"),
        ("output\na,b,one\nc,d,two", ("--report", "r.html"), "{name}"),
    ],
)
def test_usage_errors_come_before_any_pair(
    tmp_path: Path, model: Path, row: str, options: tuple[str, ...], said: str
) -> None:
    jobs = tmp_path / "jobs.csv"
    jobs.write_text(f"before,after,{row}\n")
    with pytest.raises(UsageError) as refused:
        pairs_of(read_jobs(jobs), tmp_path / "out", [*options, "--model", str(model)])
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_the_options_are_understood_once_for_all_pairs(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = tmp_path / "jobs.csv"
    jobs.write_text("before,after\n" + "a,b\n" * 20)
    made, get_command = [], typer.main.get_command

    def count(app: typer.Typer) -> object:
        made.append(app)
        return get_command(app)

    monkeypatch.setattr(typer.main, "get_command", count)
    pairs_of(read_jobs(jobs), tmp_path / "out", ["--model", str(model)])
    assert len(made) <= 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_batch_goes_on(tmp_path: Path, model: Path, how: signal.Signals) -> None:
    pair = planted_pair(tmp_path, width=2500, height=2500, n=40, seed=5)
    jobs, out = tmp_path / "jobs.csv", tmp_path / "out"
    jobs.write_text(
        "before,after,output\n" + "".join(f"{pair.before},{pair.after},p{n}\n" for n in range(3))
    )
    common = ("batch", jobs, out, "--progress", "json", "--workers", 2)
    process = subprocess.Popen(
        command(*common, "--", "--model", model, "--batch-size", 1),
        cwd=PROJECT, env=environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    limit = time.monotonic() + 300
    while time.monotonic() < limit and len(list(out.glob("*.work/row-*"))) < 3:
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=300)
    assert process.returncode == (130 if how is signal.SIGINT else -9)
    assert how is signal.SIGKILL or events_of(err)[-1]["code"] == 130
    until = time.monotonic() + 120  # its children end with it
    while time.monotonic() < until:
        done = engine(*common, "--resume", "--", "--model", model, "--batch-size", 1)
        if done.code == 0:
            break
    assert done.code == 0, done.err
    frames = [pyogrio.read_dataframe(out / f"p{n}.gpkg", layer="boxes") for n in range(3)]
    assert len(frames[0]) == 40 and all(frame.equals(frames[0]) for frame in frames)
    assert not list(out.glob("*.work")) and not list(out.glob(".*.part"))
