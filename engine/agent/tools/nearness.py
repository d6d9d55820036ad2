"""What is nearest to something, and where objects stand densest."""

from __future__ import annotations

import numpy as np
import shapely

from engine.agent.arguments import DensestArguments, NearestArguments
from engine.agent.calls import ToolCall
from engine.agent.neighbours import nearest
from engine.agent.plane import Floats, Shapes
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Indices, Scene
from engine.agent.tools.ordering import row
from engine.agent.wording import length, metres, noun, objects, place, target

_TRIED = 128
"""Circles that are counted exactly, those in the fullest cells."""


def nearest_to(scene: Scene, call: ToolCall, args: NearestArguments) -> Result:
    """The objects nearest to a target, by geodesic distance between outlines."""
    at = scene.pick(args.where)
    targets = scene.targets(args.to)
    found = nearest(scene.objects.outlines[at], targets, scene.objects.plane)
    known = np.flatnonzero(found.target >= 0)
    if not len(known):
        missing = objects(args.where, 0) if not len(at) else f"nothing of {target(args.to)}"
        return Result(call, (Sentence(f"There are {missing}, so none is the nearest."),))
    names = scene.objects.box_id[at[known]].astype(str)
    order = known[np.lexsort((names, found.metres[known]))[: args.limit]]
    sentences, rows = [], []
    for one in order:
        name = str(scene.objects.box_id[at[one]])
        far = float(found.metres[one])
        lead = f"Of all {noun(args.where)}, the nearest to {target(args.to)} is "
        words = f"{lead if args.limit == 1 else ''}{name}: {length(far)} away."
        sentences.append(Sentence(words, (name,)))
        rows.append(row(scene, int(at[one])) | {"distance_m": far})
    value = float(found.metres[order[0]]) if args.limit == 1 else None
    return Result(
        call, tuple(sentences), ids(scene.objects.box_id[at[order]]), value, "m", tuple(rows)
    )


def densest(scene: Scene, call: ToolCall, args: DensestArguments) -> Result:
    """A circle around one of the objects' centres that holds the most centres.

    Circles in the fullest parts are tried; another one may hold a few more.
    """
    at = scene.pick(args.where)
    if not len(at):
        return Result(call, (Sentence(f"There are {objects(args.where, 0)}."),))
    centres = scene.objects.centres[at]
    middle, inside = _fullest(centres, scene.objects.points[at], args.radius_m)
    found = ids(scene.objects.box_id[at[inside]])
    (lon,), (lat,) = scene.objects.plane.lonlat(centres[[middle]])
    cell = place(scene.objects.cell[at[middle]])
    words = (
        f"Densest: {objects(args.where, len(found))} within {metres(args.radius_m)} of "
        f"{scene.objects.box_id[at[middle]]} ({lon:.5f}, {lat:.5f}; longitude, latitude)"
    )
    sentence = Sentence(f"{words}, {cell}." if cell else f"{words}.", found)
    rows = ({"lon": float(lon), "lat": float(lat), "count": len(found)},)
    return Result(call, (sentence,), found, float(len(found)), "count", rows)


def _fullest(centres: Floats, points: Shapes, radius: float) -> tuple[int, Indices]:
    """Position of the centre whose circle holds most others, and all that it holds.

    Cells of half the radius say where circles can be full: each is judged by the 13 cells around it
    that make up a circle. The centres in the fullest cells are then counted exactly.
    """
    cells = np.floor((centres - centres.min(axis=0)) / (radius / 2)).astype(np.int64) + 2
    width = int(cells[:, 1].max()) + 3
    key = cells[:, 0] * width + cells[:, 1]
    used, size = np.unique(key, return_counts=True)
    steps = [(dx, dy) for dx in range(-2, 3) for dy in range(-2, 3) if dx * dx + dy * dy <= 4]
    bound = np.zeros(len(used), np.int64)
    for dx, dy in steps:
        near = np.minimum(np.searchsorted(used, used + dx * width + dy), len(used) - 1)
        bound += np.where(used[near] == used + dx * width + dy, size[near], 0)
    rank = np.argsort(np.argsort(-bound, kind="stable"), kind="stable")
    order = np.argsort(rank[np.searchsorted(used, key)], kind="stable")[:_TRIED]
    tree = shapely.STRtree(points)
    # One by one: where all stand in one place, each circle holds them all.
    held = [len(tree.query(points[one], "dwithin", distance=radius)) for one in order]
    middle = int(order[int(np.argmax(held))])
    return middle, np.sort(tree.query(points[middle], "dwithin", distance=radius))
