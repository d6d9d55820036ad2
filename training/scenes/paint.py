"""One date of a window, painted from the ground up."""

from __future__ import annotations

import math

import numpy as np

from training.scenes import crowns, draw
from training.scenes.ground import CALICHE, LAWN, Fields, paint_ground
from training.scenes.layer import Layer
from training.scenes.look import Look
from training.scenes.plan import Building, Car, Plan
from training.scenes.scene import Floats, Points
from training.scenes.view import View

ASPHALT = np.array((122, 120, 116), dtype=np.float32)
CONCRETE = np.array((212, 204, 188), dtype=np.float32)
POOL = np.array((96, 178, 190), dtype=np.float32)
CARS = np.array(
    [(235, 235, 232), (60, 60, 64), (150, 40, 36), (120, 124, 130), (52, 70, 110), (190, 186, 178)],
    dtype=np.float32,
)
SHADE = np.array((0.86, 0.95, 1.12), dtype=np.float32)  # sky light is blue
_BODY = np.array([(-2.3, -0.9), (2.3, -0.9), (2.3, 0.9), (-2.3, 0.9)])


def paint_date(seed: int, plan: Plan, fields: Fields, look: Look, when: int, view: View) -> Floats:
    """Paint one date: ground, streets, drives, shadows, roofs, cars, trees.

    Returns
    -------
    float32 array (h, w, 3), 0..255 before exposure
    """
    image = paint_ground(seed, plan, fields, look, when, view)
    texture = np.asarray(1 + 0.03 * fields.grain + 0.025 * fields.patchy, dtype=np.float32)
    hard = Layer(view)
    _streets(hard, plan, when)
    _patches(hard, plan, look, when)
    hard.blend(image, texture)
    houses = [b for b in plan.buildings if (b.before, b.after)[when]]
    cars = [c for c in plan.cars if (c.before, c.after)[when]]
    bodies = [_body(car) for car in cars]
    trees = crowns.stand(plan.trees, when, view)

    shade = Layer(view, 1)
    fences = [f.ring + _cast(look, 1.2) for f in plan.fences if (f.before, f.after)[when]]
    for ring in shade.corners(fences):
        shade.stroke(ring, (), 0.4, opacity=0.45, closed=True)
    _shadows(shade, houses, bodies, look)
    _darken(image, shade.values() / np.float32(255), look)
    roofs = Layer(view)
    _roofs(roofs, houses, look)
    _cars(roofs, cars, bodies)
    roofs.blend(image, texture)

    under = np.zeros((view.height, view.width), dtype=np.float32)
    crowns.shadows(under, trees, look)
    _darken(image, under * np.float32(0.9), look)
    crowns.paint(image, trees, look)
    return image


def _cast(look: Look, height: float) -> Points:
    """Where the tip of something of a height throws its shadow, in metres."""
    reach = height * look.shadow
    return np.array([-math.cos(look.sun) * reach, -math.sin(look.sun) * reach])


def _darken(image: Floats, shade: Floats, look: Look) -> None:
    for band in range(3):
        image[..., band] *= 1 - shade * np.float32(1 - SHADE[band] * look.darkness)


def _streets(layer: Layer, plan: Plan, when: int) -> None:
    here = [s for s in plan.streets if (s.before, s.after)[when]]
    for ring in layer.corners([s.shoulder for s in here]):
        layer.fill(ring, CONCRETE * 0.9)
    here.sort(key=lambda street: street.main)
    for street, ring in zip(here, layer.corners([s.polygon for s in here]), strict=True):
        colour = ASPHALT * (0.8 if street.main else 1.0) * street.tone
        if not street.main and street.tone > 1.02:
            colour = CONCRETE * 0.86 * (street.tone - 0.1)
        layer.fill(ring, colour)
    lines = [street.centre for street in here if street.main]
    for side in (-0.28, 0.28):
        for line in layer.corners([line + side for line in lines]):
            layer.stroke(line, (166, 148, 90), 0.25)


def _patches(layer: Layer, plan: Plan, look: Look, when: int) -> None:
    inks = {
        "drive": CONCRETE, "parking": ASPHALT, "pool": POOL, "line": np.array((192, 190, 184)),
        "track": CALICHE * 0.92, "turf": LAWN * (0.8 + 0.3 * look.green),
    }  # fmt: skip
    here = [p for p in plan.patches if p.kind in inks and (p.before, p.after)[when]]
    for patch, ring in zip(here, layer.corners([p.polygon for p in here]), strict=True):
        layer.fill(ring, inks[patch.kind] * patch.tone)


def _shadows(shade: Layer, houses: list[Building], bodies: list[Points], look: Look) -> None:
    """Each footprint swept along its shadow: the union of its edges' sweeps."""
    quads: list[Points] = []
    tips: list[Points] = []
    for building in houses:
        cast, ring = _cast(look, building.height), building.footprint
        tips.append(ring + cast)
        ahead = np.roll(ring, -1, axis=0)
        quads.extend(np.stack([ring, ahead, ahead + cast, ring + cast], axis=1))
    cast = _cast(look, 1.2)
    quads += [draw.hull(np.vstack([body, body + cast])) for body in bodies]
    for quad in shade.corners(quads):
        shade.mark(quad)
    for tip in shade.corners(tips):
        shade.fill(tip, (255.0, 255.0, 255.0))


def _roofs(layer: Layer, houses: list[Building], look: Look) -> None:
    """Walls that the camera sees, then the roofs, moved away from the point below the camera."""
    for building in houses:
        lean = np.array(look.lean) * building.height
        ring, red = building.footprint, building.colour
        if max(abs(lean)) > 0.4 * layer.view.gsd:
            ahead = np.roll(ring, -1, axis=0)
            walls = np.stack([ring, ahead, ahead + lean, ring + lean], axis=1)
            for wall, edge in zip(layer.corners(list(walls)), ahead - ring, strict=True):
                facing = math.cos(math.atan2(edge[1], edge[0]) - math.pi / 2 - look.sun)
                tone = 148 + 44 * facing
                layer.fill(wall, (tone, tone * 0.95, tone * 0.87))
        rings = [ring, *(facet.polygon for facet in building.facets), *building.units]
        units = len(building.units)
        corners = layer.corners([r + lean for r in rings])
        layer.fill(corners[0], [0.8 * c for c in red])
        for facet, corner in zip(building.facets, corners[1:], strict=False):
            toward = math.cos(facet.downhill - look.sun)
            light = (1.06 + 0.7 * facet.rise * toward) / math.hypot(1, facet.rise)
            layer.fill(corner, [min(1.45, max(0.58, light)) * c for c in red])
        if building.flat:
            layer.stroke(corners[0], [1.12 * c for c in red], 0.45, closed=True)
        if units:
            below = layer.corners([u + lean + _cast(look, 1.0) for u in building.units])
            for corner in below:
                layer.fill(corner, [0.6 * c for c in red])
            for corner in corners[-units:]:
                layer.fill(corner, (205, 205, 205))


def _body(car: Car) -> Points:
    cos, sin = math.cos(car.heading), math.sin(car.heading)
    return _BODY @ np.array([[cos, sin], [-sin, cos]]) + (car.x, car.y)


def _cars(layer: Layer, cars: list[Car], bodies: list[Points]) -> None:
    cabins = [(body - body.mean(axis=0)) * 0.5 + body.mean(axis=0) for body in bodies]
    rings = zip(layer.corners(bodies), layer.corners(cabins), strict=True)
    for car, (body, cabin) in zip(cars, rings, strict=True):
        colour = CARS[int(car.tone * len(CARS)) % len(CARS)]
        layer.fill(body, colour)
        layer.fill(cabin, colour * 0.6 + 15)
