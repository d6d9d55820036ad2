"""Filling the blocks: homes with drives and gardens, shops with parking, fields and woods."""

from __future__ import annotations

import numpy as np

from training.scenes.blocks import Block, Grid
from training.scenes.houses import barn, hall, house, shed
from training.scenes.plan import Patch, World
from training.scenes.scene import Points


def add_blocks(
    rng: np.random.Generator, world: World, grid: Grid, size: tuple[float, float]
) -> None:
    """Append what stands in each block in sight; ``size`` is the picture's, in metres."""
    for block in grid.blocks.values():
        u, v = (block.u0 + block.u1) / 2, (block.v0 + block.v1) / 2
        reach = np.hypot(block.u1 - block.u0, block.v1 - block.v0) / 2 + 25
        x, y = world.frame.point(u, v) * world.frame.gsd
        if not (-reach < x < size[0] + reach and -reach < y < size[1] + reach):
            continue  # out of sight
        if block.kind in ("old", "new"):
            _homes(rng, world, block)
        elif block.kind in ("shops", "new_shops"):
            _shops(rng, world, block)
        else:
            _open_land(rng, world, block)


def _homes(rng: np.random.Generator, world: World, block: Block) -> None:
    """Two rows of lots back to back."""
    new = block.kind == "new"
    area = world.frame.strip(block.u0, block.u1, block.v0, block.v1)
    world.patches.append(Patch("suburb", area, not new, True))
    if new:
        world.patches.append(Patch("graded", area, False, True, float(rng.uniform(0.8, 1.1))))
    middle = (block.v0 + block.v1) / 2
    width = float(rng.uniform(17, 21) if new else rng.uniform(18, 27))
    count = max(1, int((block.u1 - block.u0) / width))
    width = (block.u1 - block.u0) / count
    share = float(rng.uniform(0.7, 1.0)) if new else 0.95
    for i in range(count):
        u0 = block.u0 + i * width
        for front, facing in ((block.v0, -1.0), (block.v1, 1.0)):
            _lot(rng, world, (u0, u0 + width), (front, middle), facing, new, share)


def _lot(
    rng: np.random.Generator, world: World, us: tuple[float, float], vs: tuple[float, float],
    facing: float, new: bool, share: float,
) -> None:  # fmt: skip
    """One parcel: front edge ``vs[0]``, back edge ``vs[1]``; ``facing`` +1 looks to larger v."""
    front, back = vs
    width, depth = us[1] - us[0], abs(back - front)
    ring = world.frame.strip(us[0], us[1], min(vs), max(vs), 15.0)
    built = bool(rng.random() < share)
    fate = rng.random()
    before = built and not new and fate >= 0.05
    after = built and not (not new and 0.05 <= fate < 0.10)
    lawn = "lawn" if (not new or rng.random() < 0.55) and built else "rough"
    world.patches.append(Patch(lawn, ring, not new, True, float(rng.uniform(0.0, 1.0))))
    if not built:
        return
    if not new and before != after:
        world.patches.append(Patch("graded", ring, not before, not after, 0.9))
    low, high = sorted((front - facing * 12, back))
    world.fences.append((world.frame.strip(us[0], us[1], low, high, 15.0), not new, after))
    _house_and_drive(rng, world, us, front, facing, before, after)
    u, v = us[0] + width * rng.uniform(0.3, 0.7), back + facing * depth * rng.uniform(0.12, 0.2)
    die = rng.random()
    if die < 0.07 and before == after:
        _pool(rng, world, u, v, not new, bool(rng.random() < 0.8))
    elif die < 0.3 and not new:
        world.buildings.append(shed(rng, world.frame, u, v, True))
    for _ in range(int(rng.integers(0, 3) if new else rng.integers(1, 8))):
        at = world.frame.point(rng.uniform(*us), front - facing * depth * _tree_depth(rng))
        radius = float(rng.uniform(1.0, 1.8) if new else rng.uniform(1.6, 5.0))
        world.trees.append((at[0], at[1], radius / world.frame.gsd, float(rng.random()), not new,
                            bool(rng.random() < 0.95)))  # fmt: skip


def _tree_depth(rng: np.random.Generator) -> float:
    """Trees stand in front gardens and along the back fence, seldom where the house is."""
    return float(rng.uniform(0.03, 0.14) if rng.random() < 0.4 else rng.uniform(0.66, 0.98))


def _house_and_drive(
    rng: np.random.Generator, world: World, us: tuple[float, float], front: float, facing: float,
    before: bool, after: bool,
) -> None:  # fmt: skip
    width = us[1] - us[0]
    frontage = float(np.clip(width * rng.uniform(0.6, 0.74), 9.5, 17.0))
    setback = float(rng.uniform(10.5, 13.0))
    u = (us[0] + us[1]) / 2 + float(rng.normal(0, 0.5))
    turn = float(rng.normal(0, 0.03)) + (0.0 if facing > 0 else np.pi)
    v = front - facing * setback
    world.buildings.append(house(rng, world.frame, u, v, turn, before, after, frontage))
    side = 1.0 if rng.random() < 0.5 else -1.0
    centre = u + side * frontage * 0.27
    wide = float(rng.uniform(2.4, 3.0))
    near, far = front + facing * 1.5, v + facing * 2.0
    ring = world.frame.strip(centre - wide, centre + wide, min(near, far), max(near, far), 12.0)
    world.patches.append(Patch("drive", ring, before, after, float(rng.uniform(0.85, 1.12))))
    heading = world.frame.heading(u, v) + np.pi / 2
    for when in (0, 1):
        if rng.random() < 0.4 and (before, after)[when]:
            at = world.frame.point(centre + rng.choice([-1.3, 1.3]), front - facing * 2.6)
            world.cars.append((at[0], at[1], heading, float(rng.random()), when == 0, when == 1))


def _pool(
    rng: np.random.Generator, world: World, u: float, v: float, before: bool, both: bool
) -> None:
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    wobble = 1 + 0.18 * np.sin(2 * turn + rng.uniform(0, 6))
    shape: Points = np.stack([4.0 * wobble * np.cos(turn), 2.4 * wobble * np.sin(turn)], 1)
    ring = world.frame.local(u, v, shape)
    deck = world.frame.local(u, v, shape * 1.4)
    world.patches.append(Patch("drive", deck, before and both, True, 1.05))
    world.patches.append(Patch("pool", ring, before and both, True, float(rng.uniform(0.8, 1.2))))


def _shops(rng: np.random.Generator, world: World, block: Block) -> None:
    """Flat halls around a parking lot."""
    new = block.kind == "new_shops"
    area = world.frame.strip(block.u0, block.u1, block.v0, block.v1)
    tone = float(rng.uniform(0.8, 1.15))
    world.patches.append(Patch("suburb", area, not new, True))
    world.patches.append(Patch("parking", area, not new, True, tone, float(block.v0)))
    deep = (block.v1 - block.v0) * float(rng.uniform(0.3, 0.42))
    u = block.u0 + 8
    while u < block.u1 - 26:
        size = float(rng.uniform(20, min(52, block.u1 - u - 5)))
        hall_v = block.v0 + 4 + deep / 2
        world.buildings.append(
            hall(rng, world.frame, u + size / 2, hall_v, (size, deep), not new, True)
        )
        u += size + float(rng.uniform(4, 12))
    for v in np.arange(block.v0 + deep + 14, block.v1 - 6, 11.5):
        lines = np.arange(block.u0 + 8, block.u1 - 8, 2.8)
        for u_car in lines:
            place = world.frame.strip(u_car - 1.3, u_car - 1.15, v - 2.4, v + 2.4)
            world.patches.append(Patch("line", place, not new, True))
            for when in (0, 1):
                if rng.random() < 0.45 and (when or not new):
                    at = world.frame.point(float(u_car) + 0.2, float(v))
                    heading = world.frame.heading(float(u_car), float(v)) + np.pi / 2
                    world.cars.append((at[0], at[1], heading, float(rng.random()), when == 0,
                                       when == 1))  # fmt: skip


def _open_land(rng: np.random.Generator, world: World, block: Block) -> None:
    """Fields and scrub; a barn here and there; bare ground once a site is cleared."""
    area = world.frame.strip(block.u0 - 5, block.u1 + 5, block.v0 - 5, block.v1 + 5)
    if block.kind == "field":
        world.patches.append(
            Patch("field", area, True, True, float(rng.random()), float(rng.uniform(0, 3.14)))
        )
    if block.kind == "cleared":
        world.patches.append(Patch("graded", area, False, True, float(rng.uniform(0.9, 1.15))))
    elif rng.random() < 0.25:
        u = float(rng.uniform(block.u0 + 20, block.u1 - 20))
        v = float(rng.uniform(block.v0 + 15, block.v1 - 15))
        world.buildings.append(barn(rng, world.frame, u, v, bool(rng.random() < 0.85)))
