"""Carrying out edits: nothing changes between the dates but what was ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from training.scenes.frame import Pose, world_frame
from training.scenes.halls import hall
from training.scenes.hashing import generator
from training.scenes.houses import house
from training.scenes.openland import ring_at
from training.scenes.orders import POSSIBLE, THINGS, Order
from training.scenes.plan import Patch, Plan, Street, Tree
from training.scenes.room import Room
from training.scenes.scene import Points
from training.scenes.view import View
from training.scenes.world import World

MOST = 1200.0
"""Metres: edits of a larger window happen in a square of that side in its middle."""

_HOMES = ("house",)
_Box = tuple[float, float, float, float]


def edited_world(
    seed: int, view: View, orders: Iterable[Order], *, max_shift: float = 1.0
) -> World:
    """A world where nothing changes but what is ordered, inside a window.

    Parameters
    ----------
    seed : int
    view : View
        Where the edits happen.
    orders : iterable of Order
    max_shift : float
        As for :class:`World`.

    Returns
    -------
    World

    Raises
    ------
    ValueError
        An edit there is no room for, or of things that are not there.

    Notes
    -----
    Trees give way only where there is no other room.
    """
    editor = _Editor(World(seed, change=0.0, max_shift=max_shift), _middle(view.box))
    for number, order in enumerate(orders):
        editor.carry_out(order, generator(seed, 12, number))
    return World(seed, change=0.0, max_shift=max_shift, edits=editor.plans)


def _middle(box: _Box) -> _Box:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    across, down = min(MOST, box[2] - box[0]) / 2, min(MOST, box[3] - box[1]) / 2
    return x - across, y - down, x + across, y + down


class _Editor:
    """Copies of the plans in a box, with what was ordered changed in them."""

    def __init__(self, world: World, box: _Box) -> None:
        self.seed, self.box = world.seed, box
        self.plans: dict[tuple[int, ...], Plan] = {}
        self._blocks = [block for _, block in world.blocks(box)]
        for cell, block in world.blocks(box):
            self.plans[block.key] = _copy(world.block(cell, block).plan)
        for cell in world.cells(box):
            self.plans[cell.i, cell.j] = _copy(world.streets(cell).plan)

    def carry_out(self, order: Order, rng: np.random.Generator) -> None:
        """Change the plans by one order."""
        if order.thing == "flood":
            self._flood(rng)
        elif order.adds and order.thing == "road":
            for _ in range(order.count):
                self._road(rng)
        elif order.adds:
            for _ in range(order.count):
                self._add(order.thing, rng)
        else:
            self._remove(order, rng)

    def _room(self, trees: bool = True) -> Room:
        return Room(self.seed, self.plans.values(), self.box, trees)

    def _add(self, thing: str, rng: np.random.Generator) -> None:
        sizes = {"house": 12.0, "building": 20.0, "tree": 4.5, "pond": 16.0}
        try:
            x, y, free = self._room().spot(rng, sizes[thing], f"another {thing}")
        except ValueError:
            if thing == "tree":
                raise
            x, y, free = self._room(trees=False).spot(rng, sizes[thing], f"another {thing}")
            free = min(free, 2 * sizes[thing])
            self._fell(np.array([(x, y)]), sizes[thing])
        plan = self.plans[self._key(x, y)]
        angle = world_frame(self.seed).pose(*self._uv(x, y)).angle
        pose = Pose(x, y, angle)
        if thing == "house":
            plan.buildings.append(house(rng, pose, False, True, float(rng.uniform(10.0, 12.5))))
        elif thing == "building":
            size = (float(rng.uniform(20, 28)), float(rng.uniform(14, 20)))
            plan.buildings.append(hall(rng, pose, size, False, True))
        elif thing == "tree":
            radius = float(rng.uniform(2.0, 4.0))
            plan.trees.append(Tree(x, y, radius, float(rng.random()), False, True))
        else:
            ring = ring_at(rng, pose, min(free / 2.1, 28.0))
            plan.patches.append(Patch("water", ring, False, True))

    def _flood(self, rng: np.random.Generator) -> None:
        """Water over open ground; the trees in it are gone."""
        x, y, free = self._room(trees=False).spot(rng, 18.0, "a flood", widest=True)
        ring = ring_at(rng, Pose(x, y, float(rng.uniform(0, 6.3))), min(free / 2.1, 70.0))
        self.plans[self._key(x, y)].patches.append(Patch("water", ring, False, True))
        reach = float(np.hypot(*(ring - (x, y)).T).max()) + 5
        for plan in self.plans.values():
            for k, tree in enumerate(plan.trees):
                if np.hypot(tree.x - x, tree.y - y) < reach and _in(ring, tree.x, tree.y):
                    plan.trees[k] = replace(tree, after=False)

    def _road(self, rng: np.random.Generator) -> None:
        line = self._room().path(rng, 5.6)
        if line is None:
            line = self._room(trees=False).path(rng, 5.6)
            if line is None:
                raise ValueError(f"there is no room for another road in this window; {POSSIBLE}")
            self._fell(line, 6.0)
        along = np.gradient(line, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], 1) / np.hypot(*along.T)[:, None]
        rings = [np.concatenate([line + across * half, (line - across * half)[::-1]])
                 for half in (3.7, 5.0)]  # fmt: skip
        street = Street(rings[0], rings[1], line, False, True, False, float(rng.uniform(0.8, 1.2)))
        self.plans[self._key(*line[len(line) // 2])].streets.append(street)

    def _fell(self, line: Points, reach: float) -> None:
        """Take the trees out of the way of what is built along a line or at a place."""
        for plan in self.plans.values():
            for k, tree in enumerate(plan.trees):
                if np.hypot(*(line - (tree.x, tree.y)).T).min() < reach + tree.radius:
                    plan.trees[k] = replace(tree, after=False)

    def _remove(self, order: Order, rng: np.random.Generator) -> None:
        found: list[tuple[list[Any], int]] = []
        for plan in self.plans.values():
            items, rings = _of(plan, order.thing)
            found += [(items, k) for k, ring in rings if self._holds(ring)]
        count = order.count or len(found)
        if len(found) < count or not found:
            name = THINGS[order.thing] if len(found) != 1 else order.thing
            raise ValueError(f"there are only {len(found)} {name} to remove in this window")
        for pick in rng.permutation(len(found))[:count]:
            items, k = found[pick]
            items[k] = replace(items[k], after=False)

    def _holds(self, ring: Points) -> bool:
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool(low[0] >= self.box[0] and low[1] >= self.box[1] and high[0] <= self.box[2]
                    and high[1] <= self.box[3])  # fmt: skip

    def _uv(self, x: float, y: float) -> tuple[float, float]:
        u, v = world_frame(self.seed).to_streets(np.array([[x, y]]))[0]
        return float(u), float(v)

    def _key(self, x: float, y: float) -> tuple[int, ...]:
        """The block a place lies in."""
        u, v = self._uv(x, y)
        return min(self._blocks, key=lambda b: (max(b.u0 - u, u - b.u1, 0.0)
                                                + max(b.v0 - v, v - b.v1, 0.0))).key  # fmt: skip


def _of(plan: Plan, thing: str) -> tuple[list[Any], list[tuple[int, Points]]]:
    """The things of one sort that stand on both dates: their list, and index and outline."""
    if thing == "tree":
        reach = np.array([(-1.0, -1.0), (1.0, 1.0)])
        return plan.trees, [
            (k, reach * tree.radius + (tree.x, tree.y))
            for k, tree in enumerate(plan.trees)
            if tree.after and tree.before
        ]
    if thing == "road":
        # A street is in the window where its middle is: few windows hold a whole one.
        return plan.streets, [
            (k, s.centre[len(s.centre) // 2][None])
            for k, s in enumerate(plan.streets)
            if s.before and s.after and not s.main and len(s.centre) > 2
        ]
    if thing == "pond":
        return plan.patches, [
            (k, p.polygon)
            for k, p in enumerate(plan.patches)
            if p.kind == "water" and p.before and p.after
        ]
    return plan.buildings, [(k, b.footprint) for k, b in enumerate(plan.buildings)
                            if b.before and b.after
                            and (thing != "house" or b.kind in _HOMES)]  # fmt: skip


def _copy(plan: Plan) -> Plan:
    return Plan(list(plan.patches), list(plan.streets), list(plan.buildings), list(plan.fences),
                list(plan.trees), list(plan.cars))  # fmt: skip


def _in(ring: Points, x: float, y: float) -> bool:
    ahead = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 1] <= y) != (ahead[:, 1] <= y)
    a, b = ring[crosses], ahead[crosses]
    at = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return bool((x < at).sum() % 2)
