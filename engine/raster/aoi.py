"""The area of interest: a vector file, WKT, GeoJSON or a box, brought into the grid's system."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import shapely
from pyproj.exceptions import CRSError
from rasterio.crs import CRS
from rasterio.errors import CRSError as RasterioCRSError
from shapely import affinity
from shapely.errors import GEOSException
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from engine.errors import AoiError
from engine.ogr import pyogrio
from engine.raster.geodesy import full_turn, transformer

_LONLAT = CRS.from_epsg(4326)
_WKT = re.compile(r"^\s*(SRID=(\d+);)?\s*(MULTI)?(POLYGON|SURFACE)|^\s*GEOMETRYCOLLECTION", re.I)
_BBOX = re.compile(r"^(?P<numbers>[-+.,\d\seE]+?),?\s*(?:\[?(?P<crs>[A-Za-z]\w*:\w+)\]?)?$")
_FORMS = "a vector file of polygons, POLYGON WKT, or GeoJSON text"

Warn = Callable[[str], None]


def load_aoi(
    aoi: str | os.PathLike[str] | None,
    bbox: str | Sequence[float] | None,
    grid_crs: CRS,
    *,
    extent: tuple[float, float, float, float] | None = None,
    warn: Warn = lambda _: None,
) -> BaseGeometry | None:
    """The area of interest as polygons in the grid's system.

    Parameters
    ----------
    aoi : str or path, optional
        A vector file (in its own system), WKT (in the grid's system, or with ``SRID=n;``) or
        GeoJSON text (longitude and latitude).
    bbox : str or four floats, optional
        ``xmin,ymin,xmax,ymax`` in the grid's system, or in another one with ``[EPSG:n]`` behind.
        In degrees xmin may be greater than xmax: the box then crosses the antimeridian.
    grid_crs : CRS
    extent : (float, float, float, float), optional
        West, south, east, north of the grid; the area is cut to it.
    warn : callable
        Told what was repaired or assumed.

    Returns
    -------
    Polygon or MultiPolygon, or None
        ``None`` when nothing was asked for. Where both are given, what they have in common.

    Raises
    ------
    AoiError
        It cannot be read, is no area, or lies outside the extent.
    """
    parts = []
    if aoi is not None:
        parts.append(_to_grid(*_read_aoi(os.fspath(aoi), grid_crs, warn), grid_crs, extent, warn))
    if bbox is not None:
        parts.append(_to_grid(*_read_bbox(bbox, grid_crs), grid_crs, extent, warn))
    if not parts:
        return None
    area = parts[0] if len(parts) == 1 else _polygons(parts[0].intersection(parts[1]))
    if area.is_empty or area.area == 0:
        raise AoiError("--aoi and --bbox have no area in common.", hint="Give only one of them.")
    return area


def _read_aoi(text: str, grid_crs: CRS, warn: Warn) -> tuple[BaseGeometry, CRS]:
    if text.lstrip().startswith("{"):
        return _from_geojson(text), _LONLAT
    match = _WKT.match(text)
    if match:
        srid = match.group(2)
        try:
            geometry = shapely.from_wkt(text[match.end(1) :] if srid else text)
        except GEOSException as error:
            raise AoiError(
                f"The area of interest is no valid WKT: {error}.", hint=f"Give {_FORMS}."
            ) from error
        return geometry, _crs(f"EPSG:{srid}") if srid else grid_crs
    return _from_file(text, grid_crs, warn)


def _from_geojson(text: str) -> BaseGeometry:
    try:
        document = json.loads(text)
        return shapely.union_all([_repaired(shape(g)) for g in _geometries(document)])
    except (
        ValueError, KeyError, TypeError, AttributeError, GEOSException, RecursionError,
    ) as error:  # fmt: skip
        raise AoiError(
            f"The area of interest is no valid GeoJSON: {error}.", hint=f"Give {_FORMS}."
        ) from error


def _geometries(document: Any) -> list[Any]:
    kind = document["type"]
    if kind == "FeatureCollection":
        return [g for feature in document["features"] for g in _geometries(feature)]
    if kind == "Feature":
        return [document["geometry"]] if document["geometry"] else []
    return [document]


def _from_file(path: str, grid_crs: CRS, warn: Warn) -> tuple[BaseGeometry, CRS]:
    if not os.path.exists(path) and not path.startswith("/vsi"):
        raise AoiError(f"The area of interest {path[:200]!r} is no file.", hint=f"Give {_FORMS}.")
    try:
        layers = pyogrio.list_layers(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, layer=0, columns=[])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise AoiError(
            f"The area of interest {path} cannot be read: {error}.", hint=f"Give {_FORMS}."
        ) from error
    if len(layers) > 1:
        warn(f"{path} has {len(layers)} layers: the area of interest is {layers[0][0]!r}.")
    geometries = getattr(frame, "geometry", None) if "geometry" in frame else None
    if geometries is None or geometries.dropna().empty:
        raise AoiError(f"The area of interest {path} holds no geometry.", hint=f"Give {_FORMS}.")
    crs = grid_crs
    if frame.crs is None:
        warn(f"{path} does not say its reference system: took the before raster's.")
    else:
        crs = CRS.from_wkt(frame.crs.to_wkt())
    raw = list(geometries.dropna())
    if not all(g.is_valid for g in raw):
        warn(f"{path} has invalid polygons: repaired.")
    return shapely.union_all([_repaired(g) for g in raw]), crs


def _read_bbox(bbox: str | Sequence[float], grid_crs: CRS) -> tuple[BaseGeometry, CRS]:
    crs = grid_crs
    if isinstance(bbox, str):
        match = _BBOX.match(bbox.strip())
        try:
            assert match is not None
            numbers = [float(n) for n in match["numbers"].strip().rstrip(",").split(",")]
        except (AssertionError, ValueError) as error:
            raise _bad_bbox(bbox) from error
        if match["crs"]:
            crs = _crs(match["crs"])
    else:
        numbers = [float(n) for n in bbox]
    if len(numbers) != 4:
        raise _bad_bbox(bbox)
    xmin, ymin, xmax, ymax = numbers
    turn = full_turn(crs)
    if turn and xmin > xmax:
        xmax += turn
    if not (xmin < xmax and ymin < ymax):
        raise _bad_bbox(bbox)
    return shapely.box(xmin, ymin, xmax, ymax), crs


def _bad_bbox(bbox: object) -> AoiError:
    return AoiError(
        f"{bbox!r} is no box.",
        hint="Write --bbox xmin,ymin,xmax,ymax, with [EPSG:n] behind for another system.",
    )


def _to_grid(
    area: BaseGeometry,
    crs: CRS,
    grid_crs: CRS,
    extent: tuple[float, float, float, float] | None,
    warn: Warn,
) -> BaseGeometry:
    if not area.is_valid:
        warn("The area of interest has an invalid outline: repaired.")
    area = _polygons(_repaired(area))
    if area.is_empty or area.area == 0:
        raise AoiError("The area of interest has no area.", hint=f"Give {_FORMS}.")
    frame = shapely.box(*extent) if extent else None
    if crs != grid_crs:
        area = _projected(area, crs, grid_crs, frame)
    turn = full_turn(grid_crs)
    if turn and frame is not None:
        area = _in_any_turn(area, turn, frame)
    cut = _polygons(area.intersection(frame)) if frame is not None else area
    if cut.is_empty or cut.area == 0:
        raise AoiError(
            "The area of interest lies outside the common area of the two rasters.",
            hint="Check its reference system: WKT and --bbox are in the before raster's, GeoJSON "
            "is longitude and latitude.",
        )
    return cut


def _projected(
    area: BaseGeometry, crs: CRS, grid_crs: CRS, frame: BaseGeometry | None
) -> BaseGeometry:
    if frame is not None:
        # Far-away corners may have no place in the grid's system: cut before projecting.
        back = transformer(grid_crs.to_wkt(), crs.to_wkt())
        ring = shapely.segmentize(frame, _extent(frame) / 32)
        near = shapely.transform(ring, back.transform, interleaved=False)
        if shapely.is_valid(near) and near.area > 0:
            area = _in_any_turn(area, full_turn(crs), near.buffer(_extent(near)))
            if area.is_empty:
                return area
    forth = transformer(crs.to_wkt(), grid_crs.to_wkt())
    fine = shapely.segmentize(area, _extent(area) / 64)
    moved = shapely.transform(fine, forth.transform, interleaved=False)
    if not shapely.get_coordinates(moved).size or not _finite(moved):
        raise AoiError(
            "The area of interest has no place in the before raster's reference system.",
            hint="Check its coordinates and its reference system.",
        )
    return _polygons(_repaired(moved))


def _in_any_turn(area: BaseGeometry, turn: float, frame: BaseGeometry) -> BaseGeometry:
    """The part of an area, or of its copies a full turn east and west, inside a frame."""
    moves = (-turn, 0.0, turn) if turn else (0.0,)
    copies = [affinity.translate(area, move) for move in moves]
    return shapely.union_all([copy.intersection(frame) for copy in copies])


def _extent(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return max(east - west, north - south)


def _finite(geometry: BaseGeometry) -> bool:
    coordinates = shapely.get_coordinates(geometry)
    return bool((abs(coordinates) < 1e300).all())


def _repaired(geometry: BaseGeometry) -> BaseGeometry:
    if not _finite(geometry):
        raise AoiError(
            "The area of interest has coordinates that are no numbers.", hint=f"Give {_FORMS}."
        )
    return geometry if geometry.is_valid else shapely.make_valid(geometry)


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """Only the areas of a geometry."""
    areas = [
        part
        for part in shapely.get_parts(shapely.get_parts(geometry)).tolist()
        if part.geom_type == "Polygon"
    ]
    return shapely.union_all(areas) if areas else shapely.Polygon()


def _crs(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except (CRSError, RasterioCRSError, ValueError) as error:
        raise AoiError(
            f"{text!r} is no reference system.", hint="Write it as EPSG:n, e.g. EPSG:4326."
        ) from error
