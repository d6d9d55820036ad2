"""Differences that are no change, put on the after date of pairs in which nothing changed."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.evaluate.window import Array

Perturbation = Callable[[Array, np.random.Generator], Array]
SHADE = 0.55
"""Share of the light that a shadow leaves at its darkest."""
LEAN_PX = 4.0
"""Farthest a roof leans, pixels: 2 m at 0.5 m."""


def soft_polygon(shape: tuple[int, ...], rng: np.random.Generator, count: int = 3) -> Array:
    """Irregular polygons with soft rims, float32 (H, W), 1 inside."""
    height, width = shape[:2]
    canvas = np.zeros((height, width), np.float32)
    for _ in range(count):
        corners = int(rng.integers(4, 9))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        reach = rng.uniform(0.06, 0.22, corners) * min(height, width)
        centre = rng.uniform(0.1, 0.9, 2) * (width, height)
        points = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
        cv2.fillPoly(canvas, [points.round().astype(np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 1.5))


def shadow(image: Array, rng: np.random.Generator) -> Array:
    """Darken soft polygons, the red more than the blue, as skylight does."""
    inside = soft_polygon(image.shape, rng)[..., None]
    left = SHADE + np.array([-0.04, 0.0, 0.08], np.float32)
    return _bytes(image * (1 - inside * (1 - left)))


def season(image: Array, rng: np.random.Generator) -> Array:
    """Turn green things brown or brown things green, and warm or cool the light a little."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.float32)
    hue, saturation = hsv[..., 0], hsv[..., 1]
    # Green-yellow hues (OpenCV's hue is halved) with some colour in them are taken for plants.
    plants = np.exp(-(((hue - 45) / 22) ** 2)) * np.clip(saturation / 60, 0, 1)
    turn = float(rng.choice([-1, 1]) * rng.uniform(10, 20))
    hsv[..., 0] = (hue + turn * plants) % 180
    hsv[..., 1] = np.clip(saturation * (1 + rng.uniform(-0.5, 0.4) * plants), 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * (1 + rng.uniform(-0.2, 0.2) * plants), 0, 255)
    turned = cv2.cvtColor(hsv.round().astype(np.uint8), cv2.COLOR_HSV2RGB)
    light = 1 + rng.uniform(-0.07, 0.07, 3)
    return _bytes(turned * light * rng.uniform(0.9, 1.1))


def misregistered(pixels: float) -> Perturbation:
    """A shift by so many pixels in a random direction, subpixel, edges mirrored."""

    def move(image: Array, rng: np.random.Generator) -> Array:
        angle = rng.uniform(0, 2 * np.pi)
        shift = pixels * np.cos(angle), pixels * np.sin(angle)
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
        size = (image.shape[1], image.shape[0])
        return np.asarray(
            cv2.warpAffine(
                image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
            )
        )

    return move


def relief(image: Array, rng: np.random.Generator) -> Array:
    """Let building-like blocks lean to one side, as roofs do when they are seen from elsewhere.

    Blocks are taken where the image is smooth inside and has an edge around it, which roofs are;
    each moves by up to :data:`LEAN_PX`, all in one direction.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height = roof_like(grey).astype(np.float32)
    tall = np.zeros_like(height)
    count, labels = cv2.connectedComponents(height.astype(np.uint8), connectivity=8)
    share = rng.uniform(0.4, 1.0, count).astype(np.float32)
    share[0] = 0
    tall = cv2.GaussianBlur(share[labels], (0, 0), 0.8)
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    x = columns - tall * LEAN_PX * np.float32(np.cos(angle))
    y = rows - tall * LEAN_PX * np.float32(np.sin(angle))
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101))


def roof_like(grey: Array, least: int = 150, most: int = 4000) -> Array:
    """Smooth compact patches of ``least`` to ``most`` pixels, bool (H, W)."""
    soft = cv2.bilateralFilter(grey, 7, 30, 5)
    edges = cv2.dilate(cv2.Canny(soft, 40, 110), np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        (edges == 0).astype(np.uint8), connectivity=4
    )
    area = stats[:, cv2.CC_STAT_AREA]
    box = stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    keep = (area >= least) & (area <= most) & (area > 0.5 * box)
    keep[0] = False
    grown = cv2.dilate(keep[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(grown > 0)


def _bytes(values: Array) -> Array:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


KINDS: dict[str, Perturbation] = {
    "none": lambda image, rng: image,
    "shadow": shadow,
    "season": season,
    "misregistration 1 px": misregistered(1),
    "misregistration 2 px": misregistered(2),
    "misregistration 3 px": misregistered(3),
    "relief displacement": relief,
}
"""What is put on the after date, by name; ``none`` is the real pair as it is."""
