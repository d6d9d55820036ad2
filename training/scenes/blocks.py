"""What stands in a block: the plan of what it is before, and of what it is after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from training.scenes import homes, openland, works
from training.scenes.frame import Frame
from training.scenes.hashing import generator
from training.scenes.lattice import Block, Cell, Side
from training.scenes.plan import Dates, Plan
from training.scenes.streets import with_sides
from training.scenes.woods import add_woods
from training.scenes.zones import DEVELOPED

Planner = Callable[[np.random.Generator, Plan, Frame, Block, Dates, float], None]

PLANNERS: dict[str, Planner] = {
    "homes": homes.homes,
    "court": homes.court,
    "estate": homes.estate,
    "shops": works.shops,
    "industry": works.industry,
    "flats": works.flat_blocks,
    "park": works.park,
    "field": openland.field,
    "wild": openland.wild,
    "wood": openland.wild,
    "lake": openland.lake,
    "bare": openland.bare,
    "orchard": openland.orchard,
}


def plan_block(seed: int, change: float, cell: Cell, block: Block) -> Plan:
    """Everything in one block, streets beside it left out."""
    block = with_sides(seed, change, cell, block)
    west, east, north, south = block.sides
    block = replace(block, sides=(_kerbed(west), _kerbed(east), _kerbed(north), _kerbed(south)))
    plan = Plan()
    moves = min(0.05, 0.17 * change)
    use = block.use
    if not use.changed:
        PLANNERS[use.before](generator(seed, 6, *block.key), plan, cell.frame, block,
                             (True, True), moves)  # fmt: skip
    else:
        for when, kind in enumerate((use.before, use.after)):
            if kind in DEVELOPED or kind in ("field", "lake", "bare", "orchard"):
                PLANNERS[kind](generator(seed, 7, when, *block.key), plan, cell.frame, block,
                               (when == 0, when == 1), moves)  # fmt: skip
    add_woods(seed, generator(seed, 8, *block.key), plan, cell.frame, block)
    return plan


def _kerbed(side: Side) -> Side:
    """A street's half width with its kerb; open sides keep a small step."""
    return replace(side, half=side.half + 1.3 if side.half else 1.0)
