"""Homes: parcels with a house, drive, garden, fence, trees, sometimes a pool or a shed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.frame import Frame
from training.scenes.houses import house, shed
from training.scenes.plan import Car, Dates, Fence, Patch, Plan, Tree


@dataclass(frozen=True)
class Taste:
    """What the homes of one block have in common.

    Attributes
    ----------
    dates : (bool, bool)
        When the block is built up.
    fresh : bool
        Built between the dates: scraped soil, few trees, not every house finished.
    share : float
        Of the lots that have a house.
    moves : float
        Probability that a single house comes, and that one goes, in an old block.
    garden : float
        Trees in a garden, times.
    """

    dates: Dates
    fresh: bool
    share: float
    moves: float
    garden: float = 1.0


def row_of_lots(
    rng: np.random.Generator, plan: Plan, frame: Frame, span: tuple[float, float],
    vs: tuple[float, float], width: float, taste: Taste,
) -> None:  # fmt: skip
    """Lots side by side from ``span[0]`` to ``span[1]``; front edge ``vs[0]``, back ``vs[1]``."""
    count = max(1, int((span[1] - span[0]) / width))
    width = (span[1] - span[0]) / count
    for i in range(count):
        u0 = span[0] + i * width
        lot(rng, plan, frame, (u0, u0 + width), vs, taste)


def lot(
    rng: np.random.Generator, plan: Plan, frame: Frame, us: tuple[float, float],
    vs: tuple[float, float], taste: Taste,
) -> None:  # fmt: skip
    """One parcel between two side fences, from the street (``vs[0]``) to the back fence."""
    front, back = vs
    facing = 1.0 if front > back else -1.0
    width, depth = us[1] - us[0], abs(back - front)
    ring = frame.strip(us[0], us[1], min(vs), max(vs), 15.0)
    built = bool(rng.random() < taste.share)
    fate = float(rng.random())
    comes = not taste.fresh and all(taste.dates) and fate < taste.moves
    goes = not taste.fresh and all(taste.dates) and taste.moves <= fate < 2 * taste.moves
    here = taste.dates
    stands = (here[0] and built and not comes, here[1] and built and not goes)
    tended = not taste.fresh or rng.random() < 0.55
    if built and (comes or goes):
        plan.patches.append(Patch("graded", ring, comes, goes, 0.9))
        plan.patches.append(Patch("lawn", ring, goes, comes, float(rng.uniform(0, 1))))
    else:
        kind = "lawn" if built and tended else "rough"
        plan.patches.append(Patch(kind, ring, *here, float(rng.uniform(0, 1))))
    if not built:
        return
    low, high = sorted((front - facing * 12, back))
    plan.fences.append(Fence(frame.strip(us[0], us[1], low, high, 15.0), *here))
    _house_and_drive(rng, plan, frame, us, front, facing, stands)
    u, v = us[0] + width * rng.uniform(0.3, 0.7), back + facing * depth * rng.uniform(0.12, 0.2)
    die = rng.random()
    if die < 0.08 and stands == here:
        # A pool dug between the dates is rare, and only where things change at all.
        dug = all(here) and rng.random() < 4 * taste.moves
        pool(rng, plan, frame, float(u), float(v), (here[0] and not dug, here[1]))
    elif die < 0.3 and not taste.fresh:
        plan.buildings.append(shed(rng, frame.pose(u, v, float(rng.normal(0, 0.05))), *here))
    count = int(rng.integers(0, 3) if taste.fresh else rng.integers(1, 8) * taste.garden)
    spots = frame.to_world(np.array(
        [(rng.uniform(*us), front - facing * depth * _tree_depth(rng)) for _ in range(count)]
    ).reshape(-1, 2))  # fmt: skip
    for x, y in spots:
        radius = float(rng.uniform(1.0, 1.8) if taste.fresh else rng.uniform(1.6, 5.0))
        felled = all(here) and rng.random() < taste.moves
        plan.trees.append(Tree(x, y, radius, float(rng.random()), here[0], here[1] and not felled))


def _tree_depth(rng: np.random.Generator) -> float:
    """Trees stand in front gardens and along the back fence, seldom where the house is."""
    return float(rng.uniform(0.03, 0.14) if rng.random() < 0.4 else rng.uniform(0.66, 0.98))


def _house_and_drive(
    rng: np.random.Generator, plan: Plan, frame: Frame, us: tuple[float, float], front: float,
    facing: float, stands: Dates,
) -> None:  # fmt: skip
    width = us[1] - us[0]
    most = 17.0 if width < 30 else 24.0
    frontage = float(np.clip(width * rng.uniform(0.6, 0.74), 9.5, most))
    setback = float(rng.uniform(10.5, 13.0) + max(0.0, width - 30) * rng.uniform(0.1, 0.6))
    u = (us[0] + us[1]) / 2 + float(rng.normal(0, 0.5))
    v = front - facing * setback
    mirrored = frame.swapped
    turn = float(rng.normal(0, 0.03)) + (0.0 if (facing > 0) != mirrored else np.pi)
    pose = frame.pose(u, v, turn)
    plan.buildings.append(house(rng, pose, *stands, frontage))
    side = 1.0 if rng.random() < 0.5 else -1.0
    centre = u + side * frontage * 0.27
    wide = float(rng.uniform(2.4, 3.0))
    near, far = front + facing * 1.5, v + facing * 2.0
    ring = frame.strip(centre - wide, centre + wide, min(near, far), max(near, far), 12.0)
    plan.patches.append(Patch("drive", ring, *stands, float(rng.uniform(0.85, 1.12))))
    for when in (0, 1):
        if rng.random() < 0.4 and stands[when]:
            at = frame.point(centre + float(rng.choice([-1.3, 1.3])), front - facing * 2.6)
            plan.cars.append(Car(at[0], at[1], pose.angle + np.pi / 2, float(rng.random()),
                                 when == 0, when == 1))  # fmt: skip


def pool(
    rng: np.random.Generator, plan: Plan, frame: Frame, u: float, v: float, dates: Dates
) -> None:
    """A kidney of blue water on a pale deck."""
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    wobble = 1 + 0.18 * np.sin(2 * turn + rng.uniform(0, 6))
    shape = np.stack([4.0 * wobble * np.cos(turn), 2.4 * wobble * np.sin(turn)], 1)
    pose = frame.pose(u, v)
    plan.patches.append(Patch("drive", pose.put(shape * 1.4), *dates, 1.05))
    plan.patches.append(Patch("pool", pose.put(shape), *dates, float(rng.uniform(0.8, 1.2))))
