"""The tile grid: which windows of the working grid the guide reads, and what they are called.

Tiles are full-size squares. They start every ``tile_size - overlap`` pixels; the last one of a row
or column is moved inward so that it ends with the raster. Where the raster is smaller than a tile
the only tile reaches beyond it and is read padded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import shapely
from rasterio.windows import Window

from engine.errors import UsageError
from engine.raster.geodesy import place

if TYPE_CHECKING:
    from engine.raster.pair import RasterPair


@dataclass(frozen=True)
class Tile:
    """One tile: its place in the grid of tiles and its window in the working grid."""

    row: int
    col: int
    window: Window

    @property
    def id(self) -> str:
        """Name of the tile, e.g. ``r00012c00003``."""
        return f"r{self.row:05d}c{self.col:05d}"


@dataclass(frozen=True)
class TileGrid:
    """Tiles over a working grid of ``width`` x ``height`` pixels.

    Parameters
    ----------
    width, height : int
        Size of the working grid, pixels.
    tile_size : int
        Side of a tile, pixels.
    overlap : int
        Pixels two neighbours share, 0 to half a tile.
    origin : (int, int)
        Where the first tile starts (column, row). Brought into ``(-stride, 0]``, so that any
        origin covers the whole grid.

    Raises
    ------
    UsageError
        Tile size or overlap make no tiling.
    """

    width: int
    height: int
    tile_size: int = 256
    overlap: int = 64
    origin: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise UsageError(f"A grid of {self.width} x {self.height} pixels has no tiles.")
        if self.tile_size < 1:
            raise UsageError(
                f"Tile size {self.tile_size} is not positive.", hint="Try --tile-size 256."
            )
        if not 0 <= 2 * self.overlap <= self.tile_size:
            raise UsageError(
                f"Overlap {self.overlap} does not fit tiles of {self.tile_size} pixels.",
                hint=f"Choose --overlap from 0 to {self.tile_size // 2}.",
            )

    @property
    def stride(self) -> int:
        """Pixels between the starts of two neighbours."""
        return self.tile_size - self.overlap

    @cached_property
    def col_starts(self) -> tuple[int, ...]:
        """First pixel column of each column of tiles."""
        return _starts(self.width, self.tile_size, self.stride, self.origin[0])

    @cached_property
    def row_starts(self) -> tuple[int, ...]:
        """First pixel row of each row of tiles."""
        return _starts(self.height, self.tile_size, self.stride, self.origin[1])

    @property
    def cols(self) -> int:
        """Columns of tiles."""
        return len(self.col_starts)

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return len(self.row_starts)

    def __len__(self) -> int:
        return self.rows * self.cols

    def __iter__(self) -> Iterator[Tile]:
        for row in range(self.rows):
            yield from self.tiles_in_row(row)

    def row_offset(self, row: int) -> int:
        """First pixel row of a row of tiles (negative with a moved origin)."""
        return self.row_starts[row]

    def col_offset(self, col: int) -> int:
        """First pixel column of a column of tiles (negative with a moved origin)."""
        return self.col_starts[col]

    def tile(self, row: int, col: int) -> Tile:
        """The tile of a place in the grid of tiles."""
        window = Window(self.col_starts[col], self.row_starts[row], self.tile_size, self.tile_size)
        return Tile(row, col, window)

    def tiles_in_row(self, row: int) -> list[Tile]:
        """All tiles of one row, west to east."""
        return [self.tile(row, col) for col in range(self.cols)]

    def select(self, pair: RasterPair) -> Iterator[Tile]:
        """Tiles that touch the pair's area of interest; all of them without one.

        Nodata is decided when a tile is read.
        """
        if pair.aoi is None:
            yield from self
            return
        transform = pair.grid.transform
        shapely.prepare(pair.aoi)
        west, south, east, north = pair.aoi.bounds
        c0, r0 = place(~transform, west, north)
        c1, r1 = place(~transform, east, south)
        cols = [i for i, c in enumerate(self.col_starts) if c < c1 and c + self.tile_size > c0]
        rows = [i for i, r in enumerate(self.row_starts) if r < r1 and r + self.tile_size > r0]
        for row in rows:
            for col in cols:
                tile = self.tile(row, col)
                window = tile.window
                left, top = place(transform, window.col_off, window.row_off)
                right, bottom = place(
                    transform, window.col_off + self.tile_size, window.row_off + self.tile_size
                )
                box = shapely.box(left, bottom, right, top)
                if pair.aoi.intersects(box) and not pair.aoi.touches(box):
                    yield tile


def _starts(length: int, tile: int, stride: int, origin: int) -> tuple[int, ...]:
    starts = [-(-origin % stride)]
    while starts[-1] + tile < length:
        starts.append(min(starts[-1] + stride, length - tile))
    return tuple(starts)
