"""A map's extent or a selection as a limit of what the tools see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError

from engine.agent import Agent
from engine.agent.plane import Plane
from engine.agent.selection import Scene
from engine.chat.layers import RunLayers, some_objects, with_scene
from engine.chat.records import ChatContext
from engine.errors import UsageError
from engine.layers.crs import as_crs

_CRS = re.compile(r"^(?:[A-Za-z]{2,10}:\d{1,9}|[A-Za-z_]{4,20}\s*\[.+\])\s*$", re.S)
"""Registered CRS and WKT; nothing that names files."""
MARGIN = 0.5
"""Of the size of objects, on each side."""
EDGE_PARTS = 32
"""Parts of an extent's edge: straight in its CRS, it bends in another one."""


@dataclass(frozen=True)
class Restriction:
    """What the tools may see.

    Attributes
    ----------
    agent : Agent
        Its scene holds these objects only.
    words : str
        What stands before an answer: ``Within the map's extent: ``; empty without a limit.
    bbox : list of float or None
        Of the limit, in the layers' CRS; objects with what is around them.
    """

    agent: Agent
    words: str = ""
    bbox: list[float] | None = None


def restrict(layers: RunLayers, agent: Agent, context: ChatContext | None) -> Restriction:
    """The agent limited to a context: the selection where there is one, else the extent.

    Raises
    ------
    UsageError
        The extent has no area, or its CRS is none.
    """
    if context is None or not context.limits:
        return Restriction(agent)
    objects = agent.scene.objects
    if context.selection:
        at = np.unique(layers.positions(context.selection))
        noun = "object" if len(at) == 1 else "objects"
        words = f"Of the {len(at):,} selected {noun}: "
        chosen = layers.bbox(context.selection)
        bbox = None if chosen is None else around(chosen)
    else:
        assert context.bbox is not None  # `limits` says so
        extent = _extent(context.bbox)
        crs = _checked(context.crs or layers.crs)
        shape = _in_plane(extent, crs, objects.plane)
        if not shapely.is_valid(shape) or not np.isfinite(shapely.bounds(shape)).all():
            raise UsageError(
                "context.bbox is no place in its CRS.", hint="Give the map's extent and its CRS."
            )
        shapely.prepare(shape)
        at = np.flatnonzero(shapely.intersects(shape, objects.outlines))
        words = "Within the map's extent: "
        bbox = _moved(extent, crs, layers.crs)
    scene = Scene(some_objects(objects, at), agent.scene.vectors)
    return Restriction(with_scene(agent, scene), words, bbox)


def around(bbox: Sequence[float]) -> list[float]:
    """A box with a margin: what is around objects says what they are."""
    x, y = MARGIN * (bbox[2] - bbox[0]), MARGIN * (bbox[3] - bbox[1])
    return [bbox[0] - x, bbox[1] - y, bbox[2] + x, bbox[3] + y]


def _extent(bbox: tuple[float, float, float, float]) -> shapely.Polygon:
    xmin, ymin, xmax, ymax = bbox
    if not (xmin < xmax and ymin < ymax):
        raise UsageError(
            "context.bbox has no area.", hint="Give xmin, ymin, xmax, ymax in this order."
        )
    side = max(xmax - xmin, ymax - ymin) / EDGE_PARTS
    return shapely.segmentize(shapely.box(xmin, ymin, xmax, ymax), side)


def _in_plane(extent: shapely.Polygon, crs: str, plane: Plane) -> shapely.Polygon:
    try:
        return plane.shapes(np.array([extent], object), crs)[0]
    except ProjError as error:
        raise UsageError(
            "context.crs is no CRS of a map.", hint="Give that of the map, as in EPSG:32633."
        ) from error


def _checked(crs: str) -> str:
    if not _CRS.match(crs):
        raise UsageError("context.crs is no EPSG code and no WKT.", hint="As in EPSG:32633.")
    known = as_crs(crs)
    if len(known.axis_info) < 2:
        raise UsageError("context.crs is no CRS of a map.", hint="As in EPSG:32633.")
    return known.to_wkt()


def _moved(extent: shapely.Polygon, crs: str, to: str) -> list[float] | None:
    move = Transformer.from_crs(as_crs(crs), as_crs(to), always_xy=True)
    x, y = move.transform(*shapely.get_coordinates(extent).T)
    edges = [min(x), min(y), max(x), max(y)]
    return [float(edge) for edge in edges] if np.isfinite(edges).all() else None
