"""Trees outside gardens: woods, scrub and hedges; they go where streets and houses come."""

from __future__ import annotations

import cv2
import numpy as np

from training.scenes.frame import Frame
from training.scenes.lattice import Block
from training.scenes.plan import Plan, Tree
from training.scenes.relief import Field, at
from training.scenes.river import world_river
from training.scenes.scene import Mask, Points

WOODS = Field(salt=2, largest=140.0, smallest=14.0)
_PER_M2 = 1 / 26  # tries per square metre
_STEP = 1.5  # metres per cell of the map of what is taken
_HARD = ("drive", "parking", "pool", "track", "turf")
_TENDED = ("homes", "court", "shops", "industry", "flats", "park", "bare", "orchard")


def add_woods(seed: int, rng: np.random.Generator, plan: Plan, frame: Frame, block: Block) -> None:
    """Append a block's wild trees; those on ground taken by a date are missing on that date."""
    area = (block.u1 - block.u0) * (block.v1 - block.v0)
    tries = int(area * _PER_M2)
    uv = rng.uniform((block.u0, block.v0), (block.u1, block.v1), (tries, 2))
    dice, tones, sizes = rng.random((3, tries))
    places = frame.to_world(uv)
    wood = at(seed, WOODS, places)
    thick = [_density(use, wood) for use in (block.use.before, block.use.after)]
    river = world_river(seed)
    if river.half:
        shore = river.distance(places[:, 0], places[:, 1])
        bank = np.where((shore > 1.5) & (shore < 22), 0.5, 0.0)
        thick = [np.where(shore < 1.5, 0.0, np.maximum(one, bank)) for one in thick]
    free = [~_taken(plan, block, uv, places, when) for when in (0, 1)]
    grows = [(dice < thick[when]) & free[when] for when in (0, 1)]
    # Builders leave a big oak here and there, wherever nothing stands in its way.
    grows[1] |= grows[0] & free[1] & (sizes > 0.93)
    for k in np.flatnonzero(grows[0] | grows[1]):
        tone = float(tones[k] * 0.45 if wood[k] > 0.7 else tones[k])
        plan.trees.append(Tree(places[k, 0], places[k, 1], float(1.4 + 3.0 * sizes[k] ** 1.4),
                               tone, bool(grows[0][k]), bool(grows[1][k])))  # fmt: skip


def _density(use: str, wood: Points) -> Points:
    """Share of the tries that grow into trees, by what the land is and the field of woods."""
    if use == "wood":
        return np.clip(0.62 + 0.35 * wood, 0.25, 0.95)
    if use == "estate":
        return np.clip(0.22 + 0.3 * wood, 0.05, 0.6)
    if use in _TENDED:
        return np.full_like(wood, 0.01 if use == "park" else 0.0)
    if use == "field":
        return np.full_like(wood, 0.004)
    return np.clip((wood - 0.2) * 1.2, 0.0, 0.95) + 0.012


def _taken(plan: Plan, block: Block, uv: Points, places: Points, when: int) -> Mask:
    """Which places streets, houses, hard ground or water cover on a date."""
    taken = np.zeros(len(uv), dtype=bool)
    extents = (block.u0, block.u1, block.v0, block.v1)
    for axis, sign, edge, side in zip((0, 0, 1, 1), (1, -1, 1, -1), extents, block.sides,
                                      strict=True):  # fmt: skip
        if (side.before, side.after)[when]:
            taken |= (uv[:, axis] - edge) * sign < side.half + 2.2
    rings = [p.polygon for p in plan.patches
             if p.kind in (*_HARD, "water") and (p.before, p.after)[when]]  # fmt: skip
    rings += [s.shoulder for s in plan.streets if (s.before, s.after)[when]]
    rings += [b.footprint for b in plan.buildings if (b.before, b.after)[when]]
    if not rings or not len(uv):
        return taken
    low = places.min(axis=0) - 2 * _STEP
    cells = np.ceil((places.max(axis=0) - low) / _STEP).astype(int) + 3
    canvas = np.zeros((cells[1], cells[0]), dtype=np.uint8)
    for ring in rings:
        cv2.fillPoly(canvas, [np.round((ring - low) / _STEP).astype(np.int32)], 1)
    canvas = cv2.dilate(canvas, np.ones((3, 3), dtype=np.uint8))
    col, row = ((places - low) / _STEP).astype(int).T
    return taken | (canvas[row, col] > 0)
