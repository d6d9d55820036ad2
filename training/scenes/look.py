"""How one date looks: sun, season, haze and the sensor's own habits."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.scenes.scene import Floats, Pixels


@dataclass(frozen=True)
class Look:
    """One date's light and season.

    Attributes
    ----------
    sun : float
        Direction the light comes from, radians on the screen (pi/2 is from the south).
    shadow : float
        Shadow length per height.
    green : float
        0 parched, 1 lush.
    gain, gamma, tint, haze : float or three floats
        Exposure, tone curve, colour cast, veil of air light 0..1.
    blur : float
        Deviation of the point spread in pixels.
    noise : float
        Deviation of the sensor noise in grey levels.
    quality : int
        JPEG quality the picture went through once.
    darkness : float
        How dark shadows are.
    lean : (float, float)
        Relief displacement in metres per metre of height, eastwards and southwards: tan of the
        view's angle off nadir.
    crop : float
        0..1, where in their year the crops are.
    """

    sun: float
    shadow: float
    green: float
    gain: float
    gamma: float
    tint: tuple[float, float, float]
    haze: float
    blur: float
    noise: float
    quality: int
    darkness: float
    lean: tuple[float, float]
    crop: float


def make_look(rng: np.random.Generator) -> Look:
    """A random date between crisp winter noon and dull late summer."""
    off_nadir = float(rng.uniform(0.0, 0.16))
    away = float(rng.uniform(0, 2 * np.pi))
    warm = float(rng.normal(0.0, 0.05))
    bright = float(rng.random())
    return Look(
        sun=float(rng.uniform(0.9, 2.4)),
        shadow=float(rng.uniform(0.55, 1.25)),
        green=float(rng.uniform(0.05, 0.75)),
        gain=0.78 + 0.62 * bright,
        gamma=float(rng.uniform(1.0, 1.6)),
        tint=(1.0 + warm, 1.0 + float(rng.normal(0, 0.02)), 1.0 - warm),
        haze=float(rng.uniform(0.0, 0.08)),
        blur=float(rng.uniform(0.35, 0.75)),
        noise=float(rng.uniform(1.0, 4.0)),
        quality=int(rng.integers(78, 96)),
        darkness=float(rng.uniform(0.28, 0.45)),
        lean=(off_nadir * float(np.cos(away)), off_nadir * float(np.sin(away))),
        crop=float(rng.random()),
    )


def expose(ground: Floats, look: Look, shift: tuple[float, float], grain: Floats, scale: float
           ) -> Pixels:  # fmt: skip
    """Turn painted reflectances into the picture a provider would deliver.

    Parameters
    ----------
    ground : float32 array (h, w, 3)
        Painted colours, 0..255. Overwritten.
    look : Look
    shift : (float, float)
        Misregistration in pixels, x and y.
    grain : float32 array (h, w)
        Sensor noise of unit deviation.
    scale : float
        0.5 / gsd: the blur is a property of the ground distance.

    Returns
    -------
    uint8 array (3, h, w)
    """
    height, width = ground.shape[:2]
    if shift != (0.0, 0.0):
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], dtype=np.float64)
        ground = np.asarray(
            cv2.warpAffine(ground, matrix, (width, height), flags=cv2.INTER_CUBIC,
                           borderMode=cv2.BORDER_REFLECT), dtype=np.float32)  # fmt: skip
    ground = np.asarray(
        cv2.GaussianBlur(ground, (0, 0), look.blur * max(1.0, scale**0.5)), dtype=np.float32
    )
    ground *= np.float32(look.gain / 255) * np.array(look.tint, dtype=np.float32)
    np.clip(ground, 0, None, out=ground)
    toned = np.asarray(cv2.pow(ground, look.gamma), dtype=np.float32)
    veil = np.array((0.62, 0.68, 0.75), dtype=np.float32) * np.float32(look.haze)
    toned = toned * np.float32(1 - look.haze) + veil
    toned = toned / (1 + 0.12 * toned) * np.float32(1.12)  # a soft shoulder before clipping
    toned *= np.float32(255)
    for band in range(3):
        toned[..., band] += grain * np.float32(look.noise)
    eight = np.clip(toned, 0, 255).astype(np.uint8)
    done, packed = cv2.imencode(".jpg", eight, [int(cv2.IMWRITE_JPEG_QUALITY), look.quality])
    if done:  # colours go in as BGR: harmless, both ways are the same
        eight = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.ascontiguousarray(eight.transpose(2, 0, 1))
