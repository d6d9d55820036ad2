"""How many, where, and which."""

from __future__ import annotations

from engine.agent.arguments import WhereArguments
from engine.agent.calls import ToolCall
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.wording import objects, place
from engine.objects.cells import CELL_ORDER


def count(scene: Scene, call: ToolCall, args: WhereArguments) -> Result:
    """How many objects."""
    at = scene.pick(args.where)
    found = ids(scene.objects.box_id[at])
    verb = "is" if len(found) == 1 else "are"
    sentence = Sentence(f"There {verb} {objects(args.where, len(found))}.", found)
    return Result(call, (sentence,), found, float(len(found)), "count")


def select(scene: Scene, call: ToolCall, args: WhereArguments) -> Result:
    """The objects themselves."""
    found = ids(scene.objects.box_id[scene.pick(args.where)])
    sentence = Sentence(f"Selected: {objects(args.where, len(found))}.", found)
    return Result(call, (sentence,), found, float(len(found)), "count")


def locate(scene: Scene, call: ToolCall, args: WhereArguments) -> Result:
    """Counts by cell, one sentence for each cell that has any."""
    at = scene.pick(args.where)
    cells = scene.objects.cell[at]
    found = ids(scene.objects.box_id[at])
    sentences, rows = [Sentence(f"There are {objects(args.where, len(found))}.", found)], []
    for cell in (*CELL_ORDER, None):
        here = ids(scene.objects.box_id[at[cells == cell]])
        if here:
            words = place(cell).capitalize() or "In a place that is not known"
            sentences.append(Sentence(f"{words}: {len(here):,}.", here))
            rows.append({"place": cell, "count": len(here)})
    return Result(call, tuple(sentences), found, float(len(found)), "count", tuple(rows))
