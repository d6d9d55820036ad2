"""Blocks of homes: rows back to back, cul-de-sacs, and large wooded estates."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from training.scenes.frame import Frame
from training.scenes.lattice import Block, Side
from training.scenes.lots import Taste, lot, row_of_lots
from training.scenes.plan import Dates, Patch, Plan
from training.scenes.streets import bulb, lay


def homes(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Two rows of lots back to back."""
    taste = _ground(rng, plan, frame, block, dates, moves)
    u0, u1, v0, v1 = block.inner()
    middle = (v0 + v1) / 2
    width = float(rng.uniform(17, 21) if taste.fresh else rng.uniform(17, 27))
    for front in (v0, v1):
        row_of_lots(rng, plan, frame, (u0, u1), (front, middle), width, taste)


def court(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Dead-end streets with a turning circle, lots on both sides and around the circle."""
    taste = _ground(rng, plan, frame, block, dates, moves)
    u0, u1, v0, v1 = block.inner()
    count = max(1, round((u1 - u0) / 84.0))
    edges = np.linspace(u0, u1, count + 1)
    side, tone = Side(3.9, *dates), float(rng.uniform(0.8, 1.2))
    deep, width = 36.0, float(rng.uniform(17.5, 21))
    # Behind the turning circle a row of lots faces the next street.
    top, turned = v1 - deep, frame.across()
    for low, high in pairwise(edges):
        u = (low + high) / 2 + float(rng.uniform(-3, 3))
        end = top - 26.0
        if end - v0 < 30:
            row_of_lots(rng, plan, frame, (low, high), (v0, top), width, taste)
            continue
        lay(plan, frame, (block.v0, end), u, False, side, False, tone)
        bulb(plan, frame.point(u, end), side, tone, 11.0)
        for edge, near in ((low, u - side.half), (high, u + side.half)):
            row_of_lots(rng, plan, turned, (v0 + 2, end - 3), (near, edge), width, taste)
        for part in ((low, u), (u, high)):
            lot(rng, plan, frame, part, (end + 12.0, end + 13.0 + deep * 0.75), taste)
    row_of_lots(rng, plan, frame, (u0, u1), (v1, top + 1.0), width, taste)


def estate(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Large houses on large lots among trees."""
    fresh = dates[1] and not dates[0]
    u0, u1, v0, v1 = block.inner()
    middle = (v0 + v1) / 2
    taste = Taste(dates, fresh, float(rng.uniform(0.6, 0.95)), moves, 2.4)
    for front in (v0, v1):
        width = float(rng.uniform(31, 46))
        row_of_lots(rng, plan, frame, (u0, u1), (front, middle), width, taste)


def _ground(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> Taste:
    fresh = dates[1] and not dates[0]
    area = frame.strip(*block.inner())
    plan.patches.append(Patch("suburb", area, *dates))
    if fresh:
        plan.patches.append(Patch("graded", area, *dates, float(rng.uniform(0.8, 1.1))))
    return Taste(dates, fresh, float(rng.uniform(0.7, 1.0)) if fresh else 0.95, moves)
