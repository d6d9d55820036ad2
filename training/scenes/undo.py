"""Buildings whose change is undone: taken away from one date, or copied to the other."""

from __future__ import annotations

import cv2
import numpy as np

from training.guide.tiles import ANY, BACKGROUND, BUILDING, Pair
from training.scenes.cutouts import (
    ROOM,
    dated,
    footprint,
    paved,
    pick,
    shadow_angle,
    statistics,
    surroundings,
)
from training.scenes.inpaint import (
    FEATHER,
    Image,
    Mask,
    feathered,
    fill,
    lightness,
    lit,
    settle,
    widen,
)

PLAIN = (0.7, 1.4)  # price of busy texture where a building stood: no roofs of its neighbours
STRANGE = 16.0
"""Levels between two dates' ground beyond which one does not fit into the other."""


def remove(pair: Pair, rng: np.random.Generator, keep: bool | None = None) -> Pair:
    """Undo the change of one building.

    Parameters
    ----------
    keep : bool, optional
        True: it is copied to the other date and stands on both. False: the other date's ground
        lies in its place, and it stands on none. Drawn at random by default.

    Returns
    -------
    Pair
        ``pair`` itself where no whole building with a known direction is there.
    """
    keep = bool(rng.random() < 0.4) if keep is None else keep
    building = pick(pair, rng)
    return pair if building is None else undo(pair, building, keep, rng)


def undo(pair: Pair, building: Mask, keep: bool, rng: np.random.Generator) -> Pair:
    """Undo the change of a given building, bool (H, W); see :func:`remove`.

    Where the surroundings changed too, so that the other date's ground would not fit in, texture
    from beside the building is laid in its place instead, and only that no building changed is
    known there.
    """
    stands = 1 if pair.direction[building].max() == 1 else 0
    # Texture for a hole is looked for farther away.
    box = surroundings(building, ROOM + (20 if keep else 90))
    here, there = dated(pair, stands)[box], dated(pair, 1 - stands)[box]
    mask = building[box]
    others = (pair.allowed[box] == BUILDING) & ~mask
    hole = footprint(here, mask, others, shadow_angle(here, mask | others))
    source, target = (here, there) if keep else (there, here)
    edited = 1 - stands if keep else stands
    matched = _like(source, dated(pair, 1 - edited), dated(pair, edited))
    same = np.uint8(BACKGROUND)
    if keep:
        part = settle(target, matched, hole, ~others, tinted=0.3)
    else:
        hole = widen(hole, 2) & ~widen(others, FEATHER) | mask
        rim = widen(hole, 8) & ~widen(hole, 2) & ~others
        strange = np.abs(lightness(matched) - lightness(target))[rim].mean() if rim.any() else 255
        if strange < STRANGE:
            part = settle(target, matched, hole, ~others)
        else:
            same = np.uint8(ANY - BUILDING)
            usable = ~widen(others | mask | paved(target), 2) & lit(target)
            part, failed = fill(target, hole, usable, rng, PLAIN)
            if failed.any():
                part = settle(part, matched, failed, ~others)
    # The feather may reach a neighbour: it keeps its own pixels.
    part[others] = target[others]
    dates = [pair.before, pair.after]
    dates[edited] = dates[edited].copy()
    dates[edited][box] = part
    allowed, direction = pair.allowed.copy(), pair.direction.copy()
    known = (feathered(hole) > 0.9) & ~others
    lost = pair.allowed[box] == BUILDING
    allowed[box] = np.where(known, np.where(lost, same, pair.allowed[box] & same), allowed[box])
    direction[box][known] = 0
    return Pair(pair.name, dates[0], dates[1], allowed, direction, pair.gsd)


def _like(image: Image, own: Image, model: Image) -> Image:
    """A part of the date ``own`` in the mean and, by half, the spread of the bands of ``model``."""
    mean, spread = statistics(own)
    wanted, breadth = statistics(model)
    gain = np.sqrt((breadth / np.maximum(spread, 1)).clip(0.5, 2))
    table = np.clip((np.arange(256)[:, None] - mean) * gain + wanted + 0.5, 0, 255)
    return np.asarray(cv2.LUT(image, np.ascontiguousarray(table.astype(np.uint8)[None])), np.uint8)
