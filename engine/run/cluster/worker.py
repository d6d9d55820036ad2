"""One process of the pool: its own file handles, one model, tiles in, readings out."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from engine.errors import EngineError, ModelDamagedError
from engine.guide import GuideSession
from engine.models import load_model
from engine.raster import RasterPair, Tile
from engine.raster.env import gdal_env
from engine.run.batches import BatchReader, Reading
from engine.run.cluster.job import WorkerJob
from engine.run.plan import TilePlan
from engine.run.reading import read_chunk
from engine.run.spans import SpanRecord, Spans, Stage
from engine.run.timed_map import time_maps


@dataclass(frozen=True)
class Done:
    """A run of tiles, read.

    Attributes
    ----------
    batches : list of list of Reading
        As :class:`engine.run.batches.BatchReader` gives them.
    stages : dict
        Seconds since the answer before.
    spans : list of SpanRecord
        Where they are wanted.
    """

    batches: list[list[Reading]]
    stages: dict[str, Stage] = field(default_factory=dict)
    spans: list[SpanRecord] = field(default_factory=list)


class TileWorker:
    """A Ray actor; errors of the engine are given back as values.

    Two calls may be under way: while one infers, the other reads.
    """

    def __init__(self, job: WorkerJob) -> None:
        self._job = job
        self._reading, self._guiding = threading.Lock(), threading.Lock()
        self._kept: list[SpanRecord] = []
        self._spans = Spans(self._kept.append if job.traced else None)
        self._pair: RasterPair | None = None
        self._reader: BatchReader | None = None
        self._cpu_seen = 0.0

    def start(self) -> str | EngineError:
        """Open the pair and the model; gives the device's note."""
        try:
            with gdal_env():
                return self._open()
        except EngineError as error:
            return _portable(error)

    def read(self, tiles: list[Tile]) -> Done | EngineError:
        """Read neighbouring tiles; those that cannot be read are failed tiles."""
        assert self._pair is not None and self._reader is not None
        try:
            with gdal_env():
                with self._reading:
                    chunk = read_chunk(self._pair, tiles, self._spans)
                with self._guiding:
                    batches = list(self._reader.read(chunk))
                    return Done(batches, self._stages(), self._take_spans())
        except EngineError as error:
            return _portable(error)

    def _open(self) -> str:
        job = self._job
        model = load_model(job.model.path)
        if model.sha256 != job.model.sha256:
            raise ModelDamagedError(
                f"A worker has another model in {model.path} than this machine.",
                hint="Put one copy on a shared file system, or the same files on every node.",
            )
        guide = GuideSession(model, job.device, job.threads)
        self._pair = job.pair.open()
        time_maps(self._pair, self._spans)
        plan = TilePlan(job.grid, [])
        self._reader = BatchReader(plan, guide, job.thresholds, job.batch_size, self._spans)
        self._cpu_seen = time.process_time()
        return guide.device_note

    def _stages(self) -> dict[str, Stage]:
        """Seconds since the last call; CPU time that no span has measured is the guide's."""
        stages = self._spans.take()
        seen = time.process_time()
        rest = seen - self._cpu_seen - sum(stage.cpu_s for stage in stages.values())
        self._cpu_seen = seen
        stages.setdefault("inference", Stage()).cpu_s += max(0.0, rest)
        return stages

    def _take_spans(self) -> list[SpanRecord]:
        taken = self._kept[:]
        del self._kept[: len(taken)]
        return taken


def _portable(error: EngineError) -> EngineError:
    """The error without its cause and traceback, which cannot travel."""
    return type(error)(error.message, hint=error.hint)
