"""Found tiles as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from engine.errors import OutputExistsError, UsageError
from engine.find.search import Found
from engine.layers.atomic import new_file

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON"}


def check_output(path: Path, runs: Sequence[Path], overwrite: bool) -> None:
    """Look at the output before the search.

    Raises
    ------
    UsageError
        The ending names no format.
    OutputExistsError
        It is there, or is a run of the archive.
    """
    if path.suffix.lower() not in _DRIVERS:
        raise UsageError(
            f"'{path.name}' names no format.", hint=f"End it with {' or '.join(_DRIVERS)}."
        )
    if path.resolve() in {run.resolve() for run in runs}:
        raise OutputExistsError(f"{path} is a run that is searched.", hint="Write somewhere else.")
    if path.exists() and not overwrite:
        raise OutputExistsError(f"{path} exists.", hint="Replace it with --overwrite.")


def write_found(path: Path, found: Sequence[Found]) -> None:
    """Write tiles as rectangles in EPSG:4326, atomically.

    Raises
    ------
    OutputError
    """
    frame = gpd.GeoDataFrame(
        {
            "rank": list(range(1, len(found) + 1)),
            "score": [round(one.score, 3) for one in found],
            "caption": [one.caption for one in found],
            "file": [one.file for one in found],
            "tile_id": [one.tile_id for one in found],
            "box_ids": [", ".join(one.box_ids) for one in found],
        },
        geometry=[_rectangle(one.bbox) for one in found],
        crs="EPSG:4326",
    )
    with new_file(path) as made:
        pyogrio.write_dataframe(
            frame, made, layer="found", driver=_DRIVERS[path.suffix.lower()],
            geometry_type="Unknown",
        )  # fmt: skip


def _rectangle(bbox: tuple[float, float, float, float]) -> shapely.Geometry:
    west, south, east, north = bbox
    if west <= east:
        return shapely.box(west, south, east, north)
    # Across the antimeridian, as RFC 7946 wants it.
    return shapely.MultiPolygon(
        [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    )
