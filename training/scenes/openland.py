"""Open land: fields in parcels, ponds, bare ground, orchards, a farm here and there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from training.scenes.frame import Frame, Pose
from training.scenes.houses import barn, house
from training.scenes.lattice import Block
from training.scenes.plan import Dates, Fence, Patch, Plan, Tree
from training.scenes.scene import Points


def field(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """One to three parcels, each sown or mown in its own direction."""
    u0, u1, v0, v1 = block.inner()
    edges = np.linspace(u0, u1, int(rng.integers(1, 4)) + 1)
    for low, high in pairwise(edges):
        area = frame.strip(low + 1, high - 1, v0 + 1, v1 - 1)
        along = frame.pose((low + high) / 2, (v0 + v1) / 2).angle
        angle = along + float(rng.choice([0.0, np.pi / 2])) + float(rng.normal(0, 0.06))
        plan.patches.append(Patch("field", area, *dates, float(rng.random()), angle))
        if rng.random() < 0.4:
            plan.fences.append(Fence(frame.strip(low, high, v0, v1, 15.0), *dates))
    _farm(rng, plan, frame, block, dates, moves, 0.2)


def wild(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Scrub; woods come with the trees."""
    _farm(rng, plan, frame, block, dates, moves, 0.14)


def lake(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """A pond or reservoir that fills most of the block."""
    u0, u1, v0, v1 = block.inner()
    reach = min(u1 - u0, v1 - v0) * float(rng.uniform(0.3, 0.44))
    u = (u0 + u1) / 2 + float(rng.uniform(-0.15, 0.15)) * (u1 - u0)
    pond(rng, plan, frame, (u, (v0 + v1) / 2), reach, dates)


def bare(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Ground a machine has scraped."""
    area = frame.strip(*block.inner())
    plan.patches.append(Patch("graded", area, *dates, float(rng.uniform(0.9, 1.15))))


def orchard(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float
) -> None:
    """Trees planted in rows."""
    u0, u1, v0, v1 = block.inner()
    apart = float(rng.uniform(6.0, 9.0))
    us, vs = np.arange(u0 + 5, u1 - 4, apart), np.arange(v0 + 5, v1 - 4, apart)
    spots = np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2)
    spots = spots + rng.normal(0, 0.35, spots.shape)
    radius, tone = float(rng.uniform(1.5, 2.6)), float(rng.random()) * 0.24
    for x, y in frame.to_world(spots):
        plan.trees.append(Tree(x, y, radius * float(rng.uniform(0.8, 1.2)), tone, *dates))


def pond(
    rng: np.random.Generator, plan: Plan, frame: Frame, at: tuple[float, float], reach: float,
    dates: Dates,
) -> None:  # fmt: skip
    """A blob of still water."""
    ring = ring_at(rng, frame.pose(*at), reach)
    plan.patches.append(Patch("water", ring, *dates, float(rng.uniform(0.8, 1.2))))


def ring_at(rng: np.random.Generator, pose: Pose, reach: float) -> Points:
    """A wobbly oval (40, 2) of about a radius in metres."""
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    edge = np.ones_like(turn)
    for k in (2, 3, 5):
        edge += 0.16 / k**0.5 * np.sin(k * turn + rng.uniform(0, 6.3))
    stretch = float(rng.uniform(0.8, 1.5))
    shape = np.stack([np.cos(turn) * edge * stretch, np.sin(turn) * edge], 1) * reach
    return pose.put(shape)


def _farm(
    rng: np.random.Generator, plan: Plan, frame: Frame, block: Block, dates: Dates, moves: float,
    share: float,
) -> None:  # fmt: skip
    """A barn, and perhaps a farmhouse, at the end of a dirt track."""
    if rng.random() >= share:
        return
    u0, u1, v0, v1 = block.inner()
    u, v = float(rng.uniform(u0 + 24, u1 - 24)), float(rng.uniform(v0 + 18, v1 - 18))
    turn = float(rng.uniform(-0.6, 0.6))
    goes = rng.random() < moves
    stands = (dates[0], dates[1] and not goes)
    plan.buildings.append(barn(rng, frame.pose(u, v, turn), *stands))
    if rng.random() < 0.5 and u1 - u > 40:
        pose = frame.pose(u + 26, v, turn)
        plan.buildings.append(house(rng, pose, *stands, float(rng.uniform(11, 16))))
        if block.sides[2].before and block.sides[2].after:
            track = frame.strip(u + 13, u + 16, v0, v)
            plan.patches.append(Patch("track", track, *dates, 0.9))
