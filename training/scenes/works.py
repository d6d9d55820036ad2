"""Blocks of business: shops with parking, warehouses and tanks, flats, and parks."""

from __future__ import annotations

import numpy as np

from training.scenes.frame import Frame, Pose
from training.scenes.halls import flats, hall, tank, warehouse
from training.scenes.houses import box
from training.scenes.lattice import Block
from training.scenes.openland import pond
from training.scenes.plan import Car, Dates, Patch, Plan, Tree

_STALL = box(-2.4, 1.35, 2.4, 1.5)


def shops(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Flat halls around a parking lot."""
    u0, u1, v0, v1 = block.inner()
    _paved(rng, plan, frame, (u0, u1, v0, v1), dates)
    deep = (v1 - v0) * float(rng.uniform(0.3, 0.42))
    u = u0 + 8
    while u < u1 - 26:
        size = float(rng.uniform(20, min(52, u1 - u - 5)))
        pose = frame.pose(u + size / 2, v0 + 4 + deep / 2, float(rng.normal(0, 0.01)))
        plan.buildings.append(hall(rng, pose, (size, deep), *dates))
        u += size + float(rng.uniform(4, 12))
    parking(rng, plan, frame, (u0 + 8, u1 - 8), (v0 + deep + 14, v1 - 6), dates)


def industry(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Warehouses in a yard, sometimes a row of tanks."""
    u0, u1, v0, v1 = block.inner()
    _paved(rng, plan, frame, (u0 + 3, u1 - 3, v0 + 3, v1 - 3), dates)
    v = v0 + 8
    while v < v1 - 26:
        deep = float(min(rng.uniform(24, 46), v1 - v - 6))
        u = u0 + 10
        tanks = rng.random() < 0.22
        while u < u1 - 24:
            if tanks:
                radius = float(rng.uniform(5, min(12, deep / 2)))
                pose = frame.pose(u + radius, v + deep / 2)
                plan.buildings.append(tank(rng, pose, radius, *dates))
                u += 2 * radius + float(rng.uniform(3, 9))
                continue
            size = float(rng.uniform(22, min(85, u1 - u)))
            if u + size > u1 - 6:
                break
            pose = frame.pose(u + size / 2, v + deep / 2)
            plan.buildings.append(warehouse(rng, pose, (size, deep), *dates))
            u += size + float(rng.uniform(8, 22))
        v += deep + float(rng.uniform(12, 20))


def flat_blocks(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Blocks of flats on lawns, with parking between them."""
    u0, u1, v0, v1 = block.inner()
    area = frame.strip(u0, u1, v0, v1)
    plan.patches.append(Patch("suburb", area, *dates))
    plan.patches.append(Patch("lawn", area, *dates, float(rng.uniform(0.2, 1))))
    middle = (v0 + v1) / 2
    _paved(rng, plan, frame, (u0 + 12, u1 - 12, middle - 9, middle + 9), dates, block.v0)
    parking(rng, plan, frame, (u0 + 14, u1 - 14), (middle - 5.5, middle + 7), dates, 11.0)
    for low, high in ((v0 + 7, middle - 12), (middle + 12, v1 - 7)):
        deep = float(min(rng.uniform(12, 16), high - low))
        u = u0 + 10
        while deep > 8 and u < u1 - 26:
            size = float(min(rng.uniform(24, 48), u1 - u - 6))
            pose = frame.pose(u + size / 2, (low + high) / 2, float(rng.normal(0, 0.02)))
            plan.buildings.append(flats(rng, pose, (size, deep), *dates))
            u += size + float(rng.uniform(9, 18))
    for x, y in frame.to_world(rng.uniform((u0 + 2, v0 + 1), (u1 - 2, v0 + 5), (12, 2))):
        plan.trees.append(Tree(x, y, float(rng.uniform(1.5, 3.2)), float(rng.random()), *dates))


def park(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """A lawn with a pond and a winding path, or a playing field."""
    u0, u1, v0, v1 = block.inner()
    area = frame.strip(u0, u1, v0, v1)
    plan.patches.append(Patch("lawn", area, *dates, float(rng.uniform(0.5, 1))))
    u, v = (u0 + u1) / 2, (v0 + v1) / 2
    if rng.random() < 0.6:
        reach = min(u1 - u0, v1 - v0) * float(rng.uniform(0.22, 0.34))
        pond(rng, plan, frame, (u, v), reach, dates)
    else:
        half = (min(34.0, (u1 - u0) / 2 - 6), min(22.0, (v1 - v0) / 2 - 6))
        field = frame.strip(u - half[0], u + half[0], v - half[1], v + half[1])
        plan.patches.append(Patch("drive", field, *dates, 0.62))
        inner = frame.strip(u - half[0] + 3, u + half[0] - 3, v - half[1] + 3, v + half[1] - 3)
        plan.patches.append(Patch("turf", inner, *dates, 1.0))
    for x, y in frame.to_world(rng.uniform((u0 + 4, v0 + 2), (u1 - 4, v0 + 12), (14, 2))):
        plan.trees.append(Tree(x, y, float(rng.uniform(2, 4.5)), float(rng.random()), *dates))


def parking(
    rng: np.random.Generator, plan: Plan, frame: Frame, us: tuple[float, float],
    vs: tuple[float, float], dates: Dates, apart: float = 11.5,
) -> None:  # fmt: skip
    """Painted stalls in rows, some of them taken."""
    columns = np.arange(us[0], us[1], 2.8)
    for v in np.arange(vs[0], vs[1], apart):
        heading = frame.pose(float(np.mean(us)), float(v)).angle + np.pi / 2
        taken = rng.random((2, len(columns))) < 0.45
        tones = rng.random((2, len(columns)))
        spots = frame.to_world(np.stack([columns + 0.2, np.full_like(columns, v)], 1))
        for k in range(len(columns)):
            stall = Pose(spots[k, 0], spots[k, 1], heading).put(_STALL)
            plan.patches.append(Patch("line", stall, *dates))
            for when in (0, 1):
                if taken[when, k] and dates[when]:
                    plan.cars.append(Car(spots[k, 0], spots[k, 1], heading, float(tones[when, k]),
                                         when == 0, when == 1))  # fmt: skip


def _paved(
    rng: np.random.Generator, plan: Plan, frame: Frame,
    extent: tuple[float, float, float, float], dates: Dates, angle: float = 0.0,
) -> None:  # fmt: skip
    area = frame.strip(*extent)
    plan.patches.append(Patch("suburb", area, *dates))
    tone = float(rng.uniform(0.8, 1.15))
    plan.patches.append(Patch("parking", area, *dates, tone, angle))
