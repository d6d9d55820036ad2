"""A rerun keeps what people said: reviews move from the old boxes to the new ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from engine.errors import OutputError
from engine.ogr import pyogrio

from .atomic import output_errors, part_of, replace_file
from .crs import as_crs, reprojector
from .flat import LONLAT
from .reading import layer_file, lost_reviews_path, read_layer
from .records import BoxRecord

MIN_IOU = 0.5
"""Old and new box are the same object from here on (and of the same class)."""

_REVIEW = ("review", "reviewer", "reviewed_at", "note")
_KEPT = ("box_id", "class", "action", *_REVIEW)


@dataclass
class CarriedReviews:
    """What became of the old reviews.

    Attributes
    ----------
    carried : int
        Reviews that found their object in the new result.
    lost : GeoDataFrame
        Reviewed boxes without a partner, EPSG:4326.
    previous : bool
        A file of lost reviews was there before.
    """

    carried: int = 0
    lost: gpd.GeoDataFrame = field(default_factory=lambda: _frame([]))
    previous: bool = False


def carry_over(output: str | Path, boxes: Sequence[BoxRecord], crs: Any) -> CarriedReviews:
    """Copy reviews of an older `output` onto new records, in place.

    Partners are of the same class and overlap with IoU >= 0.5; the best pairs are taken first and
    nobody has two partners. Reviews lost in an earlier rerun take part again.

    Parameters
    ----------
    output : path
        The output that is about to be replaced; it need not exist.
    boxes : sequence of BoxRecord
        New objects; ``review``, ``reviewer``, ``reviewed_at`` and ``note`` are filled in.
    crs : CRS
        CRS of the new records. Overlap is measured in the CRS of the old layer.

    Raises
    ------
    OutputError
        The older output is there but cannot be read: its reviews would be lost in silence.
    """
    path = Path(output)
    old = _read_reviewed(path)
    earlier = lost_reviews_path(path)
    previous = earlier.is_file()
    if previous:
        again = _read(earlier, None)
        # A run that failed after setting reviews aside left the same ones in the old output.
        again = again[~again["box_id"].isin(old["box_id"])]
        if not again.empty:
            old = again if old.empty else pd.concat([old, again.to_crs(old.crs)], ignore_index=True)
    if old.empty:
        return CarriedReviews(previous=previous)
    pairs = _match(old, boxes, as_crs(crs))
    for was, now in pairs:
        row, record = old.iloc[was], boxes[now]
        record.review, record.reviewer = _known(row["review"]), _known(row["reviewer"])
        record.reviewed_at, record.note = _moment(row["reviewed_at"]), _known(row["note"])
    alone = old.drop(old.index[[was for was, _ in pairs]])
    return CarriedReviews(len(pairs), alone.to_crs(LONLAT), previous)


def set_aside(output: str | Path, carried: CarriedReviews) -> Path | None:
    """Write the reviews without a partner under a temporary name, for :func:`keep_lost`.

    To be called before the old output is replaced: a disk without room is found out while the
    reviews are still in it.
    """
    if carried.lost.empty:
        return None
    target = lost_reviews_path(output)
    made = part_of(target)
    with output_errors(target):
        made.write_text(carried.lost.to_json(drop_id=True, na="null"), encoding="utf-8")
    return made


def keep_lost(output: str | Path, carried: CarriedReviews, made: Path | None = None) -> Path | None:
    """Put the reviews without a partner next to the output; return the file, if there is one.

    Parameters
    ----------
    made : Path, optional
        What :func:`set_aside` wrote; it is called here where it was not before.
    """
    target = lost_reviews_path(output)
    if carried.lost.empty:
        # All of them found their objects again.
        if carried.previous:
            target.unlink(missing_ok=True)
        return None
    made = made or set_aside(output, carried)
    assert made is not None
    with output_errors(target):
        replace_file(made, target)
    return target


def _match(old: gpd.GeoDataFrame, boxes: Sequence[BoxRecord], crs: CRS) -> list[tuple[int, int]]:
    new = np.array([record.box for record in boxes], dtype=object)
    move = reprojector(crs, as_crs(old.crs))
    if move is not None and len(new):
        new = move(new)
    was = old.geometry.to_numpy()
    left, right = shapely.STRtree(new).query(was, predicate="intersects")
    shared = shapely.area(shapely.intersection(was[left], new[right]))
    iou = shared / (shapely.area(was[left]) + shapely.area(new[right]) - shared)
    names = old["class"].to_numpy()
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    # Ties fall by position, so that a rerun of the rerun does the same.
    for index in np.lexsort((right, left, -iou)):
        a, b = int(left[index]), int(right[index])
        if iou[index] < MIN_IOU or names[a] != boxes[b].class_name:
            continue
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            pairs.append((a, b))
    return pairs


def _read_reviewed(path: Path) -> gpd.GeoDataFrame:
    try:
        file, layer = layer_file(path, "boxes")
    except FileNotFoundError:
        return _frame([])
    return _read(file, layer)


def _read(file: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Rows of `file` that a person touched."""
    try:
        if layer is not None and layer not in pyogrio.list_layers(file)[:, 0]:
            return _frame([])
        frame = read_layer(file, layer)
    except Exception as error:
        raise OutputError(
            f"The reviews in '{file}' cannot be read: {error}.",
            hint="Move the file away, or choose another output, so that no review is lost.",
        ) from error
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    # An older schema may lack a column.
    frame = frame.reindex(columns=[*_KEPT, "geometry"])
    # As text: formats disagree on how they give moments back, and GeoJSON has only text.
    moments = [_moment(value) for value in frame["reviewed_at"]]
    frame["reviewed_at"] = pd.Series([m and m.isoformat() for m in moments], dtype=object)
    touched = frame[list(_REVIEW)].notna().any(axis=1) & frame.geometry.notna()
    return frame[touched].reset_index(drop=True)


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, columns=[*_KEPT, "geometry"], geometry="geometry", crs=LONLAT)


def _known(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _moment(value: Any) -> dt.datetime | None:
    if pd.isna(value):
        return None
    moment: dt.datetime = pd.Timestamp(value).to_pydatetime()
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def has_reviews(output: str | Path) -> bool:
    """Whether an output, or the lost reviews beside it, holds anything a person wrote.

    Raises
    ------
    OutputError
        The output is there but cannot be read.
    """
    path = Path(output)
    return lost_reviews_path(path).is_file() or not _read_reviewed(path).empty


def describe_lost(carried: CarriedReviews) -> str | None:
    """One sentence for the run's warnings, or None."""
    if carried.lost.empty:
        return None
    names = ", ".join(str(name) for name in carried.lost["box_id"].head(5))
    more = f" and {len(carried.lost) - 5} more" if len(carried.lost) > 5 else ""
    return f"{len(carried.lost)} reviews found no object in the new result: {names}{more}."


__all__ = [
    "CarriedReviews",
    "carry_over",
    "describe_lost",
    "has_reviews",
    "keep_lost",
    "lost_reviews_path",
    "set_aside",
]
