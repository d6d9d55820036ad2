"""Measure layers the engine wrote against truth polygons, on a raster's grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import rasterio
import rasterio.features
import shapely
from pyproj import Geod

from training.evaluate.objects import match
from training.evaluate.scores import pixel_counts, ratio
from training.evaluate.window import Array

LAYER = "outlines"
CLASS = "building"
TURNED = {"appeared": "disappeared", "disappeared": "appeared", "changed": "changed"}


def read_outlines(path: Path, crs: Any) -> geopandas.GeoDataFrame:
    """The building outlines of a file in the given CRS."""
    frame = geopandas.read_file(path, layer=LAYER)
    frame = frame[frame["class"] == CLASS] if len(frame) else frame
    return frame.to_crs(crs).reset_index(drop=True)


def rasterise(shapes: Any, grid: rasterio.DatasetReader) -> Array:
    """bool (H, W): pixels whose centre lies in any of the shapes."""
    shapes = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not shapes:
        return np.zeros(grid.shape, bool)
    return rasterio.features.rasterize(
        shapes, out_shape=grid.shape, transform=grid.transform, dtype="uint8"
    ).astype(bool)


def matched(first: Any, second: Any, least: float = 0.5) -> list[tuple[int, int]]:
    """One-to-one pairs (index in first, index in second) of polygons with IoU ≥ ``least``."""
    a, b = (shapely.make_valid(np.asarray(shapes, dtype=object)) for shapes in (first, second))
    if not len(a) or not len(b):
        return []
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    shared = shapely.area(shapely.intersection(a[i], b[j]))
    iou = shared / (shapely.area(a[i]) + shapely.area(b[j]) - shared)
    return match(i, j, iou, least)


def parts(shapes: Any) -> list[Any]:
    """Polygons that touch are one object, as in the masks the truth was drawn from."""
    valid = [shapely.make_valid(shape) for shape in shapes if shape is not None]
    whole = shapely.union_all(valid) if valid else shapely.Polygon()
    return [part for part in shapely.get_parts(whole) if part.area > 0]


def geodesic_km2(shapes: Any, crs: Any) -> float:
    """Geodesic area of some polygons in km²."""
    series = geopandas.GeoSeries(list(shapes), crs=crs).to_crs(4326)
    geod = Geod(ellps="WGS84")
    return sum(abs(geod.geometry_area_perimeter(shape)[0]) for shape in series) / 1e6


def against_truth(layers: Path, truth: Path, grid: rasterio.DatasetReader) -> dict[str, Any]:
    """Pixel and object scores of a layer file.

    Pixels are the centres of the grid's pixels; objects are matched as polygons.
    """
    found = read_outlines(layers, grid.crs)
    real = parts(geopandas.read_file(truth).to_crs(grid.crs).geometry)
    masks = rasterise(found.geometry, grid), rasterise(real, grid)
    tp, fp, fn = pixel_counts(*masks)
    pairs = matched(found.geometry, real)
    frame = shapely.box(*grid.bounds)
    unchanged = geodesic_km2([frame], grid.crs) * (1 - (tp + fn) / masks[0].size)
    alone = 0
    if len(found):
        hits, _ = shapely.STRtree(real).query(found.geometry.values, predicate="intersects")
        alone = len(found) - len(np.unique(hits))
    actions = found["action"].value_counts().to_dict() if len(found) else {}
    return {
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
        "iou": ratio(tp, tp + fp + fn),
        "objects_truth": len(real),
        "objects_predicted": len(found),
        "objects_matched": len(pairs),
        "object_precision": ratio(len(pairs), len(found)),
        "object_recall": ratio(len(pairs), len(real)),
        "false_objects": alone,
        "false_objects_per_km2": ratio(alone, unchanged),
        "actions": {str(key): int(value) for key, value in actions.items()},
    }


def against_swapped(layers: Path, other: Path, crs: Any) -> dict[str, Any]:
    """Share of objects that another run with the dates swapped finds with the action turned."""
    first, second = read_outlines(layers, crs), read_outlines(other, crs)
    pairs = matched(first.geometry, second.geometry)
    turned = sum(second["action"].iloc[j] == TURNED.get(first["action"].iloc[i]) for i, j in pairs)
    return {
        "objects": len(first),
        "objects_swapped": len(second),
        "matched": len(pairs),
        "matched_share": ratio(len(pairs), max(len(first), len(second))),
        "turned": int(turned),
        "turned_share": ratio(int(turned), len(pairs)),
    }


def evaluate_layers(
    layers: Path, truth: Path | None, grid_path: Path, swapped: Path | None = None
) -> dict[str, Any]:
    """The report on one layer file, ready for JSON.

    Parameters
    ----------
    layers : Path
        GeoPackage with a layer ``outlines``.
    truth : Path, optional
        Polygons of true building change, any CRS.
    grid_path : Path
        The before raster: its grid counts the pixels.
    swapped : Path, optional
        Layers of the same pair with the dates swapped.
    """
    if truth is None and swapped is None:
        raise ValueError("give the truth, or --swapped, or both")
    report: dict[str, Any] = {}
    with rasterio.open(grid_path) as grid:
        if truth is not None:
            report |= against_truth(layers, truth, grid)
        if swapped is not None:
            report["swapped"] = against_swapped(layers, swapped, grid.crs)
    return report
