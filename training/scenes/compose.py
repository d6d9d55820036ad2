"""New pairs from real ones: buildings set into unchanged ground, taken away, or made to stay."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from training.guide.tiles import BACKGROUND, BUILDING, Pair
from training.scenes.cutouts import (
    Cutout,
    cut_out,
    dated,
    paved,
    shadow_angle,
    standing,
    statistics,
)
from training.scenes.inpaint import Image, Mask, lightness, lit, widen
from training.scenes.undo import remove

GAP = 6
"""Pixels between a building that is set and everything that changed already."""
BOTH = 2


def compose(pair: Pair, donors: Sequence[Pair], rng: np.random.Generator) -> Pair:
    """A random composition on a window of a real pair, for training.

    Some of its changed buildings are taken away or made to stand on both dates, others' buildings
    are set into its unchanged ground on one date or on both.

    Parameters
    ----------
    pair : Pair
        A window; left as it is.
    donors : sequence of Pair
        Where buildings are cut from.

    Returns
    -------
    Pair
        Without sentences, as they would not hold.
    """
    first = pair
    if rng.random() < 0.55:
        for _ in range(int(rng.integers(1, 5))):
            pair = remove(pair, rng)
    if rng.random() < 0.75:
        taken = _edited(first, pair)
        main = int(rng.choice(3, p=(0.15, 0.5, 0.35)))
        for _ in range(int(rng.integers(1, 6))):
            when = main if rng.random() < 0.8 else int(rng.integers(3))
            donor = donors[int(rng.integers(len(donors)))]
            pair = paste(pair, donor, rng, when, np.asarray(taken))
            taken = taken | _edited(first, pair)
    return pair


def _edited(old: Pair, new: Pair) -> Mask:
    """Where either date of a pair was edited, bool (H, W)."""
    apart = np.zeros(old.allowed.shape, bool)
    for left, right in ((old.before, new.before), (old.after, new.after)):
        if left is not right:
            apart |= lit(np.asarray(cv2.absdiff(left, right), np.uint8))
    return apart


def paste(
    pair: Pair,
    donor: Pair,
    rng: np.random.Generator,
    when: int | None = None,
    keep_off: Mask | None = None,
) -> Pair:
    """Set a building of another pair into ground that did not change.

    Parameters
    ----------
    when : {0, 1, 2}, optional
        On which date it stands: 0 before (it disappeared), 1 after (it appeared), 2 on both, which
        is no change. Drawn at random by default.
    keep_off : ndarray, optional
        bool (H, W), where nothing may be set.

    Returns
    -------
    Pair
        ``pair`` itself where the donor's window had no building or no room was found.
    """
    when = int(rng.choice(3, p=(0.25, 0.5, 0.25))) if when is None else when
    cutout = cut_out(donor, rng)
    if cutout is None:
        return pair
    cutout = turn(cutout, sun(pair, when), rng)
    place = room_for(pair, cutout, rng, when, keep_off)
    return pair if place is None else put(pair, cutout, place, when, float(rng.uniform(0.6, 1)))


def put(
    pair: Pair, cutout: Cutout, place: tuple[int, int], when: int, strength: float = 1.0
) -> Pair:
    """Set a cutout with its top left corner at ``place`` (row, column); see :func:`paste`.

    ``strength`` says how far its colours are taken to those of the date.
    """
    height, width = cutout.mask.shape
    area = (slice(place[0], place[0] + height), slice(place[1], place[1] + width))
    dates = [pair.before, pair.after]
    for date in (0, 1) if when == BOTH else (when,):
        dates[date] = _blended(dates[date], cutout, area, strength)
    allowed, direction = pair.allowed.copy(), pair.direction.copy()
    if when == BOTH:
        # The same pixels on both dates: here it is known that nothing changed.
        allowed[area][cutout.alpha > 0.9] = BACKGROUND
    else:
        allowed[area][cutout.mask] = BUILDING
        direction[area][cutout.mask] = 1 if when else 2
    return Pair(pair.name, dates[0], dates[1], allowed, direction, pair.gsd)


def _blended(image: Image, cutout: Cutout, area: tuple[slice, slice], strength: float) -> Image:
    mean, spread = statistics(image)
    gain = 1 + strength * ((spread / np.maximum(cutout.spread, 1)).clip(0.6, 1.6) - 1)
    offset = cutout.mean + strength * (mean - cutout.mean) - gain * cutout.mean
    levels = np.arange(256)[:, None]
    table = np.clip(gain * levels + offset + 0.5, 0, 255).astype(np.uint8)
    matched = cv2.LUT(cutout.image, np.ascontiguousarray(table[None])).astype(np.float32)
    out = image.copy()
    alpha = cutout.alpha[..., None]
    out[area] = np.where(
        alpha > 0, (image[area] * (1 - alpha) + matched * alpha + 0.5).clip(0, 255), image[area]
    )
    return out


def turn(cutout: Cutout, shadow: float | None, rng: np.random.Generator) -> Cutout:
    """One of the eight views of a cutout whose shadow falls about as ``shadow`` says.

    Where either direction is not known, mostly a view that keeps up and down: tiles of one
    hemisphere with north up have their shadows on the same side.
    """
    ways = []
    for quarter in range(4):
        for flip in (False, True):
            angle = cutout.shadow
            if angle is not None:
                angle = (np.pi - angle if flip else angle) - quarter * np.pi / 2
            if shadow is None or angle is None:
                fits = quarter == 0
            else:
                fits = np.cos(angle - shadow) > np.cos(0.6)
            ways.append((quarter, flip, angle, fits))
    good = [way for way in ways if way[3]]
    known = shadow is not None and cutout.shadow is not None
    pool = good if good and (known or rng.random() < 0.7) else ways
    quarter, flip, angle, _ = pool[int(rng.integers(len(pool)))]
    step = -1 if flip else 1
    return Cutout(
        np.ascontiguousarray(np.rot90(cutout.image[:, ::step], quarter)),
        np.ascontiguousarray(np.rot90(cutout.mask[:, ::step], quarter)),
        np.ascontiguousarray(np.rot90(cutout.alpha[:, ::step], quarter)),
        cutout.mean,
        cutout.spread,
        angle,
    )


def sun(pair: Pair, when: int) -> float | None:
    """Direction of the shadows on the date where a building is to stand, if it is known."""
    for date in (1, 0) if when == BOTH else (when,):
        angle = shadow_angle(dated(pair, date), standing(pair, date))
        if angle is not None:
            return angle
    return None


def room_for(
    pair: Pair,
    cutout: Cutout,
    rng: np.random.Generator,
    when: int,
    keep_off: Mask | None = None,
    tries: int = 6,
) -> tuple[int, int] | None:
    """Top left corner (row, column) for a cutout on plain ground that did not change, if any.

    Of ``tries`` free places the plainest is taken: buildings that stand there
    already are unlabelled.
    """
    height, width = cutout.mask.shape
    rows, columns = (
        size - part for size, part in zip(pair.allowed.shape, (height, width), strict=True)
    )
    if rows < 1 or columns < 1:
        return None
    images = [dated(pair, date) for date in ((0, 1) if when == BOTH else (when,))]
    taken = (pair.allowed & BACKGROUND) == 0
    if keep_off is not None:
        taken |= keep_off
    for image in (pair.before, pair.after):
        taken = taken | ~lit(image)
    sums = cv2.integral(widen(taken, GAP).astype(np.uint8))
    within = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width]
    free = np.flatnonzero((within + sums[:-height, :-width])[:rows, :columns] == 0)
    if not len(free):
        return None
    busy = np.zeros(taken.shape, np.float32)
    for image in images:
        grey = lightness(image)
        busy += np.abs(grey - cv2.blur(grey, (15, 15)))
        busy[paved(image)] += 12  # no house is set on a road
    weight = cv2.integral(busy)
    spots = free[rng.integers(len(free), size=tries)]
    tops, lefts = np.divmod(spots, columns)
    load = weight[tops + height, lefts + width] - weight[tops, lefts + width]
    load += weight[tops, lefts] - weight[tops + height, lefts]
    best = int(np.argmin(load))
    return int(tops[best]), int(lefts[best])
