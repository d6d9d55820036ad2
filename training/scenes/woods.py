"""Trees outside gardens: woods, scrub and hedges; they go where streets and houses come."""

from __future__ import annotations

import cv2
import numpy as np

from training.scenes.ground import Fields
from training.scenes.plan import World
from training.scenes.scene import Mask

_PER_M2 = 1 / 26  # tries per square metre


def add_woods(rng: np.random.Generator, world: World, fields: Fields) -> None:
    """Append wild trees; those on ground built up by a date are missing on that date."""
    height, width = fields.woods.shape
    gsd = world.frame.gsd
    margin = 12
    area = (height + 2 * margin) * (width + 2 * margin) * gsd * gsd
    tries = int(area * _PER_M2)
    xs = rng.uniform(-margin, width + margin, tries)
    ys = rng.uniform(-margin, height + margin, tries)
    dice, tones, sizes = rng.random(tries), rng.random(tries), rng.random(tries)
    col = np.clip(xs, 0, width - 1).astype(int)
    row = np.clip(ys, 0, height - 1).astype(int)
    wood = fields.woods[row, col]
    density = np.clip((wood - 0.35) * 1.3, 0.0, 0.95) + 0.012
    fields_mask = _covered(world, height, width, ("field",), None)
    density = np.where(fields_mask[row, col], 0.004, density)
    taken = [_covered(world, height, width, ("suburb", "graded", "parking"), when)
             for when in (0, 1)]  # fmt: skip
    hard = _covered(world, height, width, ("parking", "drive"), 1)
    hard = cv2.dilate(hard.astype(np.uint8), np.ones((7, 7), dtype=np.uint8)) > 0
    for i in np.flatnonzero(dice < density):
        before, after = not taken[0][row[i], col[i]], not taken[1][row[i], col[i]]
        radius = (1.4 + 3.0 * sizes[i] ** 1.4) / gsd
        if before and not after and sizes[i] > 0.9 and not hard[row[i], col[i]]:
            after = True  # builders leave a big oak here and there
        if before or after:
            tone = float(tones[i] * 0.45 if wood[i] > 0.7 else tones[i])
            world.trees.append((xs[i], ys[i], float(radius), tone, bool(before), bool(after)))


def _covered(
    world: World, height: int, width: int, kinds: tuple[str, ...], when: int | None
) -> Mask:
    """Where patches of some kinds (and, given a date, its streets and houses) lie."""
    canvas = np.zeros((height, width), dtype=np.uint8)
    rings = [p.polygon for p in world.patches
             if p.kind in kinds and (when is None or (p.before, p.after)[when])]  # fmt: skip
    if when is not None:
        rings += [s.shoulder for s in world.streets if (s.before, s.after)[when]]
        rings += [b.footprint for b in world.buildings if (b.before, b.after)[when]]
    for ring in rings:
        cv2.fillPoly(canvas, [np.round(ring).astype(np.int32).reshape(-1, 1, 2)], 1)
    return canvas > 0
