"""Workers of a Ray cluster as a source of readings: bounded, in order, whoever dies.

Every worker has two runs of tiles at a time, one to read while the other is inferred. Results are
handed over in the order of the work, so what is stitched and kept does not depend on who did it.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.errors import Cancelled, EngineError
from engine.raster import Tile
from engine.run.batches import Reading
from engine.run.cluster.job import WorkerJob
from engine.run.cluster.session import ray_session, shape_of
from engine.run.cluster.worker import Done, TileWorker
from engine.run.infer import Readings
from engine.run.reading import CHUNK_TILES, Work
from engine.run.spans import SpanRecord, Spans

TRIES = 4
"""How often a run of tiles may lose its worker before it is given up."""
STRIKES = 3
"""Runs of tiles that a worker could not read and another one could, until it is let go."""
AT_A_TIME = 2
START_SECONDS = 180.0
"""How long a run waits for its first worker, or for one after the last was lost."""
_POLL_SECONDS = 0.2


class WorkerLostError(EngineError):
    """Workers ended again and again, or none could be started."""


class _Task:
    def __init__(self, row: int, tiles: list[Tile]) -> None:
        self.row, self.tiles = row, tiles
        self.tries = 0
        self.unread_by: _Worker | None = None
        self.batches: list[list[Reading]] | None = None


class _Worker:
    def __init__(self, name: str, actor: Any) -> None:
        self.name, self.actor = name, actor
        self.starting: Any = actor.start.remote()
        self.ready = False
        self.strikes = 0
        self.tasks: dict[Any, _Task] = {}


class RaySource:
    """Readings by workers; call it with the work.

    Parameters
    ----------
    job : WorkerJob
        Its ``device`` and ``threads`` are chosen when the cluster is known.
    workers : int, optional
    cuda : bool
        Whether GPUs are to be used, where the cluster has some.
    warn, cancelled
        As a run has them.
    spans : Spans
        Takes the workers' seconds.
    record : callable, optional
        Takes single spans and the name of their worker.
    """

    def __init__(
        self, job: WorkerJob, workers: int | None, *, cuda: bool, warn: Callable[[str], None],
        cancelled: threading.Event, spans: Spans,
        record: Callable[[SpanRecord, str], None] | None = None,
    ) -> None:  # fmt: skip
        self._job, self._wanted, self._cuda = job, workers, cuda
        self._warn, self._cancelled = warn, cancelled
        self._spans, self._record = spans, record
        self._lost = self._started = 0
        self.device_note: str | None = None

    def __call__(self, work: Iterable[Work]) -> Readings:
        """Readings of the work, in its order.

        Raises
        ------
        Cancelled
            The run is to stop.
        WorkerLostError
            A run of tiles has lost its worker :data:`TRIES` times.
        EngineError
            Of a worker, or of Ray.
        """
        with ray_session(self._wanted, self._store_bytes()) as ray:
            self._ray = ray
            self._shape = shape_of(ray, self._wanted, self._cuda)
            self._workers: list[_Worker] = []
            self._again: deque[_Task] = deque()
            self._order: deque[_Task] = deque()
            self._alone_since = time.monotonic()
            try:
                for _ in range(self._shape.workers):
                    self._start_worker()
                yield from self._run(iter(work))
            finally:
                # A shared cluster stays: what was started there must not.
                for worker in self._workers:
                    ray.kill(worker.actor)

    def _store_bytes(self) -> int:
        """Room for every result that may wait at once, twice."""
        job, workers = self._job, self._wanted or 16
        tile = job.grid.tile_size**2 * (4 * (len(job.model.classes) + 1) + 1)
        return 2 * CHUNK_TILES * tile * (_limit(workers) + 6)

    def _start_worker(self) -> None:
        shape = self._shape
        self._started += 1
        # Ray's own restarts would be silent; ours are told and counted.
        actor = self._ray.remote(TileWorker).options(
            num_cpus=shape.cpus, num_gpus=shape.gpus, max_restarts=0, max_concurrency=AT_A_TIME,
        )  # fmt: skip
        job = dataclasses.replace(
            self._job, device="cuda" if shape.gpus else "cpu", threads=shape.cpus
        )
        self._workers.append(_Worker(f"worker {self._started}", actor.remote(job)))

    def _run(self, work: Iterator[Work]) -> Readings:
        while True:
            self._hand_out(work)
            if not self._order:
                return
            if self._cancelled.is_set():
                raise Cancelled("Stopped by the user.")
            self._wait()
            while self._order and self._order[0].batches is not None:
                task = self._order.popleft()
                for readings in task.batches or ():
                    yield task.row, readings

    def _hand_out(self, work: Iterator[Work]) -> None:
        """Give work to whoever has room, as long as not too many results wait to be taken."""
        for count in range(AT_A_TIME):
            for worker in self._workers:
                if not worker.ready or len(worker.tasks) > count:
                    continue
                task = self._next(work, worker)
                if task is None:
                    continue
                worker.tasks[worker.actor.read.remote(task.tiles)] = task
        if not self._order and (task := self._next(work, None)) is not None:
            self._again.append(task)  # no worker yet: there is work to wait for

    def _next(self, work: Iterator[Work], worker: _Worker | None) -> _Task | None:
        others = any(other.ready for other in self._workers if other is not worker)
        for task in self._again:
            if task.unread_by is None or task.unread_by is not worker or not others:
                self._again.remove(task)
                return task
        if len(self._order) >= _limit(self._shape.workers):
            return None
        for row, tiles in work:
            self._order.append(_Task(row, tiles))
            return self._order[-1]
        return None

    def _wait(self) -> None:
        """Wait a moment for an answer, and take what is there."""
        owners = {ref: worker for worker in self._workers for ref in worker.tasks}
        owners |= {worker.starting: worker for worker in self._workers if not worker.ready}
        ready, _ = self._ray.wait(list(owners), num_returns=len(owners), timeout=0)
        if not ready:
            ready, _ = self._ray.wait(list(owners), num_returns=1, timeout=_POLL_SECONDS)
        for ref in ready:
            if owners[ref] in self._workers:
                self._take(ref, owners[ref])
        if any(worker.ready for worker in self._workers):
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > START_SECONDS:
            raise WorkerLostError(
                f"No worker could be started within {START_SECONDS:.0f} s.",
                hint="Check the cluster's free cores and memory. What was done is kept: --resume.",
            )

    def _take(self, ref: Any, worker: _Worker) -> None:
        errors = self._ray.exceptions
        try:
            answer = self._ray.get(ref)
        except errors.RayTaskError:
            raise  # a fault of ours, the same everywhere
        except errors.RayError as error:
            self._lose(worker, type(error).__name__)
            return
        if isinstance(answer, EngineError):
            raise answer
        if ref == worker.starting:
            worker.ready = True
            self.device_note = self.device_note or f"Ray, {self._shape.workers} workers: {answer}"
            return
        assert isinstance(answer, Done)
        self._judge(worker, worker.tasks.pop(ref), answer.batches)
        self._spans.merge(answer.stages)
        if self._record is not None:
            for span in answer.spans:
                self._record(span, worker.name)

    def _judge(self, worker: _Worker, task: _Task, batches: list[list[Reading]]) -> None:
        """Take what was read; what one worker cannot read may be at hand for another."""
        failed = any(r.state.status == "failed" for readings in batches for r in readings)
        if failed and task.unread_by is None and len(self._workers) > 1:
            task.unread_by = worker
            self._again.appendleft(task)
            return
        task.batches = batches
        first = task.unread_by
        if failed or first is None or first is worker:
            return
        first.strikes += 1
        if first.strikes == STRIKES and first in self._workers:
            self._lose(first, "it cannot read what others can")

    def _lose(self, worker: _Worker, why: str) -> None:
        """Start another worker; what the lost one had is done again, first of all."""
        self._workers.remove(worker)
        self._ray.kill(worker.actor)
        self._lost += 1
        for task in reversed(worker.tasks.values()):
            task.tries += 1
            self._again.appendleft(task)
            if task.tries >= TRIES:
                raise WorkerLostError(
                    f"Workers ended {TRIES} times on tile {task.tiles[0].id} ({why}).",
                    hint="Perhaps memory ran out: use fewer --workers or a smaller --batch-size. "
                    "What was done is kept: --resume.",
                )
        if not worker.ready and self._lost >= TRIES * self._shape.workers:
            raise WorkerLostError(
                f"Workers ended {self._lost} times, the last while it started ({why}).",
                hint="Check that every node has the same engine and model. What was done is kept: "
                "--resume.",
            )
        self._warn(
            f"A worker was lost, {self._lost} so far ({why}): another one reads its tiles again."
        )
        self._start_worker()


def _limit(workers: int) -> int:
    """Runs of tiles handed out and not yet stitched: all at work, and as many done out of order."""
    return 2 * AT_A_TIME * workers
