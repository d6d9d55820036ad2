"""Smooth random fields over the whole world: a value for every place, whatever the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from training.scenes.hashing import normal
from training.scenes.scene import Floats
from training.scenes.view import View

_GAIN = 1.25  # cubic interpolation between lattice points takes deviation away


@dataclass(frozen=True)
class Field:
    """Octaves of lattice noise.

    Attributes
    ----------
    salt : int
        Tells the fields of one world apart.
    largest, smallest : float
        Blob sizes of the first and last octave in metres.
    persistence : float
        Weight of an octave relative to the one before.
    """

    salt: int
    largest: float
    smallest: float
    persistence: float = 0.6

    def octaves(self) -> list[tuple[float, float]]:
        """(blob size in metres, weight), the weights of unit power together."""
        scales, weights = [self.largest], [1.0]
        while scales[-1] > self.smallest:
            scales.append(max(scales[-1] / 2.2, self.smallest))
            weights.append(weights[-1] * self.persistence)
        power = float(np.sqrt(np.sum(np.square(weights))))
        return [(scale, weight / power) for scale, weight in zip(scales, weights, strict=True)]


def grid(seed: int, field: Field, view: View) -> Floats:
    """A field at every pixel centre of a view, float32 (h, w), about unit deviation.

    Octaves finer than four pixels are pixel noise: the same at one pixel size only.
    """
    total = np.zeros((view.height, view.width), dtype=np.float32)
    for index, (scale, weight) in enumerate(field.octaves()):
        salt = field.salt * 64 + index
        if scale < 4 * view.gsd:
            total += np.float32(weight) * pixel_noise(seed, salt, view, scale / view.gsd)
        else:
            total += np.float32(weight) * _octave(seed, salt, scale, view)
        if scale <= view.gsd:
            break
    return total


def at(seed: int, field: Field, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A field at places (n, 2) in world metres, float64 (n,); all octaves."""
    total = np.zeros(len(places))
    for index, (scale, weight) in enumerate(field.octaves()):
        lattice = np.floor(places / scale)
        part = places / scale - lattice
        corner = lattice.astype(np.int64)
        steps = np.arange(-1, 3)
        values = normal(
            seed, field.salt * 64 + index,
            corner[:, 0, None, None] + steps[None, None, :],
            corner[:, 1, None, None] + steps[None, :, None],
        )  # fmt: skip
        across, down = _weights(part[:, 0]), _weights(part[:, 1])
        total += weight * _GAIN * np.einsum("nij,nj,ni->n", values, across, down)
    return total


def pixel_noise(seed: int, salt: int, view: View, blob_px: float = 1.0) -> Floats:
    """White noise by world pixel, blurred to blobs of a size; float32 (h, w), unit deviation."""
    cols = np.arange(view.col0, view.col0 + view.width, dtype=np.int64)
    rows = np.arange(view.row0, view.row0 + view.height, dtype=np.int64)
    white = normal(seed, salt, cols[None, :], rows[:, None]).astype(np.float32)
    if blob_px <= 1.0:
        return white
    sigma = blob_px / 2.6
    soft = cv2.GaussianBlur(white, (0, 0), sigma)
    return np.asarray(soft, dtype=np.float32) * np.float32(max(1.0, 3.545 * sigma))


def _octave(seed: int, salt: int, scale: float, view: View) -> Floats:
    across, col = _matrix(view.col0, view.width, view.gsd, scale)
    down, row = _matrix(view.row0, view.height, view.gsd, scale)
    cols = np.arange(col, col + across.shape[1], dtype=np.int64)
    rows = np.arange(row, row + down.shape[1], dtype=np.int64)
    lattice = normal(seed, salt, cols[None, :], rows[:, None]).astype(np.float32)
    return np.asarray(down @ lattice @ across.T * np.float32(_GAIN), dtype=np.float32)


@lru_cache(maxsize=256)
def _matrix(start: int, count: int, gsd: float, scale: float) -> tuple[Floats, int]:
    """Interpolation weights (pixels, lattice points) of one axis and the first lattice point."""
    at_lattice = (start + np.arange(count) + 0.5) * (gsd / scale)
    base = np.floor(at_lattice).astype(np.int64)
    first = int(base[0]) - 1
    matrix = np.zeros((count, int(base[-1]) + 3 - first), dtype=np.float32)
    weights = _weights(at_lattice - base)
    for step in range(4):
        matrix[np.arange(count), base - 1 - first + step] = weights[:, step]
    return matrix, first


def _weights(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Cubic convolution weights (n, 4) with a = -0.75 (Keys 1981, eq. 4)."""
    a = -0.75
    d = np.stack([1 + t, t, 1 - t, 2 - t], axis=-1)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((d - 5) * d + 8) * d * a - 4 * a
    return np.where(d <= 1, near, far)
