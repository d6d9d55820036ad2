"""Carriageways between the nodes of the street grid, on the dates their blocks need them."""

from __future__ import annotations

import numpy as np

from training.scenes.blocks import Block, Grid
from training.scenes.plan import Street, World


def add_streets(rng: np.random.Generator, world: World, grid: Grid) -> None:
    """Append every stretch of street some block or the through road asks for."""
    rows, cols = len(grid.vs) - 1, len(grid.us) - 1
    old_tone, new_tone = float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.75, 1.25))
    for row in range(rows + 1):
        for col in range(cols):
            sides = [grid.blocks.get((row - 1, col)), grid.blocks.get((row, col))]
            main = row == grid.main_row
            before, after = _dates(sides, main)
            if after:
                u0, u1, v = grid.us[col], grid.us[col + 1], grid.vs[row]
                _add(world, (u0, u1), v, True, grid.street_m * (1.25 if main else 0.82), before,
                     main, old_tone if before else new_tone)  # fmt: skip
    for col in range(cols + 1):
        for row in range(rows):
            sides = [grid.blocks.get((row, col - 1)), grid.blocks.get((row, col))]
            main = col == grid.main_col
            before, after = _dates(sides, main)
            if after:
                v0, v1, u = grid.vs[row], grid.vs[row + 1], grid.us[col]
                _add(world, (v0, v1), u, False, grid.street_m * (1.25 if main else 0.82), before,
                     main, old_tone if before else new_tone)  # fmt: skip


def _dates(sides: list[Block | None], main: bool) -> tuple[bool, bool]:
    before = main or any(side is not None and side.built_before for side in sides)
    return before, before or any(side is not None and side.built_after for side in sides)


def _add(
    world: World, span: tuple[float, float], at: float, along_u: bool, width: float,
    before: bool, main: bool, tone: float,
) -> None:  # fmt: skip
    """One stretch; it ends half a width beyond its nodes, so that crossings close."""
    half, walk = width / 2, width / 2 + 1.3
    low, high = span[0] - half, span[1] + half
    steps = np.linspace(low, high, max(3, int((high - low) / 6)))
    same = np.full_like(steps, at)
    if along_u:
        polygon = world.frame.strip(low, high, at - half, at + half)
        shoulder = world.frame.strip(low, high, at - walk, at + walk)
        centre = world.frame.to_px(np.stack([steps, same], 1))
    else:
        polygon = world.frame.strip(at - half, at + half, low, high)
        shoulder = world.frame.strip(at - walk, at + walk, low, high)
        centre = world.frame.to_px(np.stack([same, steps], 1))
    world.streets.append(Street(polygon, shoulder, centre, before, True, main, tone))
