"""Houses and their little sisters: footprints and roofs made of facets."""

from __future__ import annotations

import numpy as np

from training.scenes.frame import Pose
from training.scenes.plan import Building, Facet
from training.scenes.scene import Points

# Roof tones seen from the air: shingle greys, browns, slate blue, terracotta, pale metal.
HOUSE_ROOFS = (
    (128, 120, 112),
    (110, 104, 100),
    (146, 132, 114),
    (120, 98, 82),
    (98, 92, 92),
    (158, 148, 134),
    (136, 112, 94),
    (104, 110, 118),
    (146, 104, 82),
    (178, 172, 160),
)


def box(x0: float, y0: float, x1: float, y1: float) -> Points:
    """A rectangle (4, 2)."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64)


def hip(x0: float, y0: float, x1: float, y1: float) -> list[tuple[Points, float, float]]:
    """Four facets over a rectangle, ridge along its longer side: (polygon, downhill, rise)."""
    if x1 - x0 < y1 - y0:
        turned = hip(y0, x0, y1, x1)
        return [(p[:, ::-1], np.pi / 2 - d, r) for p, d, r in turned]
    half = (y1 - y0) / 2
    a, b = (x0 + half * 0.95, y0 + half), (x1 - half * 0.95, y0 + half)
    corners = box(x0, y0, x1, y1)
    return [
        (np.array([corners[0], corners[1], b, a]), -np.pi / 2, 0.5),
        (np.array([corners[2], corners[3], a, b]), np.pi / 2, 0.5),
        (np.array([corners[1], corners[2], b]), 0.0, 0.5),
        (np.array([corners[3], corners[0], a]), np.pi, 0.5),
    ]


def gable(
    x0: float, y0: float, x1: float, y1: float, along_x: bool
) -> list[tuple[Points, float, float]]:
    """Two facets over a rectangle."""
    if not along_x:
        turned = gable(y0, x0, y1, x1, True)
        return [(p[:, ::-1], np.pi / 2 - d, r) for p, d, r in turned]
    mid = (y0 + y1) / 2
    return [(box(x0, y0, x1, mid), -np.pi / 2, 0.55), (box(x0, mid, x1, y1), np.pi / 2, 0.55)]


def _wing(
    x0: float, x1: float, y_eaves: float, y_end: float, hipped: bool
) -> list[tuple[Points, float, float]]:
    """A wing's roof, its ridge running from the front back into the main roof."""
    half = (x1 - x0) / 2
    mid, back = x0 + half, y_eaves - half * 0.9
    front = y_end - half * 0.9 if hipped else y_end
    facets = [
        (np.array([(x0, y_eaves), (mid, back), (mid, front), (x0, y_end)]), np.pi, 0.5),
        (np.array([(x1, y_end), (mid, front), (mid, back), (x1, y_eaves)]), 0.0, 0.5),
    ]
    if hipped:
        facets.append((np.array([(x0, y_end), (mid, front), (x1, y_end)]), np.pi / 2, 0.5))
    return facets


def house(
    rng: np.random.Generator, pose: Pose, before: bool, after: bool, width: float
) -> Building:
    """A detached house: hip or gable, plain, or with one or two wings towards the street (+y).

    Parameters
    ----------
    rng : numpy Generator
    pose : Pose
        Centre of the main part and its direction.
    before, after : bool
        The dates it stands on.
    width : float
        Frontage in metres.
    """
    depth = float(rng.uniform(0.58, 0.8)) * width
    x, y = width / 2, depth / 2
    hipped = rng.random() < 0.72
    parts = hip(-x, -y, x, y) if hipped else gable(-x, -y, x, y, True)
    ring: list[tuple[float, float]] = [(-x, -y), (x, -y)]
    style = rng.random()
    if style < 0.7:
        reach = float(rng.uniform(2.0, 5.0))
        size = float(rng.uniform(0.36, 0.48)) * width
        side = bool(rng.random() < 0.5)
        x0 = x - size if side else -x
        parts += _wing(x0, x0 + size, y, y + reach, bool(rng.random() < 0.6))
        if side:
            ring += [(x, y + reach), (x0, y + reach), (x0, y), (-x, y)]
        else:
            ring += [(x, y), (x0 + size, y), (x0 + size, y + reach), (-x, y + reach)]
    else:
        ring += [(x, y), (-x, y)]
    if style < 0.3:
        # A second wing behind, so that the ring gains four corners on its back edge.
        size, reach = float(rng.uniform(0.32, 0.45)) * width, float(rng.uniform(1.5, 3.5))
        x0 = float(rng.uniform(-x + 0.8, x - size - 0.8))
        parts += [(p * (1, -1), -d, r) for p, d, r in _wing(x0, x0 + size, y, y + reach, hipped)]
        ring[1:1] = [(x0, -y), (x0, -y - reach), (x0 + size, -y - reach), (x0 + size, -y)]
    return place("house", pose, np.array(ring), parts, float(rng.uniform(3.4, 6.0)), _shingle(rng),
                 before, after)  # fmt: skip


def shed(rng: np.random.Generator, pose: Pose, before: bool, after: bool) -> Building:
    """A garden shed or a barn's little sister."""
    x, y = rng.uniform(1.4, 2.6, 2)
    parts = gable(-x, -y, x, y, bool(x > y))
    return place("shed", pose, box(-x, -y, x, y), parts, 2.2, _shingle(rng, 1.07), before, after)


def barn(rng: np.random.Generator, pose: Pose, before: bool, after: bool) -> Building:
    """A long farm building with a metal gable roof."""
    x, y = float(rng.uniform(9, 17)), float(rng.uniform(4.5, 7))
    tone = np.array((186, 184, 180)) * rng.uniform(0.6, 1.15)
    return place("barn", pose, box(-x, -y, x, y), gable(-x, -y, x, y, True), 5.0, tone, before,
                 after)  # fmt: skip


def place(
    kind: str, pose: Pose, ring: Points, parts: list[tuple[Points, float, float]], height: float,
    tone: Points, before: bool, after: bool,
) -> Building:  # fmt: skip
    """Put footprint and facets, in metres around the pose, on the ground."""
    facets = tuple(Facet(pose.put(p), d + pose.angle, r) for p, d, r in parts)
    colour = (float(tone[0]), float(tone[1]), float(tone[2]))
    return Building(kind, pose.put(ring), facets, height, colour, before, after)


def _shingle(rng: np.random.Generator, bright: float = 1.0) -> Points:
    tone = np.array(HOUSE_ROOFS[int(rng.integers(len(HOUSE_ROOFS)))], dtype=np.float64)
    return tone * float(rng.uniform(0.82, 1.12)) * bright
