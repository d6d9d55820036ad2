"""What a worker must know to read tiles as the run's own process would."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from engine.models import ModelInfo
from engine.raster import RasterPair, TileGrid
from engine.raster.radiometry import LinearMap
from engine.raster.source import RasterSource
from engine.raster.working import WorkingGrid
from engine.run.timed_map import plain_maps


@dataclass(frozen=True)
class PairRecipe:
    """An open pair's decisions (grid, stretch, shift removed), so that nobody decides anew."""

    before: RasterSource
    after: RasterSource
    grid: WorkingGrid
    maps: tuple[LinearMap, LinearMap]
    aoi: BaseGeometry | None
    resampling: str

    @classmethod
    def of(cls, pair: RasterPair, resampling: str) -> PairRecipe:
        """The recipe of an open pair; files by absolute paths."""
        first, second = (_absolute(source) for source in (pair.before, pair.after))
        return cls(first, second, pair.grid, plain_maps(pair), pair.aoi, resampling)

    def open(self) -> RasterPair:
        """The pair, with file handles of this process.

        Raises
        ------
        PairError
        """
        return RasterPair(
            self.before, self.after, self.grid,
            resampling=self.resampling, maps=self.maps, aoi=self.aoi,
        )  # fmt: skip


@dataclass(frozen=True)
class WorkerJob:
    """One run as a worker sees it.

    Attributes
    ----------
    model : ModelInfo
        The worker verifies its own copy of the folder and compares checksums.
    device : {"cpu", "cuda"}
    threads : int
        Threads of one inference.
    traced : bool
        Whether single spans are sent back.
    """

    pair: PairRecipe
    grid: TileGrid
    model: ModelInfo
    thresholds: Sequence[float]
    batch_size: int
    device: str
    threads: int
    traced: bool


def _absolute(source: RasterSource) -> RasterSource:
    if not os.path.exists(source.path):
        return source  # a GDAL name or an address
    return dataclasses.replace(source, path=os.path.abspath(source.path))
