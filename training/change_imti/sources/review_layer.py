"""The objects of a reviewed output with people's verdicts, and the rasters they lie on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from shapely import Geometry

from engine.layers.crs import reprojector
from engine.layers.reading import layer_file, read_provenance
from engine.layers.schema import ACTIONS, CLASSES, REVIEWS
from engine.models import DEFAULT_MODEL, load_model
from engine.raster import RasterPair, WorkingGrid

_OPTIONS = ("bidx", "after_bidx", "nodata", "stretch", "res", "resampling", "coregister", "force")
"""Parameters of a run that decide which pixels it saw."""


@dataclass(frozen=True)
class ReviewedObject:
    """One object: its footprint and what was said of it.

    Attributes
    ----------
    outline : Polygon or MultiPolygon
    review : {"confirmed", "rejected", "unsure"}, optional
    """

    box_id: str
    class_name: str
    action: str
    outline: Geometry
    review: str | None

    @property
    def known(self) -> bool:
        """Whether a person decided."""
        return self.review in ("confirmed", "rejected")

    @property
    def confirmed(self) -> bool:
        """Whether a person says that it is there."""
        return self.review == "confirmed"


@dataclass(frozen=True)
class ReviewedObjects:
    """All objects of one output, in its CRS."""

    objects: tuple[ReviewedObject, ...]
    crs: CRS

    def on_grid(self, grid: WorkingGrid) -> list[ReviewedObject]:
        """The objects in the CRS of a working grid."""
        move = reprojector(self.crs, CRS.from_user_input(grid.crs.to_wkt()))
        if move is None or not self.objects:
            return list(self.objects)
        shapes = move(np.array([one.outline for one in self.objects], dtype=object))
        return [
            replace(one, outline=shape) for one, shape in zip(self.objects, shapes, strict=True)
        ]


def read_objects(layers: Path) -> ReviewedObjects:
    """Join ``boxes`` and ``outlines`` of an output; a box drawn by hand may be without an outline.

    Raises
    ------
    FileNotFoundError
        There is no such output.
    ValueError
        It lacks a layer or a field, or a field holds what the schema does not know.
    """
    if not Path(layers).exists():
        raise FileNotFoundError(f"no layers at {layers}: name an output of engine tile-infer")
    boxes, outlines = (_layer(layers, name) for name in ("boxes", "outlines"))
    missing = {"box_id", "class", "action", "review"} - set(boxes.columns)
    if missing:
        raise ValueError(f"{layers}: boxes lack {sorted(missing)}; are they of engine tile-infer?")
    shapes = dict(zip(outlines["box_id"], outlines.geometry, strict=True))
    objects = []
    for row in boxes.to_dict("records"):
        review = None if pd.isna(row["review"]) else str(row["review"])
        # Who draws a missed object by hand may leave open what happened to it.
        action = "changed" if pd.isna(row["action"]) else str(row["action"])
        for field, value, allowed in (
            ("class", row["class"], CLASSES),
            ("action", action, ACTIONS),
            ("review", review, [None, *REVIEWS]),
        ):
            if value not in allowed:
                raise ValueError(
                    f"{layers}: box {row['box_id']} has {field} {value!r}; set it to one of "
                    f"{', '.join(name for name in allowed if name)}"
                )
        # Without an outline the box itself is all that the reviewer drew.
        shape = shapes.get(row["box_id"], row[boxes.geometry.name])
        objects.append(ReviewedObject(str(row["box_id"]), row["class"], action, shape, review))
    return ReviewedObjects(tuple(objects), CRS.from_user_input(boxes.crs))


def open_rasters(layers: Path, before: str | None, after: str | None) -> RasterPair:
    """The pair that a run compared, on the same grid and stretch.

    Parameters
    ----------
    before, after : str, optional
        Instead of the paths in the layers' history.

    Raises
    ------
    FileNotFoundError
        The layers do not say where a raster is, and nobody else does.
    EngineError
        A raster cannot be opened, or they do not fit.
    """
    history = read_provenance(layers) or {}
    first, second = before or history.get("before"), after or history.get("after")
    if not first or not second:
        raise FileNotFoundError(f"{layers} does not name its rasters: give --before and --after")
    used = history.get("parameters", {}).get("pair", {})
    options = {name: used[name] for name in _OPTIONS if used.get(name) is not None}
    model = load_model(DEFAULT_MODEL)
    return RasterPair.open(str(first), str(second), **options, model=model)


def _layer(layers: Path, name: str) -> gpd.GeoDataFrame:
    try:
        file, layer = layer_file(layers, name)
        if file.suffix == ".parquet":
            return gpd.read_parquet(file)
        return gpd.read_file(file, layer=layer)
    except (FileNotFoundError, DataSourceError, DataLayerError) as error:
        raise ValueError(f"{layers} has no readable layer {name!r}: {error}") from error
