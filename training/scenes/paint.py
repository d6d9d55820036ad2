"""One date of a place, painted from the ground up."""

from __future__ import annotations

import cv2
import numpy as np

from training.scenes import crowns, draw
from training.scenes.ground import Fields, paint_ground
from training.scenes.houses import Building
from training.scenes.look import Look
from training.scenes.plan import World
from training.scenes.scene import Floats, Points

ASPHALT = np.array((122, 120, 116), dtype=np.float32)
CONCRETE = np.array((212, 204, 188), dtype=np.float32)
POOL = np.array((96, 178, 190), dtype=np.float32)
CARS = np.array(
    [(235, 235, 232), (60, 60, 64), (150, 40, 36), (120, 124, 130), (52, 70, 110), (190, 186, 178)],
    dtype=np.float32,
)
SHADE = np.array((0.86, 0.95, 1.12), dtype=np.float32)  # sky light is blue


def paint_date(world: World, fields: Fields, look: Look, when: int) -> Floats:
    """Paint one date: ground, streets, drives, shadows, roofs, cars, trees.

    Returns
    -------
    float32 array (h, w, 3), 0..255 before exposure
    """
    image = paint_ground(world, fields, look, when)
    height, width = image.shape[:2]
    texture = np.asarray(1 + 0.03 * fields.grain + 0.025 * fields.patchy, dtype=np.float32)
    _streets(image, world, texture, when)
    _patches(image, world, texture, when)
    houses = [b for b in world.buildings if (b.before, b.after)[when]]
    cars = [c for c in world.cars if c[4 + when]]
    trees = crowns.stand(world.trees, when)

    shade = np.zeros((height, width), dtype=np.float32)
    for ring, before, after in world.fences:
        if (before, after)[when]:
            _line(image, ring, (112, 98, 80), 0.55)
            _line(shade, ring + _cast(look, 1.2 / world.frame.gsd), 0.8, 0.5)
    for building in houses:
        _house_shadow(shade, building, look, world.frame.gsd)
    for x, y, heading, _, _, _ in cars:
        body = _car(x, y, heading, world.frame.gsd)
        draw.add(shade, draw.hull(np.vstack([body, body + _cast(look, 1.2 / world.frame.gsd)])))
    _darken(image, shade, look)
    for building in houses:
        _roof(image, building, look, texture)
    for x, y, heading, tone, _, _ in cars:
        _paint_car(image, x, y, heading, tone, world.frame.gsd)

    shade[:] = 0
    crowns.shadows(shade, trees, look)
    _darken(image, shade * np.float32(0.9), look)
    crowns.paint(image, trees, look)
    return image


def _cast(look: Look, height_px: float) -> Points:
    """Where the tip of something of a height throws its shadow, in pixels."""
    reach = height_px * look.shadow
    return np.array([-np.cos(look.sun) * reach, -np.sin(look.sun) * reach])


def _darken(image: Floats, shade: Floats, look: Look) -> None:
    for band in range(3):
        image[..., band] *= 1 - shade * np.float32(1 - SHADE[band] * look.darkness)


def _streets(image: Floats, world: World, texture: Floats, when: int) -> None:
    here = [s for s in world.streets if (s.before, s.after)[when]]
    for street in here:
        draw.fill(image, street.shoulder, CONCRETE * 0.95, grain=texture, opacity=0.8)
    for street in here:
        colour = ASPHALT * (0.8 if street.main else 1.0) * street.tone
        if not street.main and street.tone > 1.02:
            colour = CONCRETE * 0.86 * (street.tone - 0.1)
        draw.fill(image, street.polygon, colour, grain=texture)
    for street in here:
        if street.main:
            offset = 0.28 / world.frame.gsd
            for side in (-offset, offset):
                _line(image, street.centre + side, (196, 168, 74), 0.6, closed=False)


def _patches(image: Floats, world: World, texture: Floats, when: int) -> None:
    for patch in world.patches:
        if not (patch.before, patch.after)[when]:
            continue
        if patch.kind == "drive":
            draw.fill(image, patch.polygon, CONCRETE * patch.tone, grain=texture)
        elif patch.kind == "pool":
            draw.fill(image, patch.polygon, POOL * patch.tone)
        elif patch.kind == "parking":
            draw.fill(image, patch.polygon, ASPHALT * patch.tone, grain=texture, opacity=0.94)
        elif patch.kind == "line":
            draw.fill(image, patch.polygon, (224, 222, 214), opacity=0.7)


def _line(
    target: Floats, points: Points, colour: object, opacity: float, closed: bool = True
) -> None:
    """A thin line, blended: into the picture (h, w, 3) or a mask (h, w)."""
    x0, y0 = np.floor(points.min(axis=0)).astype(int) - 2
    x1, y1 = np.ceil(points.max(axis=0)).astype(int) + 3
    height, width = target.shape[:2]
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    if x0 >= x1 or y0 >= y1:
        return
    stroke = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
    fixed = np.round((points - (x0, y0) - 0.5) * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(stroke, [fixed], closed, 255, 1, cv2.LINE_AA, 4)
    weight = stroke.astype(np.float32) * np.float32(opacity / 255)
    part = target[y0:y1, x0:x1]
    if target.ndim == 3:
        part += weight[..., None] * (np.asarray(colour, dtype=np.float32) - part)
    else:
        np.maximum(part, weight, out=part)


def _house_shadow(shade: Floats, building: Building, look: Look, gsd: float) -> None:
    """The footprint swept along the shadow: the union of its edges' sweeps."""
    cast = _cast(look, building.height / gsd)
    ring = building.footprint
    draw.add(shade, ring + cast)
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        draw.add(shade, np.array([a, b, b + cast, a + cast]))


def _roof(image: Floats, building: Building, look: Look, texture: Floats) -> None:
    base = np.array(building.colour, dtype=np.float32)
    draw.fill(image, building.footprint, base * 0.8, grain=texture)
    for facet in building.facets:
        toward = np.cos(facet.downhill - look.sun)
        light = (1.06 + 0.7 * facet.rise * toward) / np.sqrt(1 + facet.rise**2)
        draw.fill(image, facet.polygon, base * np.clip(light, 0.58, 1.45), grain=texture)
    if building.flat:
        _line(image, building.footprint, base * 1.12, 0.8)
        for unit in building.units:
            draw.fill(image, unit + _cast(look, 2.0), base * 0.5, opacity=0.7)
            draw.fill(image, unit, (205, 205, 205))


def _car(x: float, y: float, heading: float, gsd: float) -> Points:
    shape = np.array([(-2.3, -0.9), (2.3, -0.9), (2.3, 0.9), (-2.3, 0.9)]) / gsd
    cos, sin = np.cos(heading), np.sin(heading)
    return shape @ np.array([[cos, sin], [-sin, cos]]) + (x, y)


def _paint_car(image: Floats, x: float, y: float, heading: float, tone: float, gsd: float) -> None:
    body = _car(x, y, heading, gsd)
    colour = CARS[int(tone * len(CARS)) % len(CARS)]
    draw.fill(image, body, colour)
    cabin = (body - (x, y)) * (0.5, 0.5) + (x, y)
    draw.fill(image, cabin, colour * 0.45 + 20, opacity=0.75)
