"""Counts and sums by a field of the layer or by polygons of the caller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from engine.agent.arguments import GroupFieldArguments, GroupPolygonsArguments
from engine.agent.calls import ToolCall
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Indices, Scene
from engine.agent.tools.measuring import values
from engine.agent.wording import amount, noun
from engine.layers.schema import ACTIONS, CLASSES, REVIEWS
from engine.objects.cells import CELL_ORDER


@dataclass(frozen=True)
class _Group:
    name: str
    at: Indices
    value: float
    feature: tuple[tuple[str, int], ...] = ()


def group_by_field(scene: Scene, call: ToolCall, args: GroupFieldArguments) -> Result:
    """By class, action, place or review; every value of the field has its row, also with 0."""
    at = scene.pick(args.where)
    known = scene.objects
    columns = {
        "class": (known.class_name, tuple(CLASSES)),
        "action": (known.action, tuple(ACTIONS)),
        "place": (known.cell, CELL_ORDER),
        "review": (known.review, (*REVIEWS, None)),
    }
    column, names = columns[args.by]
    groups = []
    for name in names:
        here = at[column[at] == name]
        groups.append(_Group(name or "not reviewed", here, _sum(scene, here, args.quantity)))
    return _told(scene, call, args, groups)


def group_by_polygons(scene: Scene, call: ToolCall, args: GroupPolygonsArguments) -> Result:
    """By polygon, where an object's centre lies; what lies in none is said."""
    at = scene.pick(args.where)
    layer = scene.vectors[args.layer]
    tree = shapely.STRtree(layer.polygons())
    point, polygon = tree.query(scene.objects.points[at], predicate="intersects")
    order = np.argsort(polygon, kind="stable")
    stops = np.searchsorted(polygon[order], np.arange(len(layer.shapes) + 1))
    groups = []
    for number, name in enumerate(layer.labels):
        here = at[point[order[stops[number] : stops[number + 1]]]]
        value = _sum(scene, here, args.quantity)
        groups.append(_Group(name, here, value, ((layer.name, layer.fids[number]),)))
    result = _told(scene, call, args, groups)
    outside = np.setdiff1d(at, at[point])
    if not len(outside):
        return result
    rest = ids(scene.objects.box_id[outside])
    sentence = Sentence(f"{len(rest):,} lie in no polygon of '{layer.name}'.", rest)
    return Result(
        call, (*result.sentences, sentence), result.box_ids, None, result.unit, result.rows
    )


def _sum(scene: Scene, at: Indices, quantity: str) -> float:
    return float(np.nansum(values(scene, at, quantity)))


def _told(
    scene: Scene,
    call: ToolCall,
    args: GroupFieldArguments | GroupPolygonsArguments,
    groups: list[_Group],
) -> Result:
    if args.order is not None:
        sign = -1 if args.order == "most" else 1
        groups = sorted(groups, key=lambda group: (sign * group.value, group.name))
    groups = groups[: args.limit]
    what = noun(args.where)
    what = what[0].upper() + what[1:]
    sentences, rows = [], []
    for group in groups:
        text = amount(group.value, args.quantity, args.unit)
        found = ids(scene.objects.box_id[group.at])
        sentences.append(Sentence(f"{what}, '{group.name}': {text}.", found, group.feature))
        rows.append(
            {"group": group.name, "value": group.value, "count": len(found)}
            | ({"fid": group.feature[0][1]} if group.feature else {})
        )
    everything = np.concatenate([group.at for group in groups]) if groups else np.empty(0, np.intp)
    unit = {"count": "count", "area": "m2", "length": "m"}[args.quantity]
    return Result(
        call,
        tuple(sentences),
        ids(scene.objects.box_id[everything]),
        groups[0].value if len(groups) == 1 else None,
        unit,
        tuple(rows),
    )
