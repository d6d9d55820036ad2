"""Which tiles a run reads, and which rows of the working grid each tile row answers for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from engine.raster import Tile, TileGrid


@dataclass(frozen=True)
class TilePlan:
    """Every row of a tile grid with its chosen tiles (some rows may have none).

    A tile row's *strip* begins at its own first pixel row and ends where the next one's begins.
    Strips reach from the first row with tiles to the last one: what lies outside a small area of
    interest costs nothing.
    """

    grid: TileGrid
    rows: list[list[Tile]]

    @property
    def total(self) -> int:
        """Number of tiles to read."""
        return sum(map(len, self.rows))

    @cached_property
    def active(self) -> range:
        """The tile rows from the first to the last that has tiles."""
        rows = [row for row, tiles in enumerate(self.rows) if tiles]
        return range(rows[0], rows[-1] + 1) if rows else range(0)

    def row_start(self, row: int) -> int:
        """First pixel row of a tile row's strip."""
        return max(0, self.grid.row_offset(row))

    def row_stop(self, row: int) -> int:
        """Pixel row behind a tile row's strip."""
        return self.row_reach(row) if row + 1 == self.active.stop else self.row_start(row + 1)

    def row_reach(self, row: int) -> int:
        """Pixel row behind a tile row's tiles; overlaps the next strips."""
        return min(self.grid.height, self.grid.row_offset(row) + self.grid.tile_size)

    def inside(self, tile: Tile) -> tuple[int, int, int, int]:
        """The part of a tile in the working grid, half open (c0, r0, c1, r1)."""
        window = tile.window
        return (
            max(0, window.col_off),
            max(0, window.row_off),
            min(self.grid.width, window.col_off + window.width),
            min(self.grid.height, window.row_off + window.height),
        )

    def tile_ids_touching(self, bbox: tuple[int, int, int, int]) -> list[str]:
        """Ids of the chosen tiles that share pixels with a half-open box (c0, r0, c1, r1)."""
        c0, r0, c1, r1 = bbox
        found = []
        for row in self._rows_touching(r0, r1):
            tiles = self.rows[row]
            first = bisect_right(tiles, c0, key=_right)
            last = bisect_left(tiles, c1, first, key=_left)
            found += [tile.id for tile in tiles[first:last]]
        return found

    def _rows_touching(self, r0: int, r1: int) -> range:
        first = max(0, (r0 - self.grid.row_offset(0)) // self.grid.stride - 1)
        while first < self.grid.rows and self.row_reach(first) <= r0:
            first += 1
        last = first
        while last < self.grid.rows and self.grid.row_offset(last) < r1:
            last += 1
        return range(first, last)


def _left(tile: Tile) -> int:
    return tile.window.col_off


def _right(tile: Tile) -> int:
    return tile.window.col_off + tile.window.width
