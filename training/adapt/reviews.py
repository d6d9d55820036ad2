"""Reviewed boxes out of a result, with their outlines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataSourceError

from training.adapt.ground import ANCHOR, Mark

VERDICTS = {"confirmed": True, "rejected": False}


@dataclasses.dataclass(frozen=True)
class Reviewed:
    """Objects of one or more results, in one CRS.

    Attributes
    ----------
    marks : list of Mark
        Confirmed, rejected and not reviewed; those a person is unsure of are left out.
    outlines : ndarray of object
        Shapely polygons, alike in length, in the CRS asked for.
    """

    marks: list[Mark]
    outlines: Any

    @property
    def verdicts(self) -> tuple[int, int]:
        """Confirmed and rejected objects."""
        said = [mark.right for mark in self.marks if mark.reviewed]
        return sum(said), len(said) - sum(said)


def read_reviews(paths: Sequence[Path], crs: Any) -> Reviewed:
    """Read the layer ``boxes`` of each file (or its only layer), and ``outlines`` where it is.

    Raises
    ------
    ValueError
        A file cannot be read, has no CRS, or lacks the fields ``class`` and ``review``.
    """
    marks: list[Mark] = []
    outlines: list[Any] = []
    for path in paths:
        frame = _boxes(path)
        missing = {"class", "review"} - set(frame.columns)
        if missing:
            raise ValueError(f"{path} has no field {' and no field '.join(sorted(missing))}")
        if frame.crs is None:
            raise ValueError(f"{path} has no CRS")
        frame = frame.to_crs(crs)
        for name, said, shape in zip(
            frame["class"], frame["review"], frame.geometry.to_numpy(), strict=True
        ):
            if shape is None or shape.is_empty or said == "unsure":
                continue
            weight = 1.0 if said in VERDICTS else ANCHOR
            marks.append(Mark(str(name), VERDICTS.get(said, True), weight))
            outlines.append(shape)
    shapes = np.empty(len(outlines), object)
    shapes[:] = outlines
    return Reviewed(marks, shapes)


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
