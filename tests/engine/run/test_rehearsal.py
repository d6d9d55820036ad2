"""``engine batch --dry-run`` tells of the run that the same options begin."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import OutputExistsError
from engine.run.batch import Batch, Job
from engine.run.batch import rehearsal as module
from engine.run.batch.jobs import Pair
from engine.run.batch.ledger import BatchLedger
from engine.run.events import Events
from engine.run.settings import RunSettings


@pytest.fixture
def pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Pair]:
    """Three pairs, the first of which an earlier start has done."""
    one = SimpleNamespace(tiles=10, seconds=1.0, memory_mb=5.0, disk_mb=5.0)
    monkeypatch.setattr(module, "dry_run", lambda settings: one)
    made = [
        Pair(
            Job(name, "a.tif", "b.tif", f"line {name}"),
            RunSettings(before="a.tif", after="b.tif", output=tmp_path / f"{name}.gpkg"),
            f"key of {name}",
        )
        for name in ("one", "two", "three")
    ]
    with BatchLedger(tmp_path) as ledger:
        ledger.add({"pair": "one", "status": "done", "key": "key of one", "files": {}})
    return made


def rehearse(pairs: list[Pair], folder: Path, **options: bool) -> module.Rehearsal:
    batch = Batch(pairs, folder, **options)
    return module.rehearse(batch, Events(lambda _: None), threading.Event())


@pytest.mark.parametrize(
    ("options", "before"),
    [
        ({"resume": True}, 1),
        ({"overwrite": True}, 0),
        ({"resume": True, "overwrite": True}, 1),
    ],
)
def test_what_would_be_done_again(
    tmp_path: Path, pairs: list[Pair], options: dict[str, bool], before: int
) -> None:
    told = rehearse(pairs, tmp_path, **options)
    assert (told.done_before, told.tiles) == (before, 10 * (3 - before))


def test_a_batch_that_is_there_is_refused_as_by_the_run(tmp_path: Path, pairs: list[Pair]) -> None:
    with pytest.raises(OutputExistsError) as rehearsed:
        rehearse(pairs, tmp_path)
    with pytest.raises(OutputExistsError) as run:
        Batch(pairs, tmp_path).run(Events(lambda _: None), threading.Event())
    assert str(rehearsed.value) == str(run.value)
    assert rehearse(pairs, tmp_path / "elsewhere").done_before == 0
    assert not (tmp_path / "elsewhere").exists()
