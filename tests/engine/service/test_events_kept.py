"""Events of runs on the disk: whole lines, as many as there is room for, read in turns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.errors import DiskFullError
from engine.service import eventlog, store
from engine.service.crash import error_event, kept_end
from engine.service.errors import StateError
from engine.service.eventlog import EventLog, EventReader
from engine.service.options import RunRequest
from engine.service.records import RunRecord
from engine.service.routes import events as route
from engine.service.runs import Runs
from engine.service.store import RunStore

DONE = {"event": "done", "objects": 3}


def warning(number: int) -> dict[str, Any]:
    return {"event": "warning", "message": f"number {number}"}


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Lets so many bytes more be written into each log, the last of them in a part of a line."""
    room: dict[str, int] = {}

    class File(eventlog.FileIO):
        def write(self, line: Any) -> int:
            left = room.get("left")
            if left is None:
                return super().write(line)
            if left <= 0:
                raise OSError(28, "No space left on device")
            written = super().write(line[:left])
            room["left"] = left - written
            return written

    def opened(path: Path, mode: str, buffering: int, opener: Any) -> File:
        return File(str(path), "ab", opener=opener)

    monkeypatch.setattr(eventlog, "open", opened, raising=False)

    def let(left: int | None) -> None:
        if left is None:
            room.clear()
        else:
            room["left"] = left

    return let


def test_what_there_is_no_room_for_is_left_out(tmp_path: Path, full: Any) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(warning(1))
    full(10)
    log.append(warning(2))
    log.append(warning(3))
    full(None)
    log.append(DONE)
    log.close()
    assert list(EventReader(path).read()) == [(1, warning(1)), (2, DONE)]


def test_a_log_that_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "events.jsonl"
    log = EventLog(path)
    log.append(warning(1))
    path.parent.mkdir()
    log.append(warning(2))
    log.close()
    assert list(EventReader(path).read()) == [(1, warning(2))]


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f'{json.dumps(DONE)}\n{{"event": "warn')
    log = EventLog(path)
    log.append(warning(1))
    log.close()
    assert [event for _, event in EventReader(path).read()] == [DONE, warning(1)]


def test_known_events_are_passed_over_in_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventlog, "SKIPPED_MOST", 10)
    path = tmp_path / "events.jsonl"
    path.write_text("".join(f"{json.dumps(warning(n))}\n" for n in range(1, 36)))
    reader = EventReader(path, after=32)
    turns = []
    while not reader.at_end:
        turns.append([number for number, _ in reader.read()])
    assert turns == [[], [], [], [33, 34, 35]]


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    made = Runs(RunStore(tmp_path / "state"))
    yield made
    made.store.close()


def process_that(monkeypatch: pytest.MonkeyPatch, run: Callable[[Any], dict[str, Any]]) -> None:
    class Process:
        def __init__(self, record: Any, folder: Path, on_event: Any) -> None:
            self.on_event = on_event

        async def run(self) -> dict[str, Any]:
            return run(self.on_event)

    monkeypatch.setattr("engine.service.runs.RunProcess", Process)


def run_one(runs: Runs) -> RunRecord:
    async def go() -> RunRecord:
        record = runs.submit(RunRequest(before="/a.tif", after="/b.tif", output="/o.gpkg"))
        assert runs._worker is not None
        await runs._worker
        return runs.store.get(record.id)

    return asyncio.run(go())


def stream(runs: Runs, record: RunRecord, after: int = 0) -> list[tuple[int, str]]:
    async def go() -> list[str]:
        here: Any = SimpleNamespace(runs=runs, ending=lambda: False)
        return [block async for block in route._stream(record.id, after, here)]

    found = []
    for block in asyncio.run(go()):
        if not block.startswith(":"):
            number, kind, _ = block.split("\n", 2)
            found.append((int(number[4:]), kind[7:]))
    return found


def test_a_run_outlives_a_full_state_folder(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, full: Any
) -> None:
    """It writes to another disk: its process goes on, and its end is known."""

    def run(on_event: Any) -> dict[str, Any]:
        on_event(warning(1))
        full(0)
        monkeypatch.setattr(store, "write_private", refuse)
        for number in range(2, 5):
            on_event(warning(number))
        return DONE

    def refuse(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    process_that(monkeypatch, run)
    record = run_one(runs)
    assert record.status == "done" and record.result == DONE
    monkeypatch.setattr(route, "LOOK_SECONDS", 0.001)
    assert stream(runs, record) == [(1, "warning"), (2, "done")]
    assert stream(runs, record, after=1) == [(2, "done")]
    assert stream(runs, record, after=2) == []
    with pytest.raises(StateError):
        runs.submit(RunRequest(before="/a.tif", after="/b.tif", output="/o.gpkg"))
    assert not [one for one in runs.store._records.values() if one.active]


def test_an_end_that_was_kept_is_told_once(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    process_that(monkeypatch, lambda on_event: DONE)
    monkeypatch.setattr(route, "LOOK_SECONDS", 0.001)
    record = run_one(runs)
    assert stream(runs, record) == [(1, "done")]
    assert stream(runs, record, after=1) == []


def test_the_end_of_a_record_is_that_of_its_event(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("error", "cancelled"):
        last = error_event(DiskFullError("No room.", hint="Make some.")) | {"event": kind}
        process_that(monkeypatch, lambda on_event, last=last: last)
        assert kept_end(run_one(runs)) == last


def test_the_oldest_runs_go_when_others_end(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "KEPT_MOST", 2)
    process_that(monkeypatch, lambda on_event: DONE)
    made = [run_one(runs).id for _ in range(4)]
    assert [record.id for record in runs.store.newest_first()] == [made[3], made[2]]
    assert sorted(path.name for path in (tmp_path / "state" / "runs").iterdir()) == made[2:]
