"""The pool's own rules, on a Ray made of one thread: order, bounds, losses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.errors import Cancelled, ModelDamagedError
from engine.raster import TileGrid
from engine.run.batches import Reading
from engine.run.cluster import pool
from engine.run.cluster.job import WorkerJob
from engine.run.cluster.pool import TRIES, RaySource, WorkerLostError
from engine.run.cluster.worker import Done
from engine.run.ledger import TileState
from engine.run.spans import Spans

GRID = TileGrid(32 * 60, 32, tile_size=32, overlap=0)
WORK = [(0, [tile]) for tile in GRID.tiles_in_row(0)]


class RayError(Exception):
    pass


class RayTaskError(RayError):
    pass


class FakeRay:
    """Answers in an order of its own; `dies` says which calls take their worker with them."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(
        self, dies: Any = lambda call, tiles: False, start: Any = "CPU",
        blind: Any = lambda worker, tiles: False,
    ) -> None:  # fmt: skip
        self.dies, self._start, self.blind = dies, start, blind
        self.started = 0
        self.unread: list[str] = []
        self.random = np.random.default_rng(0)
        self.waiting: dict[object, Any] = {}
        self.calls = self.most = self.out = 0
        self.alive: set[int] = set()

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {"CPU": 4.0}}]

    def remote(self, _: type) -> Any:
        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=self._actor))

    def _actor(self, _: WorkerJob) -> Any:
        actor = SimpleNamespace()
        self.alive.add(id(actor))
        actor.start = SimpleNamespace(remote=lambda: self._put(self._start))
        self.started += 1
        number = self.started
        actor.read = SimpleNamespace(remote=lambda tiles: self._read(tiles, number))
        return actor

    def _read(self, tiles: list[Any], worker: int = 0) -> object:
        self.calls += 1
        self.out += 1
        self.most = max(self.most, self.out)
        if self.dies(self.calls, tiles):
            return self._put(RayError("killed"))
        status = "failed" if self.blind(worker, tiles) else "ok"
        state = TileState(tiles[0].id, tiles[0].col, status, 0.0)
        return self._put(Done([[Reading(tiles[0], state)]]))

    def _put(self, value: Any) -> object:
        ref = object()
        self.waiting[ref] = value
        return ref

    def wait(self, refs: list[object], *, num_returns: int, timeout: float) -> Any:
        ready = [ref for ref in refs if self.random.random() < 0.4]
        return ready[:num_returns], []

    def get(self, ref: object) -> Any:
        value = self.waiting.pop(ref)
        if isinstance(value, Exception) and not isinstance(value, ModelDamagedError):
            raise value
        return value

    def kill(self, actor: Any) -> None:
        self.alive.discard(id(actor))


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Names of the tiles that a source gives on a fake Ray, and its warnings."""
    monkeypatch.setattr(pool, "_POLL_SECONDS", 0)

    def run(ray: FakeRay, cancelled: threading.Event | None = None) -> tuple[list[str], list[str]]:
        @contextmanager
        def session(workers: int | None, store_bytes: int) -> Iterator[FakeRay]:
            yield ray

        monkeypatch.setattr(pool, "ray_session", session)
        job = WorkerJob(
            pair=None, grid=GRID, model=SimpleNamespace(classes=("building",)),  # type: ignore[arg-type]
            thresholds=[0.5], batch_size=1, device="cpu", threads=1, traced=False,
        )  # fmt: skip
        warnings: list[str] = []
        source = RaySource(
            job, 2, cuda=False, warn=warnings.append, cancelled=cancelled or threading.Event(),
            spans=Spans(),
        )  # fmt: skip
        found = []
        for _, readings in source(WORK):
            ray.out -= 1
            found += [reading.tile.id for reading in readings]
            ray.unread += [r.tile.id for r in readings if r.state.status == "failed"]
        return found, warnings

    return run


ALL = [tiles[0].id for _, tiles in WORK]


def test_in_order_and_never_too_much_at_once(ask: Any) -> None:
    ray = FakeRay()
    found, warnings = ask(ray)
    assert found == ALL and not warnings
    assert ray.calls == len(ALL) and ray.most <= 8
    assert not ray.alive


def test_what_a_lost_worker_had_is_done_again(ask: Any) -> None:
    ray = FakeRay(dies=lambda call, tiles: call in (3, 20, 41))
    found, warnings = ask(ray)
    assert found == ALL
    assert len(warnings) == 3 and "3 so far" in warnings[-1]
    assert len(ALL) < ray.calls <= len(ALL) + 3 * 2
    assert not ray.alive


def test_tiles_that_kill_every_worker_end_the_run(ask: Any) -> None:
    with pytest.raises(WorkerLostError, match=ALL[7]) as caught:
        ask(FakeRay(dies=lambda call, tiles: tiles[0].id == ALL[7]))
    assert f"{TRIES} times" in caught.value.message and "--resume" in str(caught.value)


def test_workers_that_cannot_start_end_the_run(ask: Any) -> None:
    with pytest.raises(WorkerLostError, match="started"):
        ask(FakeRay(start=RayError("no room")))
    with pytest.raises(ModelDamagedError):
        ask(FakeRay(start=ModelDamagedError("another model")))


def test_what_one_worker_cannot_read_another_one_reads(ask: Any) -> None:
    """The mount of one node is gone: it answers fastest of all."""
    ray = FakeRay(blind=lambda worker, tiles: worker == 1)
    found, warnings = ask(ray)
    assert found == ALL and not ray.unread
    assert len(warnings) == 1 and "cannot read what others can" in warnings[0]
    assert ray.started == 3 and not ray.alive


def test_what_nobody_can_read_fails_after_two_tries(ask: Any) -> None:
    lost = set(ALL[10:30])
    ray = FakeRay(blind=lambda worker, tiles: tiles[0].id in lost)
    found, warnings = ask(ray)
    assert found == ALL and ray.unread == ALL[10:30] and not warnings
    assert ray.calls == len(ALL) + len(lost)


def test_a_fault_of_ours_is_not_tried_again(ask: Any) -> None:
    ray = FakeRay()
    ray._read = lambda tiles, worker: ray._put(RayTaskError("bug"))  # type: ignore[method-assign]
    with pytest.raises(RayTaskError):
        ask(ray)
    assert not ray.alive


def test_a_stop_is_heard(ask: Any) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        ask(FakeRay(), cancelled)
