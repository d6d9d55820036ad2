"""Ranked tiles of an archive for a phrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyproj

from engine.agent.arguments import Where
from engine.agent.errors import AgentError
from engine.find.archive import Run, read_runs
from engine.find.captions import CaptionIndex
from engine.find.objects import TileObjects, objects_by_tile
from engine.find.phrase import Phrase
from engine.guide.claims import claims

SAID_ONLY = 0.4
"""What a caption counts that names the thing where no object of it is on the map."""


@dataclass(frozen=True)
class Found:
    """A tile.

    Attributes
    ----------
    file : str
        The run's output.
    score : float
        0 to 1. Without a filter of objects, the caption's relevance (1: the archive's best).
        With one, the mean of that and the score of the best object that fits
        (:data:`SAID_ONLY` where only the caption says so).
    box_ids : tuple of str
        The objects that fit.
    bbox : (float, float, float, float)
        West, south, east, north in degrees (WGS 84).
    """

    file: str
    tile_id: str
    caption: str
    score: float
    box_ids: tuple[str, ...]
    bbox: tuple[float, float, float, float]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "file": self.file,
            "tile_id": self.tile_id,
            "caption": self.caption,
            "score": round(self.score, 3),
            "box_ids": list(self.box_ids),
            "bbox": [round(value, 7) for value in self.bbox],
        }


def search(
    phrase: Phrase, runs: Sequence[Path], *, limit: int = 20,
    warn: Callable[[str], None] = lambda _: None,
) -> list[Found]:  # fmt: skip
    """Find tiles, best first.

    Parameters
    ----------
    phrase : Phrase
    runs : sequence of Path
        See :func:`engine.find.archive.find_runs`.
    limit : int
        The most tiles that are given.
    warn : callable
        Told of runs that cannot be read.
    """
    known: list[Run] = []
    starts: list[int] = []
    number = 1
    with CaptionIndex() as index:
        for run in read_runs(runs, warn):
            index.add((number + at, text) for at, text in enumerate(run.captions))
            known.append(run)
            starts.append(number)
            number += len(run.captions)
        relevance = index.scores(phrase.names, phrase.words)
    ranked: list[tuple[float, float, int, int, tuple[str, ...]]] = []
    for place, (run, start) in enumerate(zip(known, starts, strict=True)):
        try:
            objects = objects_by_tile(run.path, phrase.where) if phrase.where else {}
        except AgentError as error:
            warn(str(error))
            continue
        for at, tile in enumerate(run.tile_ids):
            text = relevance.get(start + at, 0.0)
            fit = _fit(phrase.where, objects.get(tile), run.captions[at], text)
            if fit is not None:
                ids = tuple(objects[tile].box_ids) if tile in objects else ()
                # Of equals, the tile that changed more surely; then the order of the archive.
                sure = -float(run.scores[at]) if run.changed[at] and run.scores[at] > 0 else 0.0
                ranked.append((-fit, sure, place, at, ids))
    ranked.sort()
    return _shown(ranked, known, limit)


def _fit(
    where: Where | None, objects: TileObjects | None, caption: str, text: float
) -> float | None:
    """How well a tile fits; None where it does not."""
    if where is None:
        return text or None
    if objects is not None:
        return (objects.score + text) / 2
    return (SAID_ONLY + text) / 2 if _says(caption, where) else None


def _says(caption: str, where: Where) -> bool:
    """Whether a caption speaks of what a filter means, as far as captions can."""
    if where != Where(class_name=where.class_name, action=where.action):
        return False  # sizes, places and reviews are known of objects only
    return any(
        (where.class_name is None or one.class_name == where.class_name)
        and (where.action is None or one.action == where.action)
        for one in claims(caption).things
    )


def _shown(
    ranked: list[tuple[float, float, int, int, tuple[str, ...]]], runs: list[Run], limit: int
) -> list[Found]:
    found: list[Found] = []
    shown: set[tuple[int, str]] = set()
    for fit, _, place, at, ids in ranked:
        if len(found) == limit:
            break
        # Tiles overlap: one whose objects all stand in better tiles already adds nothing.
        if ids and all((place, one) in shown for one in ids):
            continue
        shown |= {(place, one) for one in ids}
        run = runs[place]
        found.append(
            Found(
                str(run.path), run.tile_ids[at], run.captions[at], -fit, ids,
                _degrees(run, at),
            )
        )  # fmt: skip
    return found


def _degrees(run: Run, at: int) -> tuple[float, float, float, float]:
    move = pyproj.Transformer.from_crs(run.crs, "EPSG:4326", always_xy=True)
    x0, y0, x1, y1 = run.bounds[at].tolist()
    west, south, east, north = move.transform_bounds(x0, y0, x1, y1)
    return west, south, east, north
