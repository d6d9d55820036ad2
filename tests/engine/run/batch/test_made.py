"""A batch replaces what it made, goes on with its own runs, and touches nothing else."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.cli.batch import pairs_of
from engine.layers.reading import read_provenance
from engine.run.batch import Batch, BatchResult, read_jobs
from engine.run.batch.jobs import Pair
from engine.run.batch.ledger import FILE, FOLDER, BatchLedger
from engine.run.events import Events


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return planted_pair(tmp_path_factory.mktemp("pair"), width=300, height=300, n=3)


@pytest.fixture
def pairs(tmp_path: Path, pair: Any, model: Path) -> list[Pair]:
    """One pair, ``north``; its report lies beside the layers."""
    jobs = tmp_path / "jobs.csv"
    jobs.write_text(f"before,after,output\n{pair.before},{pair.after},north\n")
    options = ["--model", str(model), "--language=none", "--report={name}.html"]
    return pairs_of(read_jobs(jobs), tmp_path / "out", options)


def done(pairs: list[Pair], folder: Path, **options: bool) -> BatchResult:
    return Batch(pairs, folder / "out", **options).run(Events(), threading.Event())


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "out" / FOLDER / FILE).read_text()
    return [json.loads(line) for line in text.splitlines()]


def cut_at(folder: Path, status: str) -> None:
    """Leave the ledger as it was just after a line with this status."""
    kept = lines(folder)
    while kept[-1]["status"] != status:
        kept.pop()
    text = "".join(f"{json.dumps(line)}\n" for line in kept)
    (folder / "out" / FOLDER / FILE).write_text(text)


@pytest.mark.parametrize("name", ["north.gpkg", "north.html"])
def test_what_was_there_before_is_never_replaced(
    tmp_path: Path, pairs: list[Pair], name: str
) -> None:
    own = tmp_path / "out" / name
    own.parent.mkdir()
    own.write_bytes(b"the analyst's own")
    for resume in (False, True):
        (record,) = done(pairs, tmp_path, resume=resume).records
        assert record["error"]["type"] == "OutputExistsError"
        assert own.read_bytes() == b"the analyst's own"
    own.unlink()
    assert done(pairs, tmp_path, resume=True).records[0]["status"] == "done"


def test_what_took_the_place_of_ours_is_not_replaced(tmp_path: Path, pairs: list[Pair]) -> None:
    assert done(pairs, tmp_path).records[0]["status"] == "done"
    layers = tmp_path / "out" / "north.gpkg"
    (tmp_path / "out" / "north.html").unlink()  # so that the pair is done anew
    layers.write_bytes(b"the analyst's own")
    (record,) = done(pairs, tmp_path, resume=True).records
    assert record["error"]["type"] == "OutputExistsError"
    assert layers.read_bytes() == b"the analyst's own"


def test_ours_is_replaced_when_the_pair_is_done_anew(tmp_path: Path, pairs: list[Pair]) -> None:
    assert done(pairs, tmp_path).records[0]["status"] == "done"
    other = [Pair(one.job, one.settings, "another key", "another run") for one in pairs]
    assert done(other, tmp_path, resume=True).records[0]["status"] == "done"
    (tmp_path / "out" / "north.html").unlink()
    again = done(other, tmp_path, resume=True)
    assert again.before == 0 and again.records[0]["status"] == "done"


def test_ours_stays_ours_when_the_folder_is_moved(tmp_path: Path, pairs: list[Pair]) -> None:
    done(pairs, tmp_path)
    (tmp_path / "out").rename(tmp_path / "moved")
    with BatchLedger(tmp_path / "moved", resume=True) as ledger:
        assert ledger.made("north") == ["north.gpkg", "north.html"]


def test_layers_without_their_line_are_ours(tmp_path: Path, pairs: list[Pair]) -> None:
    """The machine went down between the layers and their line in the ledger."""
    done(pairs, tmp_path)
    cut_at(tmp_path, "begun")
    assert done(pairs, tmp_path, resume=True).records[0]["status"] == "done"


def test_a_pair_that_was_only_started_has_nothing(tmp_path: Path, pairs: list[Pair]) -> None:
    done(pairs, tmp_path)
    cut_at(tmp_path, "started")
    (record,) = done(pairs, tmp_path, resume=True).records
    assert record["error"]["type"] == "OutputExistsError"
    assert read_provenance(tmp_path / "out" / "north.gpkg")


def test_a_ledger_of_an_older_engine_names_its_files(tmp_path: Path, pairs: list[Pair]) -> None:
    done(pairs, tmp_path)
    *_, last = lines(tmp_path)
    del last["made"]
    failed = {"pair": "north", "status": "failed", "key": pairs[0].key}
    text = "".join(f"{json.dumps(line)}\n" for line in (last, failed))
    (tmp_path / "out" / FOLDER / FILE).write_text(text)
    with BatchLedger(tmp_path / "out", resume=True) as ledger:
        assert ledger.made("north") == ["north.gpkg", "north.html"]
    assert done(pairs, tmp_path, resume=True).records[0]["status"] == "done"


def unfinished(pairs: list[Pair], fingerprint: str) -> Path:
    work = pairs[0].settings.work_dir
    work.mkdir(parents=True)
    (work / "run.json").write_text(json.dumps({"fingerprint": fingerprint, "parameters": {}}))
    return work


def ledger_line(folder: Path, pairs: list[Pair], **facts: Any) -> None:
    with BatchLedger(folder / "out", resume=True) as ledger:
        ledger.add({"pair": "north", "key": pairs[0].key, **facts})


@pytest.mark.parametrize("kept", ["another run", "the same"])
def test_an_unfinished_run_of_the_batch_goes_on_or_is_begun_anew(
    tmp_path: Path, pairs: list[Pair], kept: str
) -> None:
    """Whatever the last line's key says: the work directory says which run it is."""
    work = unfinished(pairs, pairs[0].fingerprint if kept == "the same" else kept)
    made = ["north.gpkg.work"]
    ledger_line(tmp_path, pairs, status="stopped", made=made)
    assert done(pairs, tmp_path, resume=True).records[0]["status"] == "done"
    assert not work.exists()


def test_an_unfinished_run_of_somebody_else_is_not_thrown_away(
    tmp_path: Path, pairs: list[Pair]
) -> None:
    work = unfinished(pairs, "another run")
    for resume in (False, True):
        (record,) = done(pairs, tmp_path, resume=resume).records
        assert record["error"]["type"] == "OutputExistsError", record
        assert (work / "run.json").is_file()


def test_a_file_in_the_place_of_an_unfinished_runs_output_is_not_replaced(
    tmp_path: Path, pairs: list[Pair]
) -> None:
    unfinished(pairs, pairs[0].fingerprint)
    ledger_line(tmp_path, pairs, status="stopped", made=["north.gpkg.work"])
    own = tmp_path / "out" / "north.gpkg"
    own.write_bytes(b"the analyst's own")
    (record,) = done(pairs, tmp_path, resume=True).records
    assert record["error"]["type"] == "OutputExistsError"
    assert own.read_bytes() == b"the analyst's own"


def test_overwrite_replaces_all(tmp_path: Path, pairs: list[Pair], pair: Any) -> None:
    unfinished(pairs, "another run")
    pair.truth.to_file(tmp_path / "out" / "north.gpkg")
    (record,) = done(pairs, tmp_path, overwrite=True).records
    assert record["status"] == "done", record["error"]
    assert read_provenance(tmp_path / "out" / "north.gpkg")


def test_a_batch_begun_anew_knows_what_is_its_own(tmp_path: Path, pairs: list[Pair]) -> None:
    """It was stopped before it came to the pair, and is gone on with."""
    done(pairs, tmp_path)
    stopped = threading.Event()
    stopped.set()
    result = Batch(pairs, tmp_path / "out", overwrite=True).run(Events(), stopped)
    assert result.records[0]["status"] == "open"
    again = done(pairs, tmp_path, resume=True)
    assert again.before == 0 and again.records[0]["status"] == "done"
