"""The raster pair: opened, checked, aligned on one grid, read window by window."""

from engine.raster.grid import Tile, TileGrid
from engine.raster.pair import ModelLimits, PairPixels, RasterPair
from engine.raster.radiometry import LinearMap
from engine.raster.shift import Shift
from engine.raster.source import RasterSource
from engine.raster.working import WorkingGrid

__all__ = [
    "LinearMap",
    "ModelLimits",
    "PairPixels",
    "RasterPair",
    "RasterSource",
    "Shift",
    "Tile",
    "TileGrid",
    "WorkingGrid",
]
