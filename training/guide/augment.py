"""Random views of a tile: one warp for place, scale and turn, one table per date for colour."""

from __future__ import annotations

import cv2
import numpy as np

from training.guide.tiles import BACKGROUND, Pair

SCALE = (0.72, 1.40)
NEAR = (0.9, 1.1)
NATIVE_GSD_M = 0.5
ANISOTROPY = 0.10
GONE = 2


def view(
    rng: np.random.Generator, shape: tuple[int, int], gsd: float, size: int, centre: np.ndarray
) -> np.ndarray:
    """Affine matrix (2, 3) from pixels of a square view to pixels of an image.

    Parameters
    ----------
    shape : (int, int)
        The image's height and width.
    gsd : float
        Its metres per pixel; the view's are drawn around ``NATIVE_GSD_M``, most of them close by.
    centre : ndarray
        Wanted centre (x, y) in the image; moved inward where the view would reach beyond.
    """
    scale = np.exp(rng.uniform(*np.log(SCALE if rng.random() < 0.4 else NEAR)))
    scale *= NATIVE_GSD_M / gsd
    stretch = np.exp(rng.uniform(-ANISOTROPY, ANISOTROPY)) if rng.random() < 0.5 else 1.0
    angle = rng.integers(4) * np.pi / 2
    if rng.random() < 0.25:
        angle += rng.uniform(-np.pi / 4, np.pi / 4)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flip = np.diag([rng.choice((-1.0, 1.0)), 1.0])
    linear = np.diag([scale * stretch, scale / stretch]) @ turn @ flip
    half = np.abs(linear).sum(axis=1) * size / 2
    extent = np.array(shape[::-1], float)
    low, high = np.minimum(half, extent / 2), np.maximum(extent - half, extent / 2)
    centre = np.clip(centre, low, high)
    middle = (size - 1) / 2
    return np.column_stack([linear, centre - linear @ np.array([middle, middle])])


def warp(
    image: np.ndarray, matrix: np.ndarray, size: int, how: int = cv2.INTER_LINEAR
) -> np.ndarray:
    """View (size, size[, C]) of an image, mirrored beyond its edges."""
    flags = how | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT)


def colour_table(rng: np.random.Generator) -> np.ndarray:
    """Look-up table (256, 3) uint8: gain, offset, gamma, channel balance, sometimes few levels."""
    strength = 1.0 if rng.random() < 0.6 else 0.35
    level = np.arange(256)[:, None] / 255.0
    gamma = np.exp(strength * rng.uniform(-0.35, 0.35))
    gain = np.exp(strength * rng.uniform(-0.30, 0.30))
    balance = np.exp(strength * rng.normal(0, 0.07, 3))[None]
    offset = strength * (rng.uniform(-0.09, 0.09) + rng.normal(0, 0.02, 3)[None])
    table = 255 * (0.45 + gain * balance * (level**gamma - 0.45) + offset)
    if rng.random() < 0.06:
        quantum = rng.integers(3, 9)
        table = np.round(table / quantum) * quantum
    return np.clip(np.round(table), 0, 255).astype(np.uint8)


def radiometry(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """One date as another sensor might have seen it: colours, and sometimes blur, noise, JPEG."""
    table = colour_table(rng)
    out: np.ndarray = cv2.LUT(image, np.ascontiguousarray(table[None]))
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.1))
    if rng.random() < 0.08:
        noise = rng.normal(0, rng.uniform(2, 8), out.shape).astype(np.float32)
        out = np.asarray(np.clip(out + noise, 0, 255), np.uint8)
    if rng.random() < 0.08:
        _, code = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 92))])
        out = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR))
    return out


def collar(rng: np.random.Generator, size: int) -> np.ndarray:
    """Boolean mask (size, size) of a nodata strip behind a random line."""
    angle = rng.choice((0, np.pi / 2, np.pi, 3 * np.pi / 2)) + rng.normal(0, 0.15)
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    reach = size * rng.uniform(0.15, 0.5)
    return columns * np.cos(angle) + rows * np.sin(angle) > reach


def _labels(
    source: Pair, matrix: np.ndarray, moved: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Labels in the view: what disappeared lies where the before date shows it."""
    allowed, direction = (
        warp(labels, moved, size, cv2.INTER_NEAREST)
        for labels in (source.allowed, source.direction)
    )
    if moved is not matrix and (source.direction == GONE).any():
        old, gone = (
            warp(labels, matrix, size, cv2.INTER_NEAREST)
            for labels in (source.allowed, source.direction)
        )
        either = (direction == GONE) | (gone == GONE)
        allowed[either], direction[either] = old[either], gone[either]
    return allowed, direction


def pair(
    rng: np.random.Generator, source: Pair, size: int, centre: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A random pair of views around ``centre`` (x, y).

    Returns
    -------
    tuple of ndarray
        before, after uint8 (size, size, 3); allowed and direction uint8 (size, size) as in
        ``Pair``.
    """
    matrix = view(rng, source.allowed.shape, source.gsd, size, centre)
    moved = matrix
    if rng.random() < 0.35:
        moved = matrix.copy()
        moved[:, 2] += rng.uniform(-2, 2, 2)
    allowed, direction = _labels(source, matrix, moved, size)
    images = [
        radiometry(rng, warp(image, place, size))
        for image, place in ((source.before, matrix), (source.after, moved))
    ]
    if rng.random() < 0.06:
        strip = collar(rng, size)
        allowed[strip], direction[strip] = BACKGROUND, 0
        which = rng.integers(3)
        for index in (0, 1) if which == 2 else (which,):
            images[index][strip] = 0
    return images[0], images[1], allowed, direction
