"""Buildings cut out of real tiles, with their shadow and some of their ground."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.objects.components import label
from training.guide.tiles import BUILDING, Pair
from training.scenes.inpaint import Floats, Image, Mask, lightness, lit, widen

MIN_AREA = 60
ROOM = 18  # pixels around a building within which its shadow is looked for
_ANGLES = np.arange(12) * np.pi / 6


@dataclasses.dataclass
class Cutout:
    """One building with its surroundings.

    Attributes
    ----------
    image : ndarray
        uint8 (h, w, 3), RGB.
    mask : ndarray
        bool (h, w), the building.
    alpha : ndarray
        float32 (h, w), 0..1: 1 on the building, feathered over what comes along with it.
    mean, spread : ndarray
        float64 (3,), of the bands of the date that it comes from.
    shadow : float or None
        Angle of its shadow in radians, from +x (right) towards +y (down); None: not known.
    """

    image: Image
    mask: Mask
    alpha: Floats
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    shadow: float | None


def dated(pair: Pair, when: int) -> Image:
    """The image of a date: 0 before, 1 after."""
    return pair.after if when else pair.before


def cropped(pair: Pair, area: tuple[slice, slice]) -> Pair:
    """A copied window of a pair, without its sentences."""
    return Pair(
        pair.name,
        pair.before[area].copy(),
        pair.after[area].copy(),
        pair.allowed[area].copy(),
        pair.direction[area].copy(),
        pair.gsd,
    )


def anywhere(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> tuple[slice, slice]:
    """A random square window of at most ``size`` pixels of an array."""
    y, x = (int(rng.integers(max(0, side - size) + 1)) for side in shape[:2])
    return slice(y, y + size), slice(x, x + size)


def paved(image: Image) -> Mask:
    """Bright ground without colour, bool (H, W): most roads, yards and light roofs."""
    red, green, blue = cv2.split(image)
    chroma = cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue)
    grey = lightness(image)
    return np.asarray((chroma < 28) & (grey > cv2.mean(grey)[0]))


def standing(pair: Pair, when: int) -> Mask:
    """Buildings of the change mask that stand on a date, bool (H, W); 0 before, 1 after."""
    return (pair.allowed == BUILDING) & (pair.direction == (1 if when else 2))


def shadow_angle(image: Image, buildings: Mask) -> float | None:
    """Direction in which buildings cast their shadow; None where no side is clearly darker.

    The ground just beside the buildings is compared in 12 directions.
    """
    if np.count_nonzero(buildings) < MIN_AREA:
        return None
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    stone = buildings.astype(np.uint8)
    ground = 1 - widen(buildings, 1).astype(np.uint8)
    tones = []
    for angle in _ANGLES:
        side = moved(stone, 6, angle) & ground
        if not side.any():
            return None
        tones.append(cv2.mean(grey, mask=side)[0])
    wave = np.sum(np.array(tones) * np.exp(1j * _ANGLES)) / (len(_ANGLES) / 2)
    return None if abs(wave) < 6 else float(np.angle(-wave))


def moved(mask: Image, distance: float, angle: float) -> Image:
    """A uint8 mask shifted by whole pixels, with zeros coming in."""
    columns, rows = round(distance * np.cos(angle)), round(distance * np.sin(angle))
    out = np.zeros_like(mask)
    high, wide = mask.shape
    out[max(0, rows) : high + min(0, rows), max(0, columns) : wide + min(0, columns)] = mask[
        max(0, -rows) : high + min(0, -rows), max(0, -columns) : wide + min(0, -columns)
    ]
    return out


def statistics(image: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and spread of the bands over pixels that are not nodata."""
    mean, spread = cv2.meanStdDev(image, mask=lit(image).view(np.uint8))
    return np.ravel(mean).astype(np.float64), np.ravel(spread).astype(np.float64)


def footprint(image: Image, mask: Mask, others: Mask, shadow: float | None) -> Mask:
    """A building with eaves and the shadow beside it, without what belongs to ``others``.

    Bool (h, w). Without a known direction the dark ground all around counts as shadow.
    """
    whole = widen(mask, 3)
    around = widen(mask, ROOM) & ~widen(mask | others, 2)
    if around.any():
        grey = cv2.blur(lightness(image), (3, 3))
        dark = grey < 0.72 * np.median(grey[around])
        swept = widen(mask, 6) if shadow is None else _swept(mask, shadow)
        shade = (dark & swept & ~others).astype(np.uint8)
        shade = cv2.morphologyEx(shade, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        whole |= widen(shade > 0, 1) & widen(swept, 1)
    return np.asarray(whole & ~widen(others, 1) | mask)


def _swept(mask: Mask, angle: float) -> Mask:
    """What a mask covers on its way along an angle over ``ROOM`` pixels."""
    stone = mask.astype(np.uint8)
    swept = stone.copy()
    for step in range(3, ROOM, 3):
        swept |= moved(stone, step, angle)
    return np.asarray(swept > 0)


def cut_out(pair: Pair, rng: np.random.Generator, window: int = 320) -> Cutout | None:
    """A random whole building from a few random windows of a pair; None where none was found."""
    for _ in range(6):
        area = anywhere(pair.allowed.shape, window, rng)
        if (pair.allowed[area] == BUILDING).any():
            break
    part = cropped(pair, area)
    chosen = pick(part, rng)
    if chosen is None:
        return None
    when = 1 if part.direction[chosen].max() == 1 else 0
    buildings = standing(part, when)
    image = dated(part, when)
    shadow = shadow_angle(image, buildings)
    box = surroundings(chosen)
    mask, others = chosen[box], (part.allowed[box] == BUILDING) & ~chosen[box]
    whole = footprint(image[box], mask, others, shadow)
    lot = int(rng.integers(4, 12)) if rng.random() < 0.4 else 0
    return Cutout(
        image[box].copy(),
        mask.copy(),
        fade(mask, whole, others, lot),
        *statistics(image),
        shadow,
    )


def pick(pair: Pair, rng: np.random.Generator, gap: int = 0) -> Mask | None:
    """A random changed building of at least ``MIN_AREA`` px, ``gap`` px away from all others.

    It is whole, that is away from the edges of the pair, and of one known direction.
    Bool (H, W), or None where there is no such building.
    """
    buildings = pair.allowed == BUILDING
    labels, count = label(buildings)
    if not count:
        return None
    area = np.bincount(labels.ravel(), minlength=count + 1)
    ways = [
        np.bincount(labels[pair.direction == way], minlength=count + 1) == area for way in (1, 2)
    ]
    fit = (area >= MIN_AREA) & (ways[0] | ways[1])
    fit[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = False
    fit[0] = False
    for number in rng.permutation(np.flatnonzero(fit))[:8]:
        chosen = labels == number
        if gap == 0 or not (widen(chosen, gap) & buildings & ~chosen).any():
            return np.asarray(chosen)
    return None


def surroundings(mask: Mask, room: int = ROOM) -> tuple[slice, slice]:
    """Rows and columns of a mask with ``room`` pixels around it, within the image."""
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return (
        slice(max(0, y - room), min(mask.shape[0], y + height + room)),
        slice(max(0, x - room), min(mask.shape[1], x + width + room)),
    )


def fade(mask: Mask, whole: Mask, others: Mask, lot: int) -> Floats:
    """Opacity: 1 on the mask, soft at the edges of what comes along, 0 on its neighbours.

    ``lot`` pixels of ground around it come along with a wide soft edge.
    """
    alpha = cv2.blur(whole.astype(np.float32), (3, 3))
    if lot:
        away = cv2.distanceTransform((~whole).astype(np.uint8), cv2.DIST_L2, 3)
        alpha = np.maximum(alpha, (1.2 - away / np.float32(lot)).clip(0, 1))
        near = cv2.distanceTransform((~others).astype(np.uint8), cv2.DIST_L2, 3)
        alpha = alpha * ((near - 1) / 3).clip(0, 1)
    # Nothing may end at the border of the cutout as with a knife.
    frame = np.zeros_like(alpha)
    frame[2:-2, 2:-2] = 1
    alpha = alpha * cv2.blur(frame, (5, 5), borderType=cv2.BORDER_CONSTANT)
    alpha[mask] = 1
    return np.asarray(alpha, np.float32)
