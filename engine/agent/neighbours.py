"""The nearest of many shapes for each of many others."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.agent.plane import Floats, Plane, Shapes

SLACK = 1.02
"""By how much a distance in the plane may differ from the geodesic one (1,500 km from its centre:
1 %)."""
_SAMPLE = 64
_CLOSE_M = 20.0
_ROUNDING_M = 1e-6
_PAIRS = 3_000_000
"""Pairs of shapes looked at in one go."""
Ints = NDArray[np.int64]


class Nearest:
    """What is nearest to each of n shapes.

    Attributes
    ----------
    target : array of int, shape (n,)
        Position of the target; -1 where none was found.
    metres : array of float, shape (n,)
        Geodesic distance between the outlines; infinite where none was found.
    places : array of float, shape (n, 2)
        The nearest place of the target, in the plane; NaN where none was found.
    """

    def __init__(self, count: int) -> None:
        self.target = np.full(count, -1, np.int64)
        self.metres = np.full(count, np.inf)
        self.places = np.full((count, 2), np.nan)


def nearest(shapes: Shapes, targets: Shapes, plane: Plane, most_m: float | None = None) -> Nearest:
    """For each shape, the nearest of the targets that is not the shape itself.

    Parameters
    ----------
    shapes, targets : array of geometries in the plane
    most_m : float, optional
        Targets farther away (geodesic metres) are not looked for.
    """
    found = Nearest(len(shapes))
    if not len(shapes) or not len(targets):
        return found
    reach = np.inf if most_m is None else max(most_m * SLACK, 0.01)
    index, target = _nearest(shapes, targets, reach)
    lines = shapely.get_coordinates(shapely.shortest_line(targets[target], shapes[index]))
    start, end = lines[::2], lines[1::2]
    metres, _ = plane.distances(start, end)
    near = slice(None) if most_m is None else metres <= most_m
    found.target[index[near]] = target[near]
    found.metres[index[near]] = metres[near]
    found.places[index[near]] = start[near]
    return found


def _nearest(shapes: Shapes, targets: Shapes, reach: float) -> tuple[Ints, Ints]:
    """Pairs of shape and nearest target, by distance in the plane.

    The tree's own search costs some 40 µs a shape. So most shapes are paired with all targets
    around them at once, as far as most of a sample had to look; the tree finds the others.
    """
    tree = shapely.STRtree(targets)
    if len(shapes) <= 4 * _SAMPLE:
        return _by_tree(tree, shapes, np.arange(len(shapes)), reach)
    sample = np.linspace(0, len(shapes) - 1, _SAMPLE).astype(np.int64)
    one, other = _by_tree(tree, shapes, sample, reach)
    far = shapely.distance(shapes[one], targets[other])
    radius = reach
    if len(far) and reach > _CLOSE_M:
        radius = min(reach, float(np.quantile(far, 0.9, method="higher")))
    if not np.isfinite(radius):
        return _by_tree(tree, shapes, np.arange(len(shapes)), reach)
    index, target, done = _around(tree, shapes, targets, radius)
    if radius >= reach:
        return index, target
    rest = np.flatnonzero(~done)
    more, others = _by_tree(tree, shapes, rest, reach)
    return np.concatenate([index[done[index]], more]), np.concatenate([target[done[index]], others])


def _by_tree(tree: shapely.STRtree, shapes: Shapes, at: Ints, reach: float) -> tuple[Ints, Ints]:
    limit = reach if np.isfinite(reach) else None
    one, other = tree.query_nearest(
        shapes[at], max_distance=limit, all_matches=False, exclusive=True
    )
    return at[one], other


def _around(
    tree: shapely.STRtree, shapes: Shapes, targets: Shapes, radius: float
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Nearest targets within a radius, and for which shapes one was found there."""
    bounds, theirs = shapely.bounds(shapes), shapely.bounds(targets)
    frames = shapely.box(*(bounds + np.array([-radius, -radius, radius, radius])).T)
    best, which = np.full(len(shapes), np.inf), np.full(len(shapes), -1, np.int64)
    # Blocks keep memory bounded where targets stand dense.
    share = max(1, len(tree.query(frames[:: max(1, len(frames) // 256)])[0]) // 256)
    block = max(64, _PAIRS // share)
    for start in range(0, len(shapes), block):
        one, other = tree.query(frames[start : start + block])
        one = one + start
        gap = _gap(bounds[one], theirs[other])
        keep = gap <= radius + _ROUNDING_M
        one, other, gap = one[keep], other[keep], gap[keep]
        same = np.flatnonzero((bounds[one] == theirs[other]).all(axis=1))
        itself = same[shapely.equals_exact(shapes[one[same]], targets[other[same]], 0.0)]
        one, other, gap = (np.delete(values, itself) for values in (one, other, gap))
        # First the pair whose frames are closest: no other pair that is farther can win.
        order = np.lexsort((gap, one))
        one, other, gap = one[order], other[order], gap[order]
        first = np.flatnonzero(np.diff(one, prepend=-1))
        bound = np.full(len(shapes), np.inf)
        bound[one[first]] = shapely.distance(shapes[one[first]], targets[other[first]])
        could = gap <= bound[one] + _ROUNDING_M
        one, other = one[could], other[could]
        metres = shapely.distance(shapes[one], targets[other])
        order = np.lexsort((other, metres, one))
        one, other, metres = one[order], other[order], metres[order]
        first = np.flatnonzero(np.diff(one, prepend=-1))
        best[one[first]], which[one[first]] = metres[first], other[first]
    done = best <= radius
    index = np.flatnonzero(done)
    return index, which[index], done


def _gap(first: Floats, second: Floats) -> Floats:
    """Distances between rectangles (left, bottom, right, top), row by row."""
    apart = np.maximum(first[:, :2] - second[:, 2:], second[:, :2] - first[:, 2:])
    return np.asarray(np.hypot(*np.maximum(apart, 0.0).T), np.float64)
