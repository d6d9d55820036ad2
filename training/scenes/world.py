"""An endless generated place on two dates: any window of it, drawn when it is asked for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from training.scenes import relief
from training.scenes.blocks import plan_block
from training.scenes.frame import world_frame
from training.scenes.ground import make_fields
from training.scenes.hashing import generator
from training.scenes.lattice import Block, Cell, cell_at, cells_in
from training.scenes.look import Look, expose, make_look
from training.scenes.paint import paint_date
from training.scenes.plan import Plan
from training.scenes.scene import Pixels, ScenePair
from training.scenes.sentences import describe
from training.scenes.stock import Stock
from training.scenes.streets import cell_streets
from training.scenes.truth import read_truth
from training.scenes.view import View

TILE = 256
"""Pixels a tile of the world is wide: pictures are drawn in tiles of one lattice, so that every
window that shows a pixel shows the same value."""
_PAD = 16  # pixels a tile is drawn beyond its rim: blur, shift; a multiple of JPEG's blocks
_REACH = 45.0  # metres that shadows, leaning roofs and crowns reach beyond their footprints
_KEPT = 12  # tiles kept in memory


@dataclass(frozen=True)
class Shown:
    """How the two dates are seen.

    Attributes
    ----------
    looks : (Look, Look)
    shift : (float, float)
        Misregistration of the after date in pixels.
    """

    looks: tuple[Look, Look]
    shift: tuple[float, float]


class World:
    """A generated place without an end.

    The same seed, place and pixel size give the same pixels and the same truth, whatever the
    window: overlapping windows agree, and pictures of any size are written window by window.

    Parameters
    ----------
    seed : int
        Which world.
    change : float
        Share of the land that changes between the dates, 0..1; at 0 nothing changes.
    max_shift : float
        Largest misregistration of the after date in pixels, 0..3.
    edits : dict, optional
        Plans by block key or by cell column and row (see :mod:`training.scenes.changes`): these
        blocks, or the streets of these cells, are that instead.

    Raises
    ------
    ValueError
        A share or shift outside the ranges above.
    """

    def __init__(
        self, seed: int, *, change: float = 0.3, max_shift: float = 1.0,
        edits: dict[tuple[int, ...], Plan] | None = None,
    ) -> None:  # fmt: skip
        if not 0.0 <= change <= 1.0:
            raise ValueError(f"change is a share between 0 and 1, not {change}")
        if not 0.0 <= max_shift <= 3.0:
            raise ValueError(f"dates are misregistered by 0 to 3 pixels, not {max_shift}")
        self.seed, self.change = int(seed), float(change)
        self._edits = {key: Stock(plan) for key, plan in (edits or {}).items()}
        rng = generator(self.seed, 9)
        looks = make_look(rng), make_look(rng)
        reach, turn = max_shift * float(rng.random()), float(rng.uniform(0, 2 * np.pi))
        self.shown = Shown(looks, (reach * float(np.cos(turn)), reach * float(np.sin(turn))))
        self._tiles: OrderedDict[tuple[float, int, int], tuple[Pixels, Pixels]] = OrderedDict()

    def window(self, x: float, y: float, width: int, height: int, gsd: float = 0.5) -> ScenePair:
        """One window of the world, with its truth.

        Parameters
        ----------
        x, y : float
            Its upper left corner in world metres, x to the east and y to the north; moved to the
            nearest corner of the pixel lattice (multiples of ``gsd``).
        width, height : int
            Pixels, at least 16 each.
        gsd : float
            Metres per pixel, 0.2 to 2.

        Returns
        -------
        ScenePair

        Raises
        ------
        ValueError
            A size or gsd outside the ranges above.
        """
        return self.look(view_of(x, y, width, height, gsd))

    def look(self, view: View) -> ScenePair:
        """As :meth:`window`, for a window given in pixels of the world's lattice."""
        before, after = self.pictures(view)
        plan = self.plan(view.box, 6.0)
        truth = read_truth(self.seed, plan, view)
        x, y = view.col0 * view.gsd, -view.row0 * view.gsd
        pair = ScenePair(before, after, *truth.masks(), truth.objects, view.gsd, self.seed,
                         x=x, y=y, land=truth.land)  # fmt: skip
        pair.sentences.extend(describe(pair))
        return pair

    def pictures(self, view: View) -> tuple[Pixels, Pixels]:
        """Both dates of a window, each uint8 (3, h, w), without the truth."""
        made = tuple(np.empty((3, view.height, view.width), dtype=np.uint8) for _ in range(2))
        col1, row1 = view.col0 + view.width, view.row0 + view.height
        for i in range(view.row0 // TILE, (row1 - 1) // TILE + 1):
            for j in range(view.col0 // TILE, (col1 - 1) // TILE + 1):
                top, left = max(view.row0, i * TILE), max(view.col0, j * TILE)
                low, right = min(row1, (i + 1) * TILE), min(col1, (j + 1) * TILE)
                source = (slice(None), slice(top - i * TILE, low - i * TILE),
                          slice(left - j * TILE, right - j * TILE))  # fmt: skip
                target = (slice(None), slice(top - view.row0, low - view.row0),
                          slice(left - view.col0, right - view.col0))  # fmt: skip
                for whole, tile in zip(made, self._tile(view.gsd, i, j), strict=True):
                    whole[target] = tile[source]
        return made[0], made[1]

    def plan(self, box: tuple[float, float, float, float], margin: float = 0.0) -> Plan:
        """What stands in a box (x0, y0, x1, y1 in metres, y to the south), on both dates."""
        found = Plan()
        for cell in self.cells(box, margin):
            self.streets(cell).near(box, margin, found)
        for cell, block in self.blocks(box, margin):
            self.block(cell, block).near(box, margin, found)
        return found

    def blocks(
        self, box: tuple[float, float, float, float], margin: float = 0.0
    ) -> list[tuple[Cell, Block]]:
        """The blocks in sight of a box, each with its cell."""
        u0, v0, u1, v1 = self._street_box(box, margin + 24.0)
        return [(cell, block) for cell in self.cells(box, margin)
                for row in cell.rows for block in row
                if block.u0 < u1 and block.u1 > u0 and block.v0 < v1 and block.v1 > v0]  # fmt: skip

    def block(self, cell: Cell, block: Block) -> Stock:
        """What stands in one block."""
        edited = self._edits.get(block.key)
        return edited if edited is not None else _stock(self.seed, self.change, cell, block)

    def streets(self, cell: Cell) -> Stock:
        """The streets of one cell's lattice."""
        edited = self._edits.get((cell.i, cell.j))
        return edited if edited is not None else _streets(self.seed, self.change, cell.i, cell.j)

    def cells(self, box: tuple[float, float, float, float], margin: float = 0.0) -> list[Cell]:
        """The cells of the street lattice in sight of a box."""
        return cells_in(self.seed, self.change, self._street_box(box, margin + 24.0))

    def _street_box(
        self, box: tuple[float, float, float, float], margin: float
    ) -> tuple[float, float, float, float]:
        """A box around a box's rim in street coordinates."""
        x = np.linspace(box[0] - margin, box[2] + margin, 9)
        y = np.linspace(box[1] - margin, box[3] + margin, 9)
        rim = np.concatenate([np.stack([x, np.full(9, y[k])], 1) for k in (0, -1)]
                             + [np.stack([np.full(9, x[k]), y], 1) for k in (0, -1)])  # fmt: skip
        uv = world_frame(self.seed).to_streets(rim)
        (u0, v0), (u1, v1) = uv.min(axis=0), uv.max(axis=0)
        return float(u0), float(v0), float(u1), float(v1)

    def _tile(self, gsd: float, i: int, j: int) -> tuple[Pixels, Pixels]:
        key = (gsd, i, j)
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        view = View(j * TILE, i * TILE, TILE, TILE, gsd).padded(_PAD)
        plan, fields = self.plan(view.box, _REACH), make_fields(self.seed, view)
        inner = (slice(None), slice(_PAD, -_PAD), slice(_PAD, -_PAD))
        dates = []
        for when, look in enumerate(self.shown.looks):
            ground = paint_date(self.seed, plan, fields, look, when, view)
            grain = relief.pixel_noise(self.seed, 20 + when, view, 1.6)
            shift = self.shown.shift if when else (0.0, 0.0)
            picture = expose(ground, look, shift, grain, 0.5 / gsd)
            dates.append(np.ascontiguousarray(picture[inner]))
        self._tiles[key] = dates[0], dates[1]
        if len(self._tiles) > _KEPT:
            self._tiles.popitem(last=False)
        return self._tiles[key]


def view_of(x: float, y: float, width: int, height: int, gsd: float) -> View:
    """The view of a window given in world metres, y to the north (see :meth:`World.window`)."""
    if min(width, height) < 16:
        raise ValueError(f"a scene needs at least 16 x 16 pixels, not {width} x {height}")
    if not 0.2 <= gsd <= 2.0:
        raise ValueError(f"scenes are drawn at 0.2 to 2 m per pixel, not {gsd}")
    return View(round(x / gsd), round(-y / gsd), width, height, gsd)


@lru_cache(maxsize=1024)
def _stock(seed: int, change: float, cell: Cell, block: Block) -> Stock:
    return Stock(plan_block(seed, change, cell, block))


@lru_cache(maxsize=1024)
def _streets(seed: int, change: float, i: int, j: int) -> Stock:
    return Stock(cell_streets(seed, change, cell_at(seed, change, i, j)))
