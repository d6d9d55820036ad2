"""Smooth random fields: the grain of grass, soil, woods and of where a town ends."""

from __future__ import annotations

import cv2
import numpy as np

from training.scenes.scene import Floats


def smooth(rng: np.random.Generator, height: int, width: int, scale_px: float) -> Floats:
    """One octave of noise.

    Parameters
    ----------
    rng : numpy Generator
    height, width : int
        Size of the field in pixels.
    scale_px : float
        Size of the typical blob in pixels.

    Returns
    -------
    float32 array (height, width)
        Zero mean, about unit deviation.
    """
    scale = float(scale_px)
    if scale < 4.0:
        # A lattice this fine would beat against the pixels; blurred white noise does not.
        white = rng.standard_normal((height, width), dtype=np.float32)
        if scale <= 1.0:
            return white
        sigma = scale / 2.6
        fine = cv2.GaussianBlur(white, (0, 0), sigma)
        return np.asarray(fine, dtype=np.float32) * np.float32(max(1.0, 3.545 * sigma))
    rows, cols = int(np.ceil(height / scale)) + 3, int(np.ceil(width / scale)) + 3
    coarse = rng.standard_normal((rows, cols), dtype=np.float32)
    # A random phase, so that the lattice of one octave never lines up with another's.
    dx, dy = rng.random(2)
    matrix = np.array([[1 / scale, 0, 0.5 + dx], [0, 1 / scale, 0.5 + dy]], dtype=np.float64)
    field = cv2.warpAffine(
        coarse,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    return np.asarray(field, dtype=np.float32) * np.float32(1.25)


def fractal(
    rng: np.random.Generator,
    height: int,
    width: int,
    largest_px: float,
    smallest_px: float = 1.0,
    persistence: float = 0.6,
) -> Floats:
    """Octaves of :func:`smooth` from the largest to the smallest blob, unit deviation.

    Parameters
    ----------
    rng : numpy Generator
    height, width : int
        Size of the field in pixels.
    largest_px, smallest_px : float
        Blob sizes of the first and last octave in pixels.
    persistence : float
        Weight of an octave relative to the one before.

    Returns
    -------
    float32 array (height, width)
    """
    total = np.zeros((height, width), dtype=np.float32)
    weight, power, scale = 1.0, 0.0, float(largest_px)
    while True:
        total += np.float32(weight) * smooth(rng, height, width, scale)
        power += weight * weight
        if scale <= smallest_px:
            break
        scale = max(scale / 2.2, smallest_px)
        weight *= persistence
    return total / np.float32(np.sqrt(power))
