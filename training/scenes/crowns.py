"""Trees: a few crown sprites, stamped thousands of times with their shadows."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from training.scenes.look import Look
from training.scenes.noise import fractal
from training.scenes.plan import Tree
from training.scenes.scene import Floats
from training.scenes.view import View

_SPRITES = 16
_BASE = 24  # radius of a stored sprite in pixels

# Cedar and live oak, lawn trees, and what has lost its leaves; parched and lush.
_DRY = np.array([(62, 66, 44), (74, 76, 50), (92, 84, 62), (54, 58, 42)], dtype=np.float32)
_LUSH = np.array([(52, 72, 40), (62, 86, 44), (78, 94, 52), (44, 62, 38)], dtype=np.float32)


@lru_cache(maxsize=1)
def sprites() -> list[tuple[Floats, Floats, Floats]]:
    """(alpha, height, texture) of ragged crowns, each float32 (2*_BASE+1, 2*_BASE+1)."""
    rng = np.random.default_rng(20250923)
    grid = np.arange(-_BASE, _BASE + 1, dtype=np.float32)
    x, y = np.meshgrid(grid, grid)
    angle, radius = np.arctan2(y, x), np.hypot(x, y) / _BASE
    made = []
    for _ in range(_SPRITES):
        edge = np.full_like(radius, 0.8)
        for k in (2, 3, 5, 7, 11):
            edge += np.float32(0.16 / k**0.7) * np.sin(k * angle + rng.uniform(0, 6.3))
        lumps = fractal(rng, 2 * _BASE + 1, 2 * _BASE + 1, 14, 3)
        inside = np.clip((edge + 0.05 * lumps - radius) * 6, 0, 1)
        dome = np.sqrt(np.clip(1 - (radius / np.maximum(edge, 0.3)) ** 2, 0, 1))
        made.append((inside.astype(np.float32), (dome + 0.13 * lumps).astype(np.float32),
                     (1 + 0.16 * lumps).astype(np.float32)))  # fmt: skip
    return made


@lru_cache(maxsize=8)
def _shade(sun: float) -> list[tuple[Floats, Floats]]:
    """(alpha, brightness) of every sprite under one sun."""
    shaded = []
    sx, sy = np.cos(sun), np.sin(sun)
    for alpha, dome, texture in sprites():
        slope_y, slope_x = np.gradient(dome * _BASE * 0.45)
        light = 1.02 - 0.5 * np.clip(slope_x * sx + slope_y * sy, -0.9, 0.9)
        shaded.append((alpha, (light * texture).astype(np.float32)))
    return shaded


def stand(trees: list[Tree], when: int, view: View) -> list[tuple[float, float, float, float]]:
    """The trees of one date (0 before, 1 after) as x, y, radius in pixels, and tone; from north."""
    here = [tree for tree in trees if (tree.before, tree.after)[when]]
    if not here:
        return []
    spots = view.to_px(np.array([(tree.x, tree.y) for tree in here]))
    rows = [(float(x), float(y), tree.radius / view.gsd, tree.tone)
            for (x, y), tree in zip(spots, here, strict=True)]  # fmt: skip
    return sorted(rows, key=lambda row: (row[1], row[0]))


def shadows(mask: Floats, trees: list[tuple[float, float, float, float]], look: Look) -> None:
    """Darken a shadow mask (h, w), 0..1, where crowns keep the sun out, in place."""
    eight = np.zeros(mask.shape, dtype=np.uint8)
    for x, y, radius, _ in trees:
        reach = radius * 1.25 * look.shadow
        dx, dy = -np.cos(look.sun) * reach, -np.sin(look.sun) * reach
        centre = (round((x + dx * 0.55) * 8), round((y + dy * 0.55) * 8))
        axes = (round((radius * 0.85 + reach * 0.4) * 8), round(radius * 0.85 * 8))
        cv2.ellipse(eight, _point(centre), _point(axes), float(np.degrees(look.sun)), 0, 360, 255,
                    -1, cv2.LINE_AA, 3)  # fmt: skip
    soft = cv2.GaussianBlur(eight, (0, 0), 1.0)
    np.maximum(mask, soft.astype(np.float32) / np.float32(255), out=mask)


def _point(pair: tuple[int, int]) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])


def paint(image: Floats, trees: list[tuple[float, float, float, float]], look: Look) -> None:
    """Stamp crowns into the picture (h, w, 3), in place."""
    height, width = image.shape[:2]
    for x, y, radius, tone in trees:
        size = max(3, 2 * round(radius) + 1)
        left, top = round(x) - size // 2, round(y) - size // 2
        row0, row1 = max(0, top), min(height, top + size)
        col0, col1 = max(0, left), min(width, left + size)
        if row0 >= row1 or col0 >= col1:
            continue
        alpha, light = _stamp(look.sun, int(tone * 9973) % _SPRITES, size)
        part = (slice(row0 - top, row1 - top), slice(col0 - left, col1 - left))
        kind = int(tone * 4) % 4
        lush = look.green * (0.25 if kind == 2 else 1.0)
        colour = (_DRY[kind] * (1 - lush) + _LUSH[kind] * lush) * np.float32(
            0.85 + 0.5 * ((tone * 37) % 1)
        )
        target = image[row0:row1, col0:col1]
        target += alpha[part] * (light[part] * colour - target)


@lru_cache(maxsize=2048)
def _stamp(sun: float, pick: int, size: int) -> tuple[Floats, Floats]:
    """(alpha, brightness) of one sprite at a size in pixels, each (size, size, 1)."""
    alpha, light = (
        cv2.resize(plane, (size, size), interpolation=cv2.INTER_AREA) for plane in _shade(sun)[pick]
    )
    return (np.asarray(alpha[..., None], dtype=np.float32),
            np.asarray(light[..., None], dtype=np.float32))  # fmt: skip
