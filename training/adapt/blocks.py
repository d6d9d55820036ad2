"""The reviewed ground of a raster pair, read by the guide block by block."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import rasterio.features
import rasterio.windows
import shapely
from affine import Affine
from rasterio.windows import Window

from engine.guide import GuideSession
from engine.raster import RasterPair
from training.adapt.ground import Ground
from training.adapt.reviews import Reviewed
from training.evaluate.window import slide

BLOCK = 512
"""Side of a block, pixels of the working grid."""
CONTEXT = 64
"""Pixels around a block that are read with it, so that objects at its edge are whole."""
MOST_BLOCKS = 150
"""Blocks that are kept in memory, 10 MB each; of more reviews these are a sample."""


def blocks_of(reviewed: Reviewed, transform: Affine, size: tuple[int, int]) -> dict:
    """Which marks lie in which block that has reviews, by (row, column) of the block.

    A mark belongs to the block of its representative point; one outside the grid to none.

    Parameters
    ----------
    transform : Affine
        Of the working grid.
    size : (int, int)
        Its height and width.
    """
    points = shapely.get_coordinates(shapely.point_on_surface(reviewed.outlines))
    to_pixels = ~transform
    columns = to_pixels.a * points[:, 0] + to_pixels.b * points[:, 1] + to_pixels.c
    rows = to_pixels.d * points[:, 0] + to_pixels.e * points[:, 1] + to_pixels.f
    blocks: dict[tuple[int, int], list[int]] = {}
    for index, (row, column) in enumerate(zip(rows, columns, strict=True)):
        if 0 <= row < size[0] and 0 <= column < size[1]:
            blocks.setdefault((int(row // BLOCK), int(column // BLOCK)), []).append(index)
    said = [mark.reviewed for mark in reviewed.marks]
    return {key: marks for key, marks in blocks.items() if any(said[index] for index in marks)}


def read_blocks(
    pair: RasterPair,
    guide: GuideSession,
    reviewed: Reviewed,
    *,
    seconds: float,
    seed: int,
    progress: Callable[[int, int], None],
) -> list[Ground]:
    """Read the blocks that have reviews, in a random order, until the time is over.

    At most :data:`MOST_BLOCKS` of them.

    Parameters
    ----------
    seconds : float
        Wall clock; what was read until then is used.
    seed : int
        Of the order.
    progress : callable
        Takes blocks done and in all.
    """
    transform, size = pair.grid.transform, (pair.grid.height, pair.grid.width)
    blocks = blocks_of(reviewed, transform, size)
    keys = sorted(blocks)
    order = np.random.default_rng(seed).permutation(len(keys))[:MOST_BLOCKS]
    end = time.monotonic() + seconds
    grounds: list[Ground] = []
    for done, index in enumerate(order):
        if time.monotonic() > end and grounds:
            break
        key = keys[index]
        grounds.append(_read(pair, guide, reviewed, key, blocks[key]))
        progress(done + 1, len(order))
    return grounds


def _read(
    pair: RasterPair,
    guide: GuideSession,
    reviewed: Reviewed,
    key: tuple[int, int],
    marks: list[int],
) -> Ground:
    top, left = (max(0, part * BLOCK - CONTEXT) for part in key)
    bottom = min(pair.grid.height, (key[0] + 1) * BLOCK + CONTEXT)
    right = min(pair.grid.width, (key[1] + 1) * BLOCK + CONTEXT)
    window = Window(left, top, right - left, bottom - top)
    pixels = pair.read(window)
    before, after = (date.transpose(1, 2, 0) for date in (pixels.before, pixels.after))
    model = guide.model
    change, _ = slide(guide.run, before, after, model.tile_size, model.overlap)
    here = rasterio.windows.transform(window, pair.grid.transform)
    shapes = ((reviewed.outlines[index], place) for place, index in enumerate(marks, 1))
    numbers = rasterio.features.rasterize(
        shapes, out_shape=pixels.valid.shape, transform=here, dtype="int32"
    )
    pixel_m2 = pair.grid.gsd_m[0] * pair.grid.gsd_m[1]
    inside = _inside(key, top, left, pixels.valid.shape)
    seen = np.count_nonzero(pixels.valid[inside]) * pixel_m2 / 1e6
    # Beyond the block's own ground other blocks' marks are not drawn: nothing there may be new.
    near = _near(numbers, inside) & pixels.valid
    name = f"{key[0]}_{key[1]}"
    chosen = tuple(reviewed.marks[index] for index in marks)
    change = np.where(near, change, 0).astype(np.float32)
    return Ground(name, change, numbers, chosen, seen, pixel_m2, before, after, near)


def _inside(key: tuple[int, int], top: int, left: int, shape: tuple[int, ...]) -> tuple:
    row, column = key[0] * BLOCK - top, key[1] * BLOCK - left
    return (
        slice(row, min(row + BLOCK, shape[0])),
        slice(column, min(column + BLOCK, shape[1])),
    )


def _near(numbers: np.ndarray, inside: tuple) -> np.ndarray:
    """Inside the block, and in whole around its own marks: bool (H, W)."""
    near = np.zeros(numbers.shape, bool)
    near[inside] = True
    return near | (numbers > 0)
