"""From reviewed results and a raster pair to a tuned model folder, if it is better."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.guide import GuideSession
from engine.models import ModelInfo, load_model
from engine.raster import RasterPair
from training.adapt.blocks import read_blocks
from training.adapt.choice import LEAST_REJECTED, LEAST_REVIEWS, choose, tunable, values_of
from training.adapt.folder import check_target, write_model
from training.adapt.ground import Ground, verdicts
from training.adapt.reviews import Reviewed, read_reviews
from training.adapt.source import source_of
from training.adapt.trial import Trial, held_back
from training.evaluate.claims import Limits, limits_of

LEAST_BLOCKS = 2
What = Literal["auto", "weights", "values"]
NEEDED = ("torch", "onnx")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be tuned on what.

    Attributes
    ----------
    layers : tuple of Path
        Reviewed results.
    before, after : str
        The rasters; empty for those that the results name.
    model : str
        Id or folder of the model to tune.
    out : Path
        Folder of the tuned model; its name is the model's id unless ``name`` is given.
    minutes : float
        Wall clock for reading the rasters.
    what : {"auto", "weights", "values"}
        Weights of the guide's decoder with the decision values, or these alone; by default weights
        where torch is installed and the guide has such a decoder, and values if they do no better.
    steps : int
        Of the weights, four windows each.
    """

    layers: tuple[Path, ...]
    before: str
    after: str
    model: str
    out: Path
    name: str = ""
    minutes: float = 10.0
    seed: int = 0
    threads: int | None = None
    what: What = "auto"
    steps: int = 100


Progress = Callable[[str, int, int], None]
"""Takes ``guide`` or ``tune``, and what is done of it and in all."""


class Tuned(NamedTuple):
    """A way to tune, and what came of it.

    Attributes
    ----------
    guide : bytes, optional
        The guide's ONNX file with tuned weights; None for the original's.
    """

    what: str
    limits: Limits
    trial: Trial
    guide: bytes | None = None


def adapt(job: Job, progress: Progress = lambda stage, done, total: None) -> dict[str, Any]:
    """Tune, judge on held-back blocks, and write the model if it is better there.

    Returns
    -------
    dict
        Ready for JSON: ``kept``, ``before`` and ``after`` on held-back blocks, ``tuned`` (weights
        or values), the values of each tuned class, numbers of reviews, and ``model`` (the folder)
        where it is kept; ``why_values`` where weights could not be tuned.

    Raises
    ------
    ValueError
        Too few reviews, no rasters or those of several pairs; weights were asked for and cannot be
        tuned.
    EngineError
        The model or the rasters are not usable.
    """
    start = time.monotonic()
    model = load_model(job.model)
    check_target(job.out, model)
    before, after, opened = source_of(job.layers, job.before, job.after)
    limits = limits_of({"thresholds": model.thresholds.model_dump()}, model.classes)
    with RasterPair.open(before, after, **opened, model=model) as pair:
        reviewed = read_reviews(job.layers, pair.grid.crs)
        _check(reviewed)
        guide = GuideSession(model, "cpu", job.threads)
        grounds = read_blocks(
            pair,
            guide,
            reviewed,
            seconds=60 * job.minutes,
            seed=job.seed,
            progress=partial(progress, "guide"),
        )
    names = tunable(grounds, limits)
    if not names or len(grounds) < LEAST_BLOCKS:
        raise ValueError(
            f"too few reviews on these rasters: a class needs {LEAST_REVIEWS} reviewed boxes, "
            f"{LEAST_REJECTED} of them rejected, in {LEAST_BLOCKS} places or more"
        )
    tuned, why = _best(job, model, grounds, limits, progress)
    trial, chosen = tuned.trial, tuned.limits
    confirmed, rejected = verdicts(grounds)
    report: dict[str, Any] = {
        "kept": trial.better and (tuned.guide is not None or chosen != limits),
        "tuned": tuned.what,
        "reviews": {
            "confirmed": confirmed,
            "rejected": rejected,
            "blocks": len(grounds),
            "repeated": reviewed.repeated,
            "contradicted": reviewed.contradicted,
        },
        "held_back": trial.report(),
        "values": {
            name: {
                "before": values_of(limits, name)._asdict(),
                "after": values_of(chosen, name)._asdict(),
            }
            for name in names
        },
        "seed": job.seed,
    }
    if why:
        report["why_values"] = why
    if report["kept"]:
        source = {"results": [path.name for path in job.layers], "before": Path(before).name}
        content = {**report, "after_raster": Path(after).name, **source}
        name = job.name or job.out.name
        folder = write_model(model, job.out, name, chosen, content, guide=tuned.guide)
        report["model"] = str(folder)
        report["id"] = name
    report["parent"] = model.id
    report["seconds"] = round(time.monotonic() - start, 1)
    return report


def _best(
    job: Job, model: ModelInfo, grounds: Sequence[Ground], limits: Limits, progress: Progress
) -> tuple[Tuned, str]:
    """What held-back blocks like best, and why weights were not tried if they were not."""
    if job.what == "weights":
        return _weights(job, model, grounds, limits, progress), ""
    values = Tuned("values", choose(grounds, limits), held_back(grounds, limits, job.seed))
    if job.what == "values":
        return values, ""
    try:
        weights = _weights(job, model, grounds, limits, progress)
    except ValueError as error:
        return values, str(error)
    # Weights also find what was missed, which the cost of held-back blocks cannot show.
    return (weights if weights.trial.better or not values.trial.better else values), ""


def _weights(
    job: Job, model: ModelInfo, grounds: Sequence[Ground], limits: Limits, progress: Progress
) -> Tuned:
    """Tune the decoder.

    Raises
    ------
    ValueError
        A package is missing, the guide has another decoder, or one kind of verdict is missing.
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise ValueError(
            f"weights are tuned with {' and '.join(missing)}: install the engine's extra `adapt`"
        )
    from training.adapt.decoder import GuideGraph
    from training.adapt.relearn import relearn

    if job.threads:
        import torch

        torch.set_num_threads(job.threads)
    graph = GuideGraph(model.path / model.parts["guide"], job.threads)
    learned = relearn(
        graph,
        grounds,
        limits,
        job.seed,
        (model.tile_size, model.overlap),
        job.steps,
        progress=partial(progress, "tune"),
    )
    guide = graph.with_decoder(learned.decoder)
    return Tuned("weights", limits, learned.trial, guide)


def _check(reviewed: Reviewed) -> None:
    confirmed, rejected = reviewed.verdicts
    if confirmed + rejected < LEAST_REVIEWS or rejected < LEAST_REJECTED:
        raise ValueError(
            f"{confirmed} confirmed and {rejected} rejected boxes are too few: "
            f"{LEAST_REVIEWS} reviews, {LEAST_REJECTED} of them rejected, are the least"
        )
