"""From a run's state to its workers."""

from __future__ import annotations

import threading

from engine.guide.device import choose_device
from engine.models import ModelInfo
from engine.models.thresholds import for_classes
from engine.raster import RasterPair, TileGrid
from engine.run.cluster.job import PairRecipe, WorkerJob
from engine.run.cluster.pool import RaySource
from engine.run.events import Events
from engine.run.settings import RunSettings
from engine.run.spans import Spans
from engine.run.trace import Trace


def ray_source(
    settings: RunSettings, model: ModelInfo, pair: RasterPair, grid: TileGrid, *, events: Events,
    cancelled: threading.Event, spans: Spans, trace: Trace | None,
) -> RaySource:  # fmt: skip
    """Workers for a run; nothing is started before they get work."""
    levels = for_classes(model.thresholds.change, model.classes, settings.threshold)
    job = WorkerJob(
        pair=PairRecipe.of(pair, settings.pair.resampling), grid=grid, model=model,
        thresholds=list(levels.values()), batch_size=settings.batch_size,
        device="cpu", threads=1, traced=trace is not None,
    )  # fmt: skip
    return RaySource(
        job, settings.threads, cuda=choose_device(settings.device).name == "cuda",
        warn=events.warning, cancelled=cancelled, spans=spans,
        record=trace.add if trace is not None else None,
    )  # fmt: skip
