"""Simplified outlines: pixel stairs removed, never more than a pixel away."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

STEP_PX = 1.0
"""Outline edges of this length are steps of a slanted side: their middles lie on it."""
TRIALS = ((True, 0.5, False), (True, 0.5, True), (False, 1.0, False), (False, 0.75, True))
"""What is tried in turn: whether steps are first replaced by their middles (which moves lines by up
to half a pixel), tolerance in pixels, and whether lines are kept from crossing (slower)."""
DEVIATION_PX = 1.0
"""No vertex of the pixel outline is farther from the simplified one."""
AREA_CHANGE = 0.05
"""A simpler outline may change the area by this share …"""
AREA_CHANGE_PX = 1.0
"""… or by this many pixels, whichever is more."""
SMALL_HOLE_PX = 4.0
"""Holes up to this area are filled: no pixel of theirs is more than a pixel inside."""


def simplify(outlines: NDArray[Any]) -> NDArray[Any]:
    """Simplify pixel outlines.

    Every outline keeps its place within one pixel (both ways, as a set of points), is valid and not
    empty, and keeps its parts, its holes above :data:`SMALL_HOLE_PX` and its area (see
    :data:`AREA_CHANGE`). Where no tolerance reaches that, the pixel outline stays as it is.

    Parameters
    ----------
    outlines : array of Polygon or MultiPolygon, shape (n,)
        In pixels; see :func:`engine.objects.rings.polygons`.

    Returns
    -------
    array of Polygon or MultiPolygon, shape (n,)
    """
    result = fill_small_holes(np.asarray(outlines, object))
    exact = shapely.area(result)
    room = np.maximum(exact * AREA_CHANGE, AREA_CHANGE_PX)
    parts, holes = shapely.get_num_geometries(result), _holes(result)
    todo = np.arange(result.size)
    for smooth, tolerance, careful in TRIALS:
        if not todo.size:
            break
        start = _without_steps(result[todo]) if smooth else result[todo]
        simple = shapely.simplify(start, tolerance, preserve_topology=careful)
        good = (
            (shapely.get_num_geometries(simple) == parts[todo])
            & (_holes(simple) == holes[todo])
            & (np.abs(shapely.area(simple) - exact[todo]) <= room[todo])
        )
        good[good] = shapely.is_valid(simple[good]) & ~shapely.is_empty(simple[good])
        good[good] = _near(result[todo[good]], simple[good])
        result[todo[good]] = simple[good]
        todo = todo[~good]
    return result


def _without_steps(outlines: NDArray[Any]) -> NDArray[Any]:
    """Outlines with every step replaced by its middle; corners of longer edges stay."""
    parts, owner = shapely.get_parts(outlines, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(np.diff(ring, append=-1) == 0)  # a ring's last vertex is its first
    ring, one, two = ring[here], coords[here], coords[here + 1]
    step = np.abs(two - one).sum(axis=1) <= STEP_PX
    before = np.arange(ring.size) - 1  # edge in front of a vertex
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    before[first] = np.append(first[1:], ring.size) - 1
    points = np.stack((one, (one + two) / 2), axis=1).reshape(-1, 2)
    used = np.stack((~step & ~step[before], step), axis=1)
    # Thin rings would have nothing left: they stay.
    thin = (np.bincount(ring, used.sum(axis=1), minlength=rings.size) < 3)[ring]
    used[thin] = (True, False)
    flat = used.ravel()
    smooth = shapely.linearrings(points[flat], indices=np.repeat(ring, 2)[flat])
    filled = shapely.polygons(smooth, indices=part)
    several = shapely.get_type_id(outlines) == 6
    result: NDArray[Any] = np.empty(outlines.size, object)
    in_several = several[owner]
    result[owner[~in_several]] = filled[~in_several]
    if several.any():
        place = np.cumsum(several) - 1
        multi = shapely.multipolygons(filled[in_several], indices=place[owner[in_several]])
        result[several] = multi
    return result


def _near(outlines: NDArray[Any], simple: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether all vertices of outlines are near enough to the simplified lines.

    The tolerance alone does not say so: a ring's end point is taken out in a step of its own. The
    other way round needs no look, the simpler line being chords between places on the outline.
    """
    coords, owner = shapely.get_coordinates(outlines, return_index=True)
    lines = shapely.boundary(simple)
    shapely.prepare(lines)
    near = shapely.dwithin(lines[owner], shapely.points(coords), DEVIATION_PX + 1e-9)
    misses = np.bincount(owner[~near], minlength=outlines.size)
    near_all: NDArray[np.bool_] = misses == 0
    return near_all


def fill_small_holes(outlines: NDArray[Any], up_to: float = SMALL_HOLE_PX) -> NDArray[Any]:
    """Copies of outlines without their holes of at most ``up_to`` square pixels."""
    result = outlines.copy()
    with_holes = np.flatnonzero(_holes(outlines))
    if not with_holes.size:
        return result
    parts, owner = shapely.get_parts(outlines[with_holes], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    shell = np.diff(part, prepend=-1) > 0
    keep = shell | (shapely.area(shapely.polygons(rings)) > up_to)
    filled = shapely.polygons(rings[keep], indices=part[keep])
    size = np.bincount(owner)
    for index, last in enumerate(np.cumsum(size).tolist()):
        first = last - int(size[index])
        one = filled[first] if size[index] == 1 else _united(filled[first:last])
        result[with_holes[index]] = one
    return result


def _united(parts: NDArray[Any]) -> Any:
    """A multipolygon; parts that lay in a filled hole are taken up."""
    multi = shapely.multipolygons(parts)
    return multi if shapely.is_valid(multi) else shapely.union_all(parts)


def _holes(outlines: NDArray[Any]) -> NDArray[np.int64]:
    parts, owner = shapely.get_parts(outlines, return_index=True)
    count = np.bincount(owner, shapely.get_num_interior_rings(parts), minlength=outlines.size)
    return count.astype(np.int64)
