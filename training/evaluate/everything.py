"""Every measure of one model or of several, with paired comparisons and spreads."""

from __future__ import annotations

import dataclasses
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training.evaluate.captions import measure_captions
from training.evaluate.measure import compare
from training.evaluate.models import open_subject
from training.evaluate.on_edits import measure_edits
from training.evaluate.on_roads import measure_roads
from training.evaluate.on_scenes import measure_scenes
from training.evaluate.on_tiles import measure_tiles
from training.evaluate.places import Places
from training.evaluate.quiet import measure_quiet
from training.evaluate.road_crops import measure_road_crops
from training.evaluate.section import Section
from training.evaluate.speed import measure_speed
from training.evaluate.targets import PARTS
from training.guide.config import data_root
from training.guide.tiles import levir_pairs, names_of


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    only : tuple of str
        Parts of :data:`PARTS`.
    edits, scenes : int
        How many counterfactuals and generated scenes.
    limit : int, optional
        So many tiles, road images and CLCD pairs at most, for a quick look; no result.
    paper : Path, optional
        Graph of the paper configuration, for the speed.
    """

    root: Path
    group: str = "report"
    only: tuple[str, ...] = PARTS
    edits: int = 2000
    scenes: int = 24
    limit: int | None = None
    paper: Path | None = None

    def options(self, parts: Sequence[str]) -> list[str]:
        """What the command line says to measure some of its parts as it does."""
        said = [] if self.root == data_root() else ["--data", str(self.root)]
        said += [] if set(parts) == set(PARTS) else ["--only", *parts]
        for option, (name, part) in _OPTIONS.items():
            value = getattr(self, name)
            if value != getattr(Plan, name) and part in (None, *parts):
                said += [option, str(value)]
        return said


_OPTIONS = {
    "--set": ("group", None),
    "--edits": ("edits", "edits"),
    "--scenes": ("scenes", "scenes"),
    "--paper": ("paper", "speed"),
    "--limit": ("limit", None),
}
"""Each with its setting, and the one part that it is of."""


def measure_all(
    path: Path, plan: Plan, keep: Callable[[Section], None] = lambda section: None
) -> Section:
    """All parts of a plan for one model.

    Parameters
    ----------
    keep : callable, optional
        Is given what there is after each part: a whole evaluation takes long.

    Raises
    ------
    ValueError
        A part that there is not.
    """
    unknown = sorted(set(plan.only) - set(PARTS))
    if unknown:
        raise ValueError(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    subject = open_subject(path)
    places = Places(plan.root, subject, (plan.group,), plan.limit)
    tiles = names_of((plan.group,))[: plan.limit]
    makers = {
        "tiles": lambda: measure_tiles(places),
        "quiet": lambda: measure_quiet(places, plan.limit),
        "roads": lambda: measure_roads(subject, plan.root, plan.limit),
        "scenes": lambda: measure_scenes(subject, plan.scenes),
        "road-crops": lambda: measure_road_crops(places),
        "captions": lambda: measure_captions(places),
        "edits": lambda: measure_edits(
            subject, plan.root, levir_pairs(plan.root, tiles), plan.edits
        ),
        "speed": lambda: measure_speed(subject, plan.paper),
    }
    section = Section()
    for name in PARTS:
        if name in plan.only:
            start = time.perf_counter()
            section.update(makers[name]())
            keep(section)
            print(f"{path.name}: {name} {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return section


def against(first: Section, second: Section) -> dict[str, Any]:
    """Paired bootstrap of every measure that both have on the same places."""
    return {
        name: compare(measure, second.measures[name])
        for name, measure in first.measures.items()
        if name in second.measures and measure.units == second.measures[name].units
    }


def spread(sections: list[Section]) -> dict[str, Any]:
    """Mean, standard deviation, least and greatest value of every measure over some models."""
    table = {}
    for name in sections[0].measures:
        values = [
            value
            for section in sections
            if name in section.measures
            for value in [section.measures[name].value]
            if value is not None
        ]
        if len(values) > 1:
            table[name] = {
                "mean": round(statistics.fmean(values), 4),
                "sd": round(statistics.stdev(values), 4),
                "least": min(values),
                "greatest": max(values),
                "models": len(values),
            }
    return table
