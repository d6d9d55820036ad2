"""The changed objects of a finished run, in memory: fields as arrays, footprints in a plane."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.agent.errors import LayersError
from engine.agent.plane import Floats, Plane, Shapes
from engine.layers.reading import READ_ERRORS, layer_file, read_layer, read_provenance

_FIELDS = ("box_id", "class", "action", "score", "area_m2", "cell", "review", "caption")
_DATES = ("date_before", "date_after")


class MapObjects:
    """Objects of the layers ``boxes`` and ``outlines``, each once, in the order of the file.

    Attributes
    ----------
    box_id, class_name, action, cell, review, caption : array of str or None, shape (n,)
    score, area_m2 : array of float, shape (n,)
        NaN where not known.
    outlines : array of geometries, shape (n,)
        Footprints in :attr:`plane`.
    dates : tuple of date or None
        Of the earlier and the later raster.
    """

    def __init__(
        self,
        columns: dict[str, NDArray[Any]],
        outlines: Shapes,
        plane: Plane,
        dates: tuple[dt.date | None, dt.date | None],
    ) -> None:
        self.box_id = columns["box_id"]
        self.class_name = columns["class"]
        self.action = columns["action"]
        self.cell = columns["cell"]
        self.review = columns["review"]
        self.caption = columns["caption"]
        self.score: Floats = columns["score"].astype(np.float64)
        self.area_m2: Floats = columns["area_m2"].astype(np.float64)
        self.outlines = outlines
        self.plane = plane
        self.dates = dates

    @classmethod
    def open(cls, path: str | Path) -> MapObjects:
        """Read the layers of a finished run (a GeoPackage, or a folder of the other formats).

        Raises
        ------
        LayersError
            They are missing or no layers of this program.
        """
        boxes = _frame(path, "boxes", (*_FIELDS, *_DATES), geometry=False)
        shapes = _frame(path, "outlines", ("box_id",), geometry=True)
        if shapes.crs is None:
            raise LayersError(f"The layer 'outlines' of {path} does not say its CRS.")
        places = {box_id: at for at, box_id in enumerate(shapes["box_id"])}
        try:
            order = [places[box_id] for box_id in boxes["box_id"]]
        except KeyError as error:
            raise LayersError(
                f"The object {str(error.args[0])[:60]!r} of {path} has no outline.",
                hint="Run the engine again; the file was changed by hand.",
            ) from error
        raw = np.asarray(shapes.geometry.array, object)[order]
        bounds = tuple(shapely.total_bounds(raw)) if len(raw) else tuple(shapes.total_bounds)
        plane = Plane.around(shapes.crs, bounds) if len(raw) else Plane(0.0, 0.0)
        columns = {name: _values(boxes[name]) for name in _FIELDS}
        made = cls(columns, plane.shapes(raw, shapes.crs), plane, _dates(path, boxes))
        # Now rather than in the first answer.
        assert len(made.points) == len(made.length_m)
        return made

    def __len__(self) -> int:
        return len(self.box_id)

    @cached_property
    def centres(self) -> Floats:
        """Centroids of the footprints in the plane, (n, 2)."""
        return shapely.get_coordinates(shapely.centroid(self.outlines)).reshape(-1, 2)

    @cached_property
    def points(self) -> Shapes:
        """:attr:`centres` as points."""
        return np.asarray(shapely.points(self.centres), object)

    @cached_property
    def length_m(self) -> Floats:
        """Length along each object, metres; see :func:`along`."""
        return along(self.area_m2, self.plane.perimeters(self.outlines))


def along(area_m2: Floats, perimeter_m: Floats) -> Floats:
    """Length of the rectangle that has this area and this perimeter.

    For a strip that bends (a road) this is its length along the bends, which the sides of its box
    are not. The rounder the shape, the less it means.
    """
    inner = np.maximum(perimeter_m**2 - 16.0 * area_m2, 0.0)
    return np.asarray((perimeter_m + np.sqrt(inner)) / 4.0, np.float64)


def _frame(path: str | Path, layer: str, fields: tuple[str, ...], *, geometry: bool) -> Any:
    try:
        file, name = layer_file(path, layer)
        frame = read_layer(file, name, columns=fields, geometry=geometry)
    except READ_ERRORS as error:
        raise LayersError(
            f"{path} has no layer '{layer}' of a finished run.",
            hint="Give the output of engine tile-infer.",
        ) from error
    missing = [field for field in fields if field not in frame]
    if missing:
        raise LayersError(
            f"The layer '{layer}' of {path} lacks the field '{missing[0]}'.",
            hint="Give the output of engine tile-infer of this version.",
        )
    return frame


def _values(column: Any) -> NDArray[Any]:
    values = column.to_numpy()
    if values.dtype.kind in "fi":
        return np.asarray(values, np.float64)
    return np.array([None if value != value else value for value in values.tolist()], object)


def _dates(path: str | Path, boxes: Any) -> tuple[dt.date | None, dt.date | None]:
    """Dates of the rasters; None where not known, or not the same for all objects."""
    told = read_provenance(path) or {}
    found: list[dt.date | None] = []
    for name in _DATES:
        known = {value for value in boxes[name].tolist() if value is not None and value == value}
        days = {value.date() if isinstance(value, dt.datetime) else value for value in known}
        if not days and told.get(name):
            days = {dt.date.fromisoformat(str(told[name])[:10])}
        found.append(next(iter(days)) if len(days) == 1 else None)
    return found[0], found[1]
