"""From reviewed results and a raster pair to a tuned model folder, if it is better."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.guide import GuideSession
from engine.layers.reading import read_provenance
from engine.models import load_model
from engine.raster import RasterPair
from engine.run.settings import PairOptions
from training.adapt.blocks import read_blocks
from training.adapt.choice import LEAST_REJECTED, LEAST_REVIEWS, choose, tunable, values_of
from training.adapt.folder import check_target, write_model
from training.adapt.reviews import Reviewed, read_reviews
from training.adapt.trial import held_back
from training.evaluate.claims import limits_of

LEAST_BLOCKS = 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be tuned on what.

    Attributes
    ----------
    layers : tuple of Path
        Reviewed results.
    before, after : str
        The rasters; empty for those that the first result names.
    model : str
        Id or folder of the model to tune.
    out : Path
        Folder of the tuned model; its name is the model's id unless ``name`` is given.
    minutes : float
        Wall clock for reading the rasters.
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


Progress = Callable[[int, int], None]


def adapt(job: Job, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Tune, judge on held-back blocks, and write the model if it is better there.

    Returns
    -------
    dict
        Ready for JSON: ``kept``, ``before`` and ``after`` on held-back blocks, the values of each
        tuned class, numbers of reviews, and ``model`` (the folder) where it is kept.

    Raises
    ------
    ValueError
        Too few reviews, or no rasters.
    EngineError
        The model or the rasters are not usable.
    """
    start = time.monotonic()
    model = load_model(job.model)
    check_target(job.out, model)
    made = read_provenance(job.layers[0]) or {}
    before = job.before or _beside(job.layers[0], made.get("before", ""))
    after = job.after or _beside(job.layers[0], made.get("after", ""))
    if not before or not after:
        raise ValueError(f"{job.layers[0]} does not name its rasters: give --before and --after")
    limits = limits_of({"thresholds": model.thresholds.model_dump()}, model.classes)
    with RasterPair.open(before, after, **_options(made), model=model) as pair:
        reviewed = read_reviews(job.layers, pair.grid.crs)
        _check(reviewed)
        guide = GuideSession(model, "cpu", job.threads)
        grounds = read_blocks(
            pair, guide, reviewed, seconds=60 * job.minutes, seed=job.seed, progress=progress
        )
    names = tunable(grounds, limits)
    if not names or len(grounds) < LEAST_BLOCKS:
        raise ValueError(
            f"too few reviews on these rasters: a class needs {LEAST_REVIEWS} reviewed boxes, "
            f"{LEAST_REJECTED} of them rejected, in {LEAST_BLOCKS} places or more"
        )
    trial = held_back(grounds, limits, job.seed)
    chosen = choose(grounds, limits)
    confirmed, rejected = (sum(ground.verdicts[i] for ground in grounds) for i in (0, 1))
    report: dict[str, Any] = {
        "kept": trial.better and chosen != limits,
        "reviews": {"confirmed": confirmed, "rejected": rejected, "blocks": len(grounds)},
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
    if report["kept"]:
        source = {"results": [path.name for path in job.layers], "before": Path(before).name}
        content = {**report, "after_raster": Path(after).name, **source}
        name = job.name or job.out.name
        report["model"] = str(write_model(model, job.out, name, chosen, content))
        report["id"] = name
    report["parent"] = model.id
    report["seconds"] = round(time.monotonic() - start, 1)
    return report


def _check(reviewed: Reviewed) -> None:
    confirmed, rejected = reviewed.verdicts
    if confirmed + rejected < LEAST_REVIEWS or rejected < LEAST_REJECTED:
        raise ValueError(
            f"{confirmed} confirmed and {rejected} rejected boxes are too few: "
            f"{LEAST_REVIEWS} reviews, {LEAST_REJECTED} of them rejected, are the least"
        )


def _beside(result: Path, name: str) -> str:
    """A raster as a result names it: from the result's folder where it lies there."""
    file = result.parent / name
    return str(file) if name and file.is_file() else name


def _options(made: Mapping[str, Any]) -> dict[str, Any]:
    """How the run that made a result opened its rasters, without its area."""
    known = made.get("parameters", {}).get("pair", {})
    names = {field.name for field in dataclasses.fields(PairOptions)} - {"aoi", "bbox"}
    return {name: value for name, value in known.items() if name in names}
