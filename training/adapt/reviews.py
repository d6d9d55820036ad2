"""Reviewed boxes out of a result, with their outlines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from training.adapt.ground import ANCHOR, Mark

VERDICTS = {"confirmed": True, "rejected": False}
REVIEWED = (*VERDICTS, "unsure")
_LONG_AGO = pd.Timestamp(0, tz="UTC")
"""When a review was made that does not say."""


@dataclasses.dataclass(frozen=True)
class Reviewed:
    """Objects of one or more results, in one CRS.

    Attributes
    ----------
    marks : list of Mark
        Confirmed, rejected and not reviewed; those a person is unsure of are left out.
    outlines : ndarray of object
        Shapely polygons, alike in length, in the CRS asked for.
    repeated, contradicted : int
        Objects that came more than once, as in a result and its rerun, and are here once; those
        of them that were reviewed differently, so that the later review holds.
    """

    marks: list[Mark]
    outlines: Any
    repeated: int = 0
    contradicted: int = 0

    @property
    def verdicts(self) -> tuple[int, int]:
        """Confirmed and rejected objects."""
        said = [mark.right for mark in self.marks if mark.reviewed]
        return sum(said), len(said) - sum(said)


def read_reviews(paths: Sequence[Path], crs: Any) -> Reviewed:
    """Read the layer ``boxes`` of each file (or its only layer), and ``outlines`` where it is.

    An object that comes again (``box_id``) counts once: as it was reviewed, of several reviews by
    the latest, where nobody knows when by that of the last file.

    Raises
    ------
    ValueError
        A file cannot be read, has no CRS, or lacks the fields ``class`` and ``review``.
    """
    objects: dict[object, list[_Box]] = {}
    for path in paths:
        for box in _read(path, crs):
            # A box without an id is one of its own.
            objects.setdefault(box.box_id or object(), []).append(box)
    # The sort is stable: of equals the last one read is taken.
    chosen = [sorted(boxes, key=lambda box: (box.said is not None, box.when))[-1]
              for boxes in objects.values()]  # fmt: skip
    kept = [box for box in chosen if box.said != "unsure"]
    shapes = np.empty(len(kept), object)
    shapes[:] = [box.outline for box in kept]
    marks = [
        Mark(box.class_name, VERDICTS.get(box.said or "", True), 1.0 if box.said else ANCHOR)
        for box in kept
    ]
    said = [{box.said for box in boxes if box.said} for boxes in objects.values()]
    repeated = sum(len(boxes) > 1 for boxes in objects.values())
    return Reviewed(marks, shapes, repeated, sum(len(words) > 1 for words in said))


class _Box(NamedTuple):
    """One object of one result; ``said`` is None where nobody reviewed it."""

    box_id: str | None
    class_name: str
    said: str | None
    when: pd.Timestamp
    outline: Any


def _read(path: Path, crs: Any) -> Iterator[_Box]:
    frame = _boxes(path)
    missing = {"class", "review"} - set(frame.columns)
    if missing:
        raise ValueError(f"{path} has no field {' and no field '.join(sorted(missing))}")
    if frame.crs is None:
        raise ValueError(f"{path} has no CRS")
    frame = frame.to_crs(crs)
    # Another writer's layer may lack them, and formats disagree on how they give moments back.
    more = frame.reindex(columns=["box_id", "reviewed_at"])
    moments = pd.to_datetime(more["reviewed_at"], utc=True, errors="coerce", format="ISO8601")
    moments = moments.fillna(_LONG_AGO)
    columns = (more["box_id"], frame["class"], frame["review"], moments, frame.geometry.to_numpy())
    for box_id, name, said, when, shape in zip(*columns, strict=True):
        if shape is None or shape.is_empty:
            continue
        known = None if pd.isna(box_id) else str(box_id)
        yield _Box(known, str(name), said if said in REVIEWED else None, when, shape)


def _boxes(path: Path) -> gpd.GeoDataFrame:
    try:
        layers = set(pyogrio.list_layers(path)[:, 0])
        boxes = gpd.read_file(path, layer="boxes" if "boxes" in layers else None)
        if "outlines" not in layers or "box_id" not in boxes:
            return boxes
        shapes = gpd.read_file(path, layer="outlines").to_crs(boxes.crs)
    except DataSourceError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    by_id = dict(zip(shapes["box_id"], shapes.geometry, strict=True))
    outlines = [by_id.get(i, box) for i, box in zip(boxes["box_id"], boxes.geometry, strict=True)]
    return boxes.set_geometry(gpd.GeoSeries(outlines, index=boxes.index, crs=boxes.crs))
