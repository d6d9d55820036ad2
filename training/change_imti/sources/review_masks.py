"""Outlines as pixels of a crop."""

from __future__ import annotations

from collections.abc import Sequence

from rasterio.features import rasterize
from rasterio.windows import Window
from shapely import Geometry

from engine.raster import Tile, WorkingGrid
from engine.raster.geodesy import cut_at
from training.change_imti.pair import Mask


def drawn(shapes: Sequence[Geometry], tile: Tile, grid: WorkingGrid) -> Mask:
    """Pixels of a tile whose centre lies in any of some shapes, bool (h, w).

    Parameters
    ----------
    shapes : sequence of Polygon or MultiPolygon
        In the grid's CRS; at least one.
    """
    window: Window = tile.window
    image = rasterize(
        shapes,
        out_shape=(int(window.height), int(window.width)),
        transform=cut_at(grid.transform, window.col_off, window.row_off),
        dtype="uint8",
    )
    return image > 0
