"""Polygons from the corners of pixel outlines, for many objects at once.

Along a row, an object's corners in order of their columns bound its horizontal edges in pairs; down
a column they bound its vertical edges. Following one edge after the other gives the rings. Where
two pixels touch diagonally the rings part, unless that would make one ring meet itself: then the
rings join there, which leaves a hole that touches the outer ring. So every ring is simple, and the
polygons are valid as they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.objects.chains import chains
from engine.objects.corners import LOWER_RIGHT, Corners

_SADDLE_UP, _SADDLE_DOWN = 6, 9
"""Codes of vertices with two pixels: / and \\."""


class _Rings(NamedTuple):
    """Rings, those of one object together and its first outer ring first.

    ``coords`` holds the vertices of all, ``of`` the ring of each vertex; ``owner`` and ``area``
    (positive for outer rings) have one value per ring.
    """

    coords: NDArray[np.float64]
    of: NDArray[np.int64]
    owner: NDArray[np.int64]
    area: NDArray[np.float64]


def polygons(corners: Corners, count: int) -> NDArray[Any]:
    """Outlines of objects from their corners.

    Parameters
    ----------
    corners : Corners
        Complete for every object; ``owner`` is 0…count - 1.
    count : int
        Number of objects; each has at least one pixel.

    Returns
    -------
    array of Polygon or MultiPolygon, shape (count,)
        In pixel coordinates (x to the right, y down, whole numbers at pixel edges), with holes.
        4-connected parts are polygons of their own; they and the holes may touch at points.
    """
    if count == 0:
        return np.empty(0, object)
    rings = _trace(corners)
    lines = shapely.linearrings(rings.coords, indices=rings.of)
    outer = rings.area > 0
    shells = np.flatnonzero(outer)
    polygon = np.empty(outer.size, np.int64)  # of every ring
    polygon[shells] = np.arange(shells.size)
    parts = np.bincount(rings.owner[shells], minlength=count)
    first = np.concatenate(([0], np.cumsum(parts)[:-1]))  # first polygon of every object
    holes = np.flatnonzero(~outer)
    polygon[holes] = first[rings.owner[holes]]
    unclear = holes[parts[rings.owner[holes]] > 1]
    if unclear.size:
        polygon[unclear] = _homes(rings, lines, shells, unclear)
    order = np.lexsort((~outer, polygon))
    shapes = shapely.polygons(lines[order], indices=polygon[order])
    result: NDArray[Any] = shapes[first]
    several = np.flatnonzero(parts > 1)
    if several.size:
        mine = np.isin(rings.owner[shells], several)
        index = np.searchsorted(several, rings.owner[shells][mine])
        result[several] = shapely.multipolygons(shapes[mine], indices=index)
    return result


def _trace(corners: Corners) -> _Rings:
    saddles = np.flatnonzero((corners.code == _SADDLE_UP) | (corners.code == _SADDLE_DOWN))
    # A saddle is two corners: copy 0 ends the edge on its left, copy 1 begins the one on its right.
    size = corners.code.size
    owner, x, y, code = corners.take(np.concatenate((np.arange(size), saddles)))
    right = np.zeros(owner.size, np.int64)
    right[size:] = 1
    # Parting rings: in \ the left edge turns up and the right edge down, in / the other way round.
    down = np.where(code == _SADDLE_UP, 1 - right, right)
    down[:size][(code[:size] != _SADDLE_UP) & (code[:size] != _SADDLE_DOWN)] = 0

    across = _order(owner, y, x, right)
    west, east = across[0::2], across[1::2]
    below = code[west] & LOWER_RIGHT > 0
    tail, head = np.where(below, west, east), np.where(below, east, west)
    edge = np.empty(owner.size, np.int64)
    edge[across] = np.arange(across.size) // 2
    upright = _order(owner, x, y, down)
    ring, place = chains(_next_edges(upright, edge, head))
    if saddles.size:
        same = ring[edge[saddles]] == ring[edge[size:]]
        if same.any():
            at = np.empty(owner.size, np.int64)
            at[upright] = np.arange(upright.size)
            one, two = at[saddles[same]], at[size:][same]
            upright[one], upright[two] = upright[two], upright[one]
            ring, place = chains(_next_edges(upright, edge, head))

    starts = np.flatnonzero(ring == np.arange(ring.size))  # a ring's name is its first edge
    number = np.searchsorted(starts, ring)
    edges = np.bincount(number, minlength=starts.size)
    slot = (np.cumsum(edges) - edges)[number] + place
    coords = np.empty((2 * ring.size, 2))
    coords[2 * slot, 0], coords[2 * slot, 1] = x[tail], y[tail]
    coords[2 * slot + 1, 0], coords[2 * slot + 1, 1] = x[head], y[head]
    strip = (y[tail] * (x[tail] - x[head])).astype(np.float64)
    area: NDArray[np.float64] = np.zeros(starts.size)
    np.add.at(area, number, strip)
    return _Rings(coords, np.repeat(np.arange(starts.size), 2 * edges), owner[tail[starts]], area)


def _next_edges(
    upright: NDArray[np.int64], edge: NDArray[np.int64], head: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Horizontal edge that follows each: over the vertical edge at its head."""
    partner = np.empty(upright.size, np.int64)
    partner[upright[0::2]], partner[upright[1::2]] = upright[1::2], upright[0::2]
    following: NDArray[np.int64] = edge[partner[head]]
    return following


def _order(
    owner: NDArray[np.int64], major: NDArray[np.int64], minor: NDArray[np.int64],
    tie: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    """Indices that sort by owner, then major, minor and tie."""
    low, lowest = int(minor.min()), int(major.min())
    wide = int(minor.max()) - low + 1
    tall = int(major.max()) - lowest + 1
    if (int(owner.max()) + 1) * wide * tall * 2 >= 2**62:
        return np.lexsort((tie, minor, major, owner))
    key = ((owner * tall + (major - lowest)) * wide + (minor - low)) * 2 + tie
    return np.argsort(key, kind="stable")


def _homes(
    rings: _Rings, lines: NDArray[Any], shells: NDArray[np.intp], holes: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Polygon (index into ``shells``) that each hole lies in: the smallest outer ring around it."""
    start = np.searchsorted(rings.of, holes)
    # A hole's first edge is its top one: half a pixel below it, inside the hole, is no other ring.
    inside = rings.coords[start]
    other = rings.coords[start + 1]
    points = shapely.points(np.minimum(inside[:, 0], other[:, 0]) + 0.5, inside[:, 1] + 0.5)
    mine = np.isin(rings.owner[shells], rings.owner[holes])
    candidates = np.flatnonzero(mine)
    tree = shapely.STRtree(shapely.polygons(lines[shells[candidates]]))
    hole, shell = tree.query(points, predicate="within")
    shell = candidates[shell]
    fits = rings.owner[shells[shell]] == rings.owner[holes[hole]]
    hole, shell = hole[fits], shell[fits]
    order = np.lexsort((rings.area[shells[shell]], hole))
    hole, shell = hole[order], shell[order]
    _, smallest = np.unique(hole, return_index=True)
    home: NDArray[np.int64] = shell[smallest]
    return home
