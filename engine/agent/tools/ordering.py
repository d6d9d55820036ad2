"""Objects in order: the largest, the longest, the least certain."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.agent.arguments import ListArguments
from engine.agent.calls import ToolCall
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.tools.measuring import values
from engine.agent.wording import amount, noun, objects, place

_ORDER = {"desc": "first the greatest", "asc": "first the least"}


def list_sorted(scene: Scene, call: ToolCall, args: ListArguments) -> Result:
    """The first objects by area, length or score; equal ones by id, unknown ones left out."""
    at = scene.pick(args.where)
    told = values(scene, at, args.by)
    known = np.isfinite(told)
    at, told = at[known], told[known]
    names = scene.objects.box_id[at]
    key = -told if args.order == "desc" else told
    cut = min(args.limit, len(at))
    if 0 < cut < len(at):
        # Ties at the cut must all be looked at, so that ids decide.
        near = np.flatnonzero(key <= np.partition(key, cut - 1)[cut - 1])
        at, told, names, key = at[near], told[near], names[near], key[near]
    order = np.lexsort((names.astype(str), key))[:cut]
    found = ids(names[order])
    if not found:
        return Result(call, (Sentence(f"There are {objects(args.where, 0)}."),))
    total = int(known.sum())
    words = f"{len(found):,} of {objects(args.where, total)} by {args.by}, {_ORDER[args.order]}:"
    sentences = [Sentence(words, found)] if args.limit > 1 else []
    rows = []
    for number in order:
        one = int(at[number])
        value = amount(float(told[number]), args.by)
        sentences.append(Sentence(_line(scene, one, args, value), (str(names[number]),)))
        rows.append(row(scene, one) | {args.by: float(told[number])})
    first = float(told[order[0]])
    unit = {"area": "m2", "length": "m", "score": "score"}[args.by]
    value_of_one = first if args.limit == 1 else None
    return Result(call, tuple(sentences), found, value_of_one, unit, tuple(rows))


def row(scene: Scene, at: int) -> dict[str, Any]:
    """One object as a row of a table."""
    known = scene.objects
    return {
        "box_id": known.box_id[at],
        "class": known.class_name[at],
        "action": known.action[at],
        "score": _number(known.score[at]),
        "area_m2": _number(known.area_m2[at]),
        "place": known.cell[at],
    }


def _line(scene: Scene, at: int, args: ListArguments, value: str) -> str:
    name, where = scene.objects.box_id[at], place(scene.objects.cell[at])
    tail = f", {where}" if where else ""
    if args.limit > 1:
        return f"{name}: {value}{tail}."
    best = {
        ("area", "desc"): "largest", ("area", "asc"): "smallest", ("length", "desc"): "longest",
        ("length", "asc"): "shortest", ("score", "desc"): "most certain",
        ("score", "asc"): "least certain",
    }[args.by, args.order]  # fmt: skip
    return f"Of all {noun(args.where)}, the {best} is {name}: {value}{tail}."


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
