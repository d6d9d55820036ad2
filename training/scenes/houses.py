"""Buildings: footprints, roofs made of facets, and what stands on flat roofs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.scenes.frame import Frame
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
FLAT_ROOFS = ((214, 212, 206), (188, 184, 176), (160, 156, 150), (226, 226, 224), (172, 160, 142))


@dataclass(frozen=True)
class Facet:
    """One plane of a roof: its pixel polygon, and how steep (rise) it falls towards a direction."""

    polygon: Points
    downhill: float  # radians on the screen
    rise: float  # 0 flat, 0.5 a usual pitch


@dataclass(frozen=True)
class Building:
    """One building with the dates it stands on.

    Attributes
    ----------
    footprint : float array (n, 2)
        Pixels.
    height : float
        Eaves above ground in metres: the length of its shadow.
    """

    footprint: Points
    facets: tuple[Facet, ...]
    height: float
    colour: tuple[float, float, float]
    before: bool
    after: bool
    flat: bool = False
    units: tuple[Points, ...] = field(default=())


def _box(x0: float, y0: float, x1: float, y1: float) -> Points:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64)


def _hip(x0: float, y0: float, x1: float, y1: float) -> list[tuple[Points, float, float]]:
    """Four facets over a rectangle, ridge along its longer side: (polygon, downhill, rise)."""
    if x1 - x0 < y1 - y0:
        turned = _hip(y0, x0, y1, x1)
        return [(p[:, ::-1], np.pi / 2 - d, r) for p, d, r in turned]
    half = (y1 - y0) / 2
    a, b = (x0 + half * 0.95, y0 + half), (x1 - half * 0.95, y0 + half)
    corners = _box(x0, y0, x1, y1)
    return [
        (np.array([corners[0], corners[1], b, a]), -np.pi / 2, 0.5),
        (np.array([corners[2], corners[3], a, b]), np.pi / 2, 0.5),
        (np.array([corners[1], corners[2], b]), 0.0, 0.5),
        (np.array([corners[3], corners[0], a]), np.pi, 0.5),
    ]


def _gable(
    x0: float, y0: float, x1: float, y1: float, along_x: bool
) -> list[tuple[Points, float, float]]:
    """Two facets over a rectangle."""
    if not along_x:
        turned = _gable(y0, x0, y1, x1, True)
        return [(p[:, ::-1], np.pi / 2 - d, r) for p, d, r in turned]
    mid = (y0 + y1) / 2
    return [(_box(x0, y0, x1, mid), -np.pi / 2, 0.55), (_box(x0, mid, x1, y1), np.pi / 2, 0.55)]


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
    rng: np.random.Generator,
    frame: Frame,
    u: float,
    v: float,
    turn: float,
    before: bool,
    after: bool,
    width: float,
) -> Building:
    """A detached house: hip or gable, plain, or with one or two wings towards the street (+y).

    Parameters
    ----------
    rng : numpy Generator
    frame : Frame
    u, v : float
        Centre of the main part in street metres.
    turn : float
        Turn against the street in radians; pi faces the other side.
    before, after : bool
        The dates it stands on.
    width : float
        Frontage in metres.
    """
    depth = float(rng.uniform(0.58, 0.8)) * width
    x, y = width / 2, depth / 2
    hipped = rng.random() < 0.72
    parts = _hip(-x, -y, x, y) if hipped else _gable(-x, -y, x, y, True)
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
        back = [(p * (1, -1), -d, r) for p, d, r in _wing(x0, x0 + size, y, y + reach, hipped)]
        parts += back
        ring[1:1] = [(x0, -y), (x0, -y - reach), (x0 + size, -y - reach), (x0 + size, -y)]
    tone = np.array(HOUSE_ROOFS[int(rng.integers(len(HOUSE_ROOFS)))]) * rng.uniform(0.82, 1.12)
    return _place(frame, u, v, turn, np.array(ring), parts, float(rng.uniform(3.4, 6.0)), tone,
                  before, after)  # fmt: skip


def shed(rng: np.random.Generator, frame: Frame, u: float, v: float, both: bool) -> Building:
    """A garden shed or a barn's little sister; ``both`` dates or only the after date."""
    x, y = rng.uniform(1.4, 2.6, 2)
    tone = np.array(HOUSE_ROOFS[int(rng.integers(len(HOUSE_ROOFS)))]) * rng.uniform(0.9, 1.2)
    parts = _gable(-x, -y, x, y, bool(x > y))
    turn = float(rng.normal(0, 0.05))
    return _place(frame, u, v, turn, _box(-x, -y, x, y), parts, 2.2, tone, both, True)


def barn(rng: np.random.Generator, frame: Frame, u: float, v: float, after: bool) -> Building:
    """A long farm building with a metal gable roof, standing before and perhaps after."""
    x, y = float(rng.uniform(9, 17)), float(rng.uniform(4.5, 7))
    tone = np.array((186, 184, 180)) * rng.uniform(0.75, 1.15)
    parts = _gable(-x, -y, x, y, True)
    turn = float(rng.uniform(-0.6, 0.6))
    return _place(frame, u, v, turn, _box(-x, -y, x, y), parts, 5.0, tone, True, after)


def hall(
    rng: np.random.Generator, frame: Frame, u: float, v: float, size: tuple[float, float],
    before: bool, after: bool,
) -> Building:  # fmt: skip
    """A shop or store with a flat roof, parapet and air-conditioning units."""
    x, y = size[0] / 2, size[1] / 2
    ring = [(-x, -y), (x, -y), (x, y), (-x, y)]
    if rng.random() < 0.5:
        cut, deep = float(rng.uniform(0.25, 0.5)) * size[0], float(rng.uniform(0.2, 0.45)) * size[1]
        ring = [(-x, -y), (x, -y), (x, y - deep), (x - cut, y - deep), (x - cut, y), (-x, y)]
    shape = np.array(ring)
    units = []
    for _ in range(int(rng.integers(3, 10))):
        cx, cy = rng.uniform(-x + 3, x * 0.4), rng.uniform(-y + 3, y * 0.4)
        half = rng.uniform(0.7, 1.6)
        units.append(frame.local(u, v, _box(cx - half, cy - half, cx + half, cy + half)))
    tone = np.array(FLAT_ROOFS[int(rng.integers(len(FLAT_ROOFS)))]) * rng.uniform(0.85, 1.08)
    turn = float(rng.normal(0, 0.01))
    made = _place(frame, u, v, turn, shape, [(shape, 0.0, 0.0)], float(rng.uniform(5, 9)), tone,
                  before, after)  # fmt: skip
    return Building(**{**made.__dict__, "flat": True, "units": tuple(units)})


def _place(
    frame: Frame, u: float, v: float, turn: float, ring: Points,
    parts: list[tuple[Points, float, float]], height: float, tone: Points,
    before: bool, after: bool,
) -> Building:  # fmt: skip
    """Put footprint and facets, in metres, on the picture."""
    angle = frame.heading(u, v) + turn
    facets = tuple(Facet(frame.local(u, v, p, turn), d + angle, r) for p, d, r in parts)
    colour = (float(tone[0]), float(tone[1]), float(tone[2]))
    return Building(frame.local(u, v, ring, turn), facets, height, colour, before, after)
