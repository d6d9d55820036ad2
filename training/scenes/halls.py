"""Large buildings: shops, warehouses, blocks of flats, tanks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from training.scenes.frame import Pose
from training.scenes.houses import box, gable, hip, place
from training.scenes.plan import Building
from training.scenes.scene import Points

FLAT_ROOFS = ((214, 212, 206), (188, 184, 176), (160, 156, 150), (226, 226, 224), (172, 160, 142))


def hall(
    rng: np.random.Generator, pose: Pose, size: tuple[float, float], before: bool, after: bool
) -> Building:
    """A shop or store with a flat roof, parapet and air-conditioning units."""
    x, y = size[0] / 2, size[1] / 2
    ring = [(-x, -y), (x, -y), (x, y), (-x, y)]
    if rng.random() < 0.5:
        cut, deep = float(rng.uniform(0.25, 0.5)) * size[0], float(rng.uniform(0.2, 0.45)) * size[1]
        ring = [(-x, -y), (x, -y), (x, y - deep), (x - cut, y - deep), (x - cut, y), (-x, y)]
    return _flat(rng, "hall", pose, np.array(ring), float(rng.uniform(5, 9)), (before, after))


def warehouse(
    rng: np.random.Generator, pose: Pose, size: tuple[float, float], before: bool, after: bool
) -> Building:
    """A wide metal roof, one low gable or several side by side."""
    x, y = size[0] / 2, size[1] / 2
    bays = max(1, round(2 * y / 22.0))
    edges = np.linspace(-y, y, bays + 1)
    parts = []
    for low, high in pairwise(edges):
        parts += [(p, d, 0.16) for p, d, _ in gable(-x, float(low), x, float(high), True)]
    tone = np.array([(196, 198, 200), (150, 160, 168), (176, 168, 152), (128, 92, 78)])
    colour = tone[int(rng.integers(4))] * rng.uniform(0.85, 1.12)
    return place("warehouse", pose, box(-x, -y, x, y), parts, float(rng.uniform(7, 11)), colour,
                 before, after)  # fmt: skip


def flats(
    rng: np.random.Generator, pose: Pose, size: tuple[float, float], before: bool, after: bool
) -> Building:
    """A block of flats, flat or hipped: tall enough to lean away from the camera."""
    x, y = size[0] / 2, size[1] / 2
    height = float(rng.uniform(8, 20))
    if rng.random() < 0.5:
        return _flat(rng, "flats", pose, box(-x, -y, x, y), height, (before, after))
    tone = np.array((140, 118, 100)) * rng.uniform(0.75, 1.2)
    return place("flats", pose, box(-x, -y, x, y), hip(-x, -y, x, y), min(height, 12.0), tone,
                 before, after)  # fmt: skip


def tank(
    rng: np.random.Generator, pose: Pose, radius: float, before: bool, after: bool
) -> Building:
    """A round storage tank."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1) * radius
    parts = [(np.array([ring[k], ring[(k + 3) % 24], (0.0, 0.0)]), float(turn[k]) + 0.39, 0.12)
             for k in range(0, 24, 3)]  # fmt: skip
    tone = np.array((224, 222, 214)) * rng.uniform(0.8, 1.05)
    made = place("tank", pose, ring, parts, float(rng.uniform(5, 9)), tone, before, after)
    return replace(made, flat=True)


def _flat(
    rng: np.random.Generator, kind: str, pose: Pose, ring: Points, height: float,
    dates: tuple[bool, bool],
) -> Building:  # fmt: skip
    x, y = -float(ring[:, 0].min()), -float(ring[:, 1].min())
    units = []
    for _ in range(int(rng.integers(3, 10))):
        cx, cy = (
            rng.uniform(-x + 3, max(-x + 4, x * 0.4)),
            rng.uniform(-y + 3, max(-y + 4, y * 0.4)),
        )
        half = rng.uniform(0.7, 1.6)
        units.append(pose.put(box(cx - half, cy - half, cx + half, cy + half)))
    tone = np.array(FLAT_ROOFS[int(rng.integers(len(FLAT_ROOFS)))]) * rng.uniform(0.85, 1.08)
    made = place(kind, pose, ring, [(ring, 0.0, 0.0)], height, tone, *dates)
    return replace(made, flat=True, units=tuple(units))
