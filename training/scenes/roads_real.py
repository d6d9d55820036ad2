"""Road changes made of single-date images: a road painted over, or two places against each other.

The second is the single-temporal supervision of ChangeStar (Zheng et al. 2021, section 3.1).
"""

from __future__ import annotations

import cv2
import numpy as np

from training.guide.tiles import ANY, BACKGROUND, BUILDING, OTHER, ROAD, Pair
from training.scenes.inpaint import FEATHER, Image, Mask, fill, lit, widen

NOT_ROAD = BACKGROUND | BUILDING | OTHER
APPEARED, DISAPPEARED = 1, 2
VERGE = 2  # masks of roads are drawn by hand or from maps: pixels of doubt on either side


def paint_over_roads(
    image: Image, road: Mask, rng: np.random.Generator, keep_off: Mask | None = None
) -> Image:
    """The image without the road: its surroundings' texture lies there.

    Parameters
    ----------
    image : ndarray
        uint8 (H, W, 3), RGB.
    road : ndarray
        bool (H, W), what goes; 1 to 3 px around it go too, with kerb and markings.
    keep_off : ndarray, optional
        bool (H, W), what must not be copied: the other roads.
    """
    return painted_over(image, road, rng, keep_off)[0]


def painted_over(
    image: Image, road: Mask, rng: np.random.Generator, keep_off: Mask | None
) -> tuple[Image, Mask, Mask]:
    """Image without the road, the hole that was filled, and where filling failed."""
    hole = widen(road, int(rng.integers(1, 4)))
    others = road if keep_off is None else road | keep_off
    usable = ~widen(others, 3) & lit(image)
    painted, failed = fill(image, hole, usable, rng)
    return painted, hole, failed


def stretch(road: Mask, rng: np.random.Generator, whole: float = 0.3) -> Mask:
    """A random connected stretch of a road; the whole road with probability ``whole``."""
    if not road.any() or rng.random() < whole:
        return road.copy()
    points = np.flatnonzero(road)
    y, x = divmod(int(points[rng.integers(len(points))]), road.shape[1])
    radius = np.exp(rng.uniform(*np.log((0.1, 0.7)))) * max(road.shape)
    disc = np.zeros(road.shape, np.uint8)
    cv2.circle(disc, (x, y), int(radius), 1, -1)
    labels = cv2.connectedComponents(disc & road.astype(np.uint8), connectivity=8)[1]
    return np.asarray(labels == labels[y, x])


def decoy(road: Mask, rng: np.random.Generator) -> Mask:
    """Ground beside the roads in the shape of a stretch of road, for painting that means nothing.

    Bool (H, W), at least 4 px away from every road; empty where there is no room.
    """
    shape = stretch(road, rng, whole=0.1)
    turned = np.rot90(shape, int(rng.integers(4)))
    if rng.random() < 0.5:
        turned = turned[::-1]
    moved = np.zeros_like(road)
    height, width = (min(a, b) for a, b in zip(road.shape, turned.shape, strict=True))
    moved[:height, :width] = turned[:height, :width]
    shift = [int(rng.integers(-size // 3, size // 3 + 1)) for size in road.shape]
    matrix = np.array([[1, 0, shift[1]], [0, 1, shift[0]]], np.float32)
    moved = cv2.warpAffine(moved.astype(np.uint8), matrix, road.shape[::-1]).astype(bool)
    clear = moved & ~widen(road, 4 + FEATHER)
    return np.asarray(cv2.morphologyEx(clear.astype(np.uint8), cv2.MORPH_OPEN, np.ones((4, 4))) > 0)


def road_pair(
    image: Image,
    road: Mask,
    rng: np.random.Generator,
    gsd: float = 0.4,
    name: str = "road",
    known: Mask | None = None,
) -> Pair:
    """A pair in which nothing changed but a road: on one date it is painted over.

    Other ground is painted over too, on one date or on both, so that traces of painting are no
    evidence of a road. What was lost there on one date is not known, but that it was no road.

    Parameters
    ----------
    image : ndarray
        uint8 (H, W, 3), RGB.
    road : ndarray
        bool (H, W).
    known : ndarray, optional
        bool (H, W), where the mask of the road says anything.
    """
    part = stretch(road, rng)
    allowed = np.full(road.shape, BACKGROUND, np.uint8)
    dates = [image, image]
    appeared = bool(rng.random() < 0.5)
    bare = 0 if appeared else 1
    fakes = decoy(road, rng) if rng.random() < 0.7 else np.zeros_like(road)
    if fakes.any():
        painted, hole, _ = painted_over(image, fakes, rng, road)
        which = int(rng.integers(3))
        dates = [painted if which in (date, 2) else image for date in (0, 1)]
        if which < 2:
            allowed[widen(hole, FEATHER)] = NOT_ROAD
    if rng.random() < 0.15:
        # Repaved: the road stays a road, with other stretches' surface, so this is no change.
        again = stretch(road & ~widen(part, 2 * FEATHER), rng, whole=0)
        paved, _ = fill(dates[1 - bare], again, road & ~again, rng)
        dates[1 - bare] = paved
    dates[bare], hole, failed = painted_over(dates[bare], part, rng, road | fakes)
    rim = widen(hole, FEATHER) & ~part
    allowed[rim] |= ROAD
    allowed[part] = ROAD
    allowed[widen(failed, 1)] = ANY
    if known is not None:
        allowed[~known & widen(hole, FEATHER)] = ANY
    direction = np.zeros_like(allowed)
    direction[allowed == ROAD] = APPEARED if appeared else DISAPPEARED
    return Pair(name, dates[0], dates[1], allowed, direction, gsd)


def xor_pair(
    image_a: Image,
    road_a: Mask,
    image_b: Image,
    road_b: Mask,
    rng: np.random.Generator,
    gsd: float = 0.4,
    name: str = "xor",
    known: Mask | None = None,
) -> Pair:
    """Two places as the two dates of one; the road change is the XOR of their masks.

    Images of different sizes are cut at random to the common size. Around the edges of either
    mask, and where ``known`` (bool, both masks say something) is false, nothing is known.
    """
    if rng.random() < 0.5:
        image_a, road_a, image_b, road_b = image_b, road_b, image_a, road_a
    height, width = (min(a, b) for a, b in zip(road_a.shape, road_b.shape, strict=True))
    if known is not None and road_a.shape != road_b.shape:
        raise ValueError("known needs images of one size")
    sides = []
    for image, road in ((image_a, road_a), (image_b, road_b)):
        y = int(rng.integers(road.shape[0] - height + 1))
        x = int(rng.integers(road.shape[1] - width + 1))
        sides.append((image[y : y + height, x : x + width], road[y : y + height, x : x + width]))
    (before, first), (after, second) = sides
    if rng.random() < 0.5:
        before = match(before, after)
    allowed = np.where(first ^ second, ROAD, NOT_ROAD).astype(np.uint8)
    for road in (first, second):
        allowed[widen(road, VERGE) & widen(~road, VERGE)] = ANY
    if known is not None:
        allowed[~known] = ANY
    sure = allowed == ROAD
    direction = np.where(sure, np.where(second, APPEARED, DISAPPEARED), 0).astype(np.uint8)
    return Pair(name, before, after, allowed, direction, gsd)


def match(image: Image, model: Image) -> Image:
    """The image with the mean and spread of each band of another."""
    mean, spread = (np.ravel(v) for v in cv2.meanStdDev(image))
    wanted, breadth = (np.ravel(v) for v in cv2.meanStdDev(model))
    gain = (breadth / np.maximum(spread, 1)).clip(0.5, 2)
    levels = np.arange(256)[:, None]
    table = np.clip((levels - mean) * gain + wanted + 0.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, np.ascontiguousarray(table[None])), np.uint8)
