"""What a run would take, without doing it."""

from __future__ import annotations

from contextlib import closing, nullcontext

from engine.guide import GuideSession
from engine.models import load_model
from engine.raster.env import gdal_env
from engine.run.estimate import Estimate, estimate
from engine.run.events import Events
from engine.run.opening import open_language, open_pair, plan_tiles
from engine.run.settings import RunSettings


def dry_run(settings: RunSettings, events: Events | None = None) -> Estimate:
    """What a run would take: tiles, memory, disk, time. Writes nothing.

    Raises
    ------
    EngineError
        The pair, the model or the options would stop the run.
    """
    events = events or Events()
    with gdal_env():
        model = load_model(settings.model)
        with open_pair(settings, model, events) as pair:
            plan = plan_tiles(settings, pair, model)
            guide = GuideSession(model, settings.device, settings.threads)
            # A server is not asked: that would send it something, and may cost money.
            language = None if settings.language_url else open_language(settings, model)
            with nullcontext() if language is None else closing(language):
                return estimate(
                    plan, guide, str(pair.grid.crs), pair.grid.gsd_m, settings.work_dir,
                    settings.batch_size, language,
                )  # fmt: skip
