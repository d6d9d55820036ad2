"""The exact truth of a generated pair as a vector file."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import geopandas
import numpy as np
from affine import Affine
from pyproj import CRS
from shapely import Polygon, affinity, box, make_valid
from shapely.geometry.base import BaseGeometry

FIELDS = ("class", "kind", "action", "area_px")
_BATCH = 20_000


class TruthWriter:
    """Collects objects and writes them in batches; layer ``truth``.

    Parameters
    ----------
    path : Path
        .gpkg (the pair's CRS) or .geojson (always EPSG:4326).
    crs : pyproj.CRS
    transform : Affine
        Of the before date.
    """

    def __init__(self, path: Path, crs: CRS, transform: Affine) -> None:
        if path.suffix not in (".gpkg", ".geojson"):
            raise ValueError(f"the truth is written as .gpkg or .geojson, not {path.name}")
        self.path, self.crs = path, crs
        self._matrix = (transform.a, transform.b, transform.d, transform.e, transform.c,
                        transform.f)  # fmt: skip
        self._rows: list[tuple[str, str, str, float, BaseGeometry]] = []
        self._seen: set[tuple[str, int, int]] = set()
        self._begun = False
        path.unlink(missing_ok=True)

    def __enter__(self) -> TruthWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if kind is None and (self._rows or not self._begun):
            self._flush()

    def add(
        self, objects: list[dict[str, Any]], at: tuple[int, int], size: tuple[int, int]
    ) -> None:
        """Take one window's objects, each object once, clipped to the whole picture.

        Parameters
        ----------
        objects : list of dict
            As in :class:`training.scenes.ScenePair`.
        at : (int, int)
            Row and column of the window in the whole picture.
        size : (int, int)
            The whole picture's width and height.
        """
        frame = box(0, 0, *size)
        for item in objects:
            ring = np.asarray(item["polygon"]) + np.array((at[1], at[0]))
            # Neighbouring windows name the same object: its corner in thousandths of a pixel.
            key = (item["kind"], round(1000 * ring[0, 0]), round(1000 * ring[0, 1]))
            if key in self._seen:
                continue
            self._seen.add(key)
            shape = make_valid(Polygon(ring)).intersection(frame)
            if shape.is_empty or shape.area <= 0:
                continue
            self._rows.append((item["class"], item["kind"], item["action"], float(shape.area),
                               affinity.affine_transform(shape, self._matrix)))  # fmt: skip
        if len(self._rows) >= _BATCH and self.path.suffix == ".gpkg":
            self._flush()

    def _flush(self) -> None:
        columns = {name: [row[i] for row in self._rows] for i, name in enumerate(FIELDS)}
        frame = geopandas.GeoDataFrame(
            columns, geometry=[row[-1] for row in self._rows], crs=self.crs
        )
        if self.path.suffix == ".geojson":
            frame.to_crs("EPSG:4326").to_file(self.path, driver="GeoJSON", COORDINATE_PRECISION=9)
        else:
            mode = "a" if self._begun else "w"
            frame.to_file(self.path, layer="truth", driver="GPKG", mode=mode)
        self._begun, self._rows = True, []
