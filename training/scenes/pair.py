"""Generating a pair: plan the place, paint both dates, and write down the truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.scenes import draw
from training.scenes.blocks import make_frame, make_grid
from training.scenes.ground import make_fields
from training.scenes.look import expose, make_look
from training.scenes.lots import add_blocks
from training.scenes.paint import paint_date
from training.scenes.plan import World
from training.scenes.scene import Mask, Points, ScenePair
from training.scenes.streets import add_streets
from training.scenes.woods import add_woods

_PARTS = ("place", "lots", "woods", "fields", "look", "before", "after")


def generate_pair(
    seed: int,
    width: int,
    height: int,
    gsd: float = 0.5,
    *,
    change: float = 0.3,
    max_shift: float = 1.0,
) -> ScenePair:
    """Invent a place and look at it from above on two dates.

    The same arguments give the same pair, pixel for pixel, with the same versions of numpy and
    OpenCV. Seasons, sun, haze, noise and a small misregistration differ between the dates; none of
    them is in the truth.

    Parameters
    ----------
    seed : int
        Which place.
    width, height : int
        Pixels, at least 16 each.
    gsd : float
        Metres per pixel, 0.2 to 2.
    change : float
        Share of the blocks that are built or cleared between the dates; 0 leaves single houses.
    max_shift : float
        Largest misregistration of the after date in pixels; 0 for none.

    Returns
    -------
    ScenePair

    Raises
    ------
    ValueError
        A size, gsd or share outside the ranges above.
    """
    if min(width, height) < 16:
        raise ValueError(f"a scene needs at least 16 x 16 pixels, not {width} x {height}")
    if not 0.2 <= gsd <= 2.0:
        raise ValueError(f"scenes are drawn at 0.2 to 2 m per pixel, not {gsd}")
    if not 0.0 <= change <= 1.0:
        raise ValueError(f"change is a share between 0 and 1, not {change}")
    roots = np.random.SeedSequence(seed).spawn(len(_PARTS))
    rng = {name: np.random.default_rng(root) for name, root in zip(_PARTS, roots, strict=True)}

    frame = make_frame(rng["place"], width, height, gsd)
    grid = make_grid(rng["place"], frame, width, height, change)
    world = World(frame)
    add_streets(rng["place"], world, grid)
    add_blocks(rng["lots"], world, grid, (width * gsd, height * gsd))
    fields = make_fields(rng["fields"], height, width, gsd)
    add_woods(rng["woods"], world, fields)

    looks = make_look(rng["look"]), make_look(rng["look"])
    reach, turn = max_shift * float(rng["look"].random()), float(rng["look"].uniform(0, 6.3))
    shift = (reach * float(np.cos(turn)), reach * float(np.sin(turn)))
    scale = 0.5 / gsd
    before = expose(
        rng["before"], paint_date(world, fields, looks[0], 0), looks[0], (0.0, 0.0), scale
    )
    after = expose(rng["after"], paint_date(world, fields, looks[1], 1), looks[1], shift, scale)
    masks, objects = _truth(world, height, width)
    return ScenePair(before, after, *masks, objects, gsd, seed)


def _truth(
    world: World, height: int, width: int
) -> tuple[tuple[Mask, Mask, Mask], list[dict[str, Any]]]:
    """Masks (building change, appeared, road change) and objects of what differs."""
    change, appeared, road = (np.zeros((height, width), dtype=bool) for _ in range(3))
    objects: list[dict[str, Any]] = []
    for building in world.buildings:
        if building.before == building.after:
            continue
        rows, cols, mask = draw.inside(building.footprint, height, width)
        if not mask.any():
            continue
        change[rows, cols] |= mask
        if building.after:
            appeared[rows, cols] |= mask
        objects.append(_object("building", building.after, building.footprint))
    for street in world.streets:
        if street.before:
            continue
        rows, cols, mask = draw.inside(street.polygon, height, width)
        if mask.any():
            road[rows, cols] |= mask
            objects.append(_object("road", True, street.polygon))
    return (change, appeared, road), objects


def _object(name: str, appeared: bool, polygon: Points) -> dict[str, Any]:
    return {
        "class": name,
        "action": "appeared" if appeared else "disappeared",
        "polygon": np.array(polygon, dtype=np.float64),
    }
