"""Carriageways along the lattice, on the dates the blocks beside them need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from training.scenes.frame import Frame, world_frame
from training.scenes.lattice import Block, Cell, Side, cell_at, is_main, needs_street
from training.scenes.plan import Plan, Street
from training.scenes.scene import Points

_KERB = 1.3


def cell_streets(seed: int, change: float, cell: Cell) -> Plan:
    """The streets inside a cell and along its top and left borders."""
    plan = Plan()
    for axis, name, other in ((1, "top", "bottom"), (0, "left", "right")):
        index = (cell.i, cell.j)[axis]
        beyond = cell_at(seed, change, cell.i - (axis == 0), cell.j - (axis == 1))
        main = is_main(seed, axis, index)
        side = _border(main, cell.along(name) + beyond.along(other))
        if side.after or side.before:
            u0, v0, u1, v1 = cell.box
            span, at = ((u0, u1), v0) if axis == 1 else ((v0, v1), u0)
            tones = min((cell, beyond), key=lambda one: (one.i, one.j)).tones
            lay(plan, world_frame(seed), span, at, axis == 1, side, main,
                tones[0] if side.before else tones[1])  # fmt: skip
    for row, blocks in enumerate(cell.rows):
        for left, right in pairwise(blocks):
            side = _inner(cell, (left, right))
            if side.before or side.after:
                lay(plan, cell.frame, (left.v0, left.v1), left.u1, False, side, False,
                    cell.tones[not side.before])  # fmt: skip
        if row:
            _row_line(plan, cell, row)
    return plan


def with_sides(seed: int, change: float, cell: Cell, block: Block) -> Block:
    """A block that knows the streets on its four sides."""
    _, _, row, col = block.key
    blocks = cell.rows[row]
    found = []
    for step, name, other in ((-1, "left", "right"), (1, "right", "left")):
        if 0 <= col + step < len(blocks):
            found.append(_inner(cell, (block, blocks[col + step])))
        else:
            beyond = cell_at(seed, change, cell.i + step, cell.j)
            main = is_main(seed, 0, cell.i + (step > 0))
            found.append(_border(main, cell.along(name) + beyond.along(other)))
    for step, name, other in ((-1, "top", "bottom"), (1, "bottom", "top")):
        if 0 <= row + step < len(cell.rows):
            line = row + (step > 0)
            found.append(_inner(cell, (block, *_touching(cell, line, block.u0, block.u1))))
        else:
            beyond = cell_at(seed, change, cell.i, cell.j + step)
            main = is_main(seed, 1, cell.j + (step > 0))
            found.append(_border(main, cell.along(name) + beyond.along(other)))
    return replace(block, sides=(found[0], found[1], found[2], found[3]))


def lay(
    plan: Plan, frame: Frame, span: tuple[float, float], at: float, along_u: bool, side: Side,
    main: bool, tone: float, close: tuple[bool, bool] = (True, True),
) -> None:  # fmt: skip
    """Append one stretch; it ends half a width beyond its nodes, so that crossings close."""
    half, walk = side.half, side.half + _KERB
    low, high = span[0] - half * close[0], span[1] + half * close[1]
    steps = np.linspace(low, high, max(3, int((high - low) / 8)))
    here = frame if along_u else frame.across()
    plan.streets.append(
        Street(
            here.strip(low, high, at - half, at + half),
            here.strip(low, high, at - walk, at + walk),
            here.to_world(np.stack([steps, np.full_like(steps, at)], 1)),
            side.before,
            side.after,
            main,
            tone,
        )
    )


def bulb(plan: Plan, centre: Points, side: Side, tone: float, radius: float) -> None:
    """Append the round end of a cul-de-sac."""
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], 1)
    plan.streets.append(
        Street(centre + circle * radius, centre + circle * (radius + _KERB), centre[None, :],
               side.before, side.after, False, tone)
    )  # fmt: skip


def _row_line(plan: Plan, cell: Cell, row: int) -> None:
    """The line above a row, cut wherever a block above or below it ends."""
    above, below = cell.rows[row - 1], cell.rows[row]
    cuts = sorted({b.u0 for b in (*above, *below)} | {above[-1].u1})
    pending: tuple[float, Side] | None = None
    for low, high in pairwise(cuts):
        side = _inner(cell, _touching(cell, row, low, high))
        if pending is not None and pending[1] != side:
            _lay_row(plan, cell, (pending[0], low), below[0].v0, pending[1])
            pending = None
        if pending is None:
            pending = (low, side)
    if pending is not None:
        _lay_row(plan, cell, (pending[0], cuts[-1]), below[0].v0, pending[1])


def _lay_row(plan: Plan, cell: Cell, span: tuple[float, float], v: float, side: Side) -> None:
    if side.before or side.after:
        lay(plan, cell.frame, span, v, True, side, False, cell.tones[not side.before])


def _touching(cell: Cell, line: int, low: float, high: float) -> list[Block]:
    """Blocks above and below an inner row line that reach into a stretch of it."""
    both = (*cell.rows[line - 1], *cell.rows[line])
    return [block for block in both if block.u0 < high - 1e-9 and block.u1 > low + 1e-9]


def _needed(blocks: Iterable[Block]) -> tuple[bool, bool]:
    before = after = False
    for block in blocks:
        before |= needs_street(block.use.before)
        after |= needs_street(block.use.after)
        # Streets mostly outlive the houses they were built for.
        after |= needs_street(block.use.before) and block.use.after == "bare"
    return before, after


def _inner(cell: Cell, blocks: Iterable[Block]) -> Side:
    before, after = _needed(blocks)
    return Side(cell.street * 0.41, before, after) if before or after else Side()


def _border(main: bool, blocks: list[Block]) -> Side:
    before, after = (True, True) if main else _needed(blocks)
    if not (before or after):
        return Side()
    return Side(6.4 if main else 4.4, before, after)
