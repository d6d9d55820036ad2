"""The street lattice: cells between lines that run through the whole world, and their blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from training.scenes.frame import Bump, Frame, world_frame
from training.scenes.hashing import generator
from training.scenes.relief import at
from training.scenes.river import world_river
from training.scenes.zones import DEVELOPED, TOWN, Use, use_of, zone_of

CELL = (330.0, 246.0)
_JITTER = (34.0, 16.0)
_DEPTH = {"court": 123.0, "estate": 123.0, "industry": 123.0, "flats": 123.0}
_WIDTH = {"court": 250.0, "estate": 190.0, "shops": 165.0, "industry": 190.0}


@dataclass(frozen=True)
class Side:
    """The street along one side of a block: half its width, and the dates it is there."""

    half: float = 0.0
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Block:
    """A block in street metres, from street centre line to street centre line.

    ``key`` is cell column, cell row, row and column in the cell. ``sides`` are those at u0, u1, v0
    and v1.
    """

    key: tuple[int, int, int, int]
    u0: float
    u1: float
    v0: float
    v1: float
    use: Use
    sides: tuple[Side, Side, Side, Side] = (Side(), Side(), Side(), Side())

    def inner(self) -> tuple[float, float, float, float]:
        """u0, u1, v0, v1 from kerb to kerb."""
        a, b, c, d = (side.half for side in self.sides)
        return self.u0 + a, self.u1 - b, self.v0 + c, self.v1 - d


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell of the lattice with its blocks; ``rows`` holds the blocks of each row of it."""

    i: int
    j: int
    box: tuple[float, float, float, float]  # u0, v0, u1, v1
    frame: Frame
    zone: str
    street: float
    tones: tuple[float, float]
    rows: tuple[tuple[Block, ...], ...]

    def along(self, side: str) -> list[Block]:
        """The blocks at the cell's top, bottom, left or right border."""
        if side == "top":
            return list(self.rows[0])
        if side == "bottom":
            return list(self.rows[-1])
        return [row[0] if side == "left" else row[-1] for row in self.rows]


@lru_cache(maxsize=8192)
def line(seed: int, axis: int, index: int) -> float:
    """Where a line of the lattice runs: u of column lines (axis 0), v of row lines (axis 1)."""
    die = float(generator(seed, 3, axis, index).uniform(-1, 1))
    return index * CELL[axis] + die * _JITTER[axis]


@lru_cache(maxsize=8192)
def is_main(seed: int, axis: int, index: int) -> bool:
    """Whether a line is a through road on both dates."""
    return bool(generator(seed, 4, axis, index).random() < (0.3, 0.24)[axis])


def cells_in(seed: int, change: float, box: tuple[float, float, float, float]) -> list[Cell]:
    """The cells that touch a box (u0, v0, u1, v1) in street metres."""
    spans = []
    for axis in (0, 1):
        first = int(np.floor(box[axis] / CELL[axis])) - 1
        last = int(np.ceil(box[axis + 2] / CELL[axis])) + 1
        spans.append([k for k in range(first, last)
                      if line(seed, axis, k) < box[axis + 2] and line(seed, axis, k + 1) > box[axis]
                      ])  # fmt: skip
    return [cell_at(seed, change, i, j) for i in spans[0] for j in spans[1]]


def needs_street(use: str) -> bool:
    """Whether land of that use is served by streets."""
    return use in DEVELOPED


def cell_at(seed: int, change: float, i: int, j: int) -> Cell:
    """Cell (i, j) of a world: its blocks and what they are, not what stands in them."""
    return _cell(seed, round(change, 6), i, j)


@lru_cache(maxsize=4096)
def _cell(seed: int, change: float, i: int, j: int) -> Cell:
    rng = generator(seed, 5, i, j)
    box = (line(seed, 0, i), line(seed, 1, j), line(seed, 0, i + 1), line(seed, 1, j + 1))
    zone = zone_of(float(rng.random()))
    bendy = float(rng.random()) ** 0.6 if zone in ("homes", "court", "estate") else 0.1
    reach = 22.0 * bendy * (-1 if rng.random() < 0.5 else 1)
    frame = world_frame(seed).bent(Bump(box, reach, float(rng.uniform(0, 6.3))))
    street = float(rng.uniform(8.4, 10.6))
    tones = float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.75, 1.25))
    vs = _cuts(rng, box[1], box[3], _DEPTH.get(zone, 80.0), 3.0)
    places = []
    for row in range(len(vs) - 1):
        us = _cuts(rng, box[0], box[2], _WIDTH.get(zone, 140.0), 18.0)
        for col in range(len(us) - 1):
            places.append((row, col, us[col], us[col + 1], vs[row], vs[row + 1]))
    middles = np.array([((p[2] + p[3]) / 2, (p[4] + p[5]) / 2) for p in places])
    town = at(seed, TOWN, frame.to_world(middles)) * 0.93 + rng.normal(0, 0.36, len(places))
    dice = rng.random((len(places), 3))
    rows: list[list[Block]] = [[] for _ in range(len(vs) - 1)]
    near = _river_near(seed, frame, box)
    for place, rank, die in zip(places, town, dice, strict=True):
        row, col, u0, u1, v0, v1 = place
        use = use_of(float(rank), zone, change, die)
        block = Block((i, j, row, col), u0, u1, v0, v1, use)
        rows[row].append(_riverside(seed, frame, block) if near else block)
    return Cell(i, j, box, frame, zone, street, tones, tuple(tuple(row) for row in rows))


def _river_near(seed: int, frame: Frame, box: tuple[float, float, float, float]) -> bool:
    river = world_river(seed)
    if not river.half:
        return False
    us, vs = np.linspace(box[0], box[2], 9), np.linspace(box[1], box[3], 7)
    spots = frame.to_world(np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2))
    return bool(river.distance(spots[:, 0], spots[:, 1]).min() < 80.0)


def _riverside(seed: int, frame: Frame, block: Block) -> Block:
    """Nobody builds where the river runs: such a block is open land on both dates."""
    us, vs = np.linspace(block.u0, block.u1, 6), np.linspace(block.v0, block.v1, 4)
    spots = frame.to_world(np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2))
    if world_river(seed).distance(spots[:, 0], spots[:, 1]).min() > 28.0:
        return block
    land = "wood" if block.use.before in ("wood", "estate", "park", "court") else "wild"
    return replace(block, use=Use(land, land))


def _cuts(rng: np.random.Generator, low: float, high: float, size: float, jitter: float
          ) -> list[float]:  # fmt: skip
    """Split a length into parts of about a size."""
    count = max(1, round((high - low) / size))
    at_even = np.linspace(low, high, count + 1)
    at_even[1:-1] += rng.uniform(-jitter, jitter, count - 1)
    return [float(value) for value in at_even]
