"""The raster pair: two files opened, checked, aligned on one grid and brought to one radiometry."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely import get_num_coordinates
from shapely.geometry.base import BaseGeometry

from engine.raster.aoi import load_aoi
from engine.raster.area import AreaMask
from engine.raster.env import CACHE_MB
from engine.raster.geodesy import PixelMap, cut_at
from engine.raster.pixels import PairPixels, border, fill_nodata, inside, pad
from engine.raster.radiometry import LinearMap, StretchRule, decide_maps, parse_stretch
from engine.raster.reader import DateReader, check_resampling
from engine.raster.sampling import Values, sample_pair
from engine.raster.shift import Shift, estimate_shift
from engine.raster.source import RasterSource, in_large_blocks, open_source
from engine.raster.working import MAX_COARSER, WorkingGrid, decide_grid

REPORTED_SHIFT_PX = 1.0
"""Shifts above this are told."""
MASK_PIXELS = 1 << 22
"""Of an area of interest, rasterized at once."""

log = logging.getLogger(__name__)


class ModelLimits(Protocol):
    """What the pair must know of a model."""

    @property
    def gsd_m(self) -> tuple[float, float]:
        """Finest and coarsest ground sample distance, metres."""

    @property
    def stretch(self) -> StretchRule:
        """Where percentiles land on the model's range."""


class RasterPair:
    """Two rasters of one place as the model sees them; use as a context manager.

    One thread reads; :meth:`clone` gives another thread its own handles.

    Attributes
    ----------
    grid : WorkingGrid
    maps : (LinearMap, LinearMap)
    dates : (date or None, date or None)
    shift : Shift or None
        Offset of the after date as found, also when it was removed.
    aoi : geometry or None
        In the grid's system.
    before, after : RasterSource
    """

    def __init__(
        self,
        before: RasterSource,
        after: RasterSource,
        grid: WorkingGrid,
        *,
        resampling: str = "bilinear",
        maps: tuple[LinearMap, LinearMap] = (LinearMap(), LinearMap()),
        aoi: BaseGeometry | None = None,
    ) -> None:
        self.before = before
        self.after = after
        self.grid = grid
        self.maps = maps
        self.aoi = aoi
        self.shift: Shift | None = None
        self.coregistered = False
        self.warnings: list[str] = []
        self._resampling = resampling
        self._area = AreaMask(aoi, grid.transform)
        with ExitStack() as stack:
            self._first = stack.enter_context(DateReader(before, grid, resampling))
            self._second = stack.enter_context(DateReader(after, grid, resampling))
            self._files = stack.pop_all()

    @classmethod
    def open(
        cls,
        before: str | os.PathLike[str],
        after: str | os.PathLike[str],
        *,
        bidx: Sequence[int] | None = None,
        after_bidx: Sequence[int] | None = None,
        before_date: str | dt.date | None = None,
        after_date: str | dt.date | None = None,
        nodata: float | None = None,
        stretch: str = "auto",
        res: float | None = None,
        resampling: str = "bilinear",
        coregister: bool = False,
        force: bool = False,
        aoi: str | os.PathLike[str] | None = None,
        bbox: str | Sequence[float] | None = None,
        model: ModelLimits,
        warn: Callable[[str], None] = log.warning,
    ) -> RasterPair:
        """Open two rasters and decide everything that holds for the whole pair.

        Parameters
        ----------
        before, after : path
            Files or GDAL names.
        bidx, after_bidx : sequence of int, optional
            Red, green and blue band, from 1. ``bidx`` holds for both dates unless the after date
            has its own.
        before_date, after_date : str or date, optional
        nodata : float, optional
            Nodata value of both dates, instead of the files'.
        stretch : str
            ``auto``, ``none`` or ``LO,HI``.
        res : float, optional
            Ground metres per pixel.
        resampling : str
            GDAL method where a date is not on the grid.
        coregister : bool
            Remove the estimated shift.
        force : bool
            Accept pixels far too coarse for the model.
        aoi, bbox : optional
            See :func:`engine.raster.aoi.load_aoi`.
        model : ModelLimits
        warn : callable
            Told everything that worked but should be known.

        Raises
        ------
        PairError
            One of its leaves: the pair does not fit, or a raster cannot be read piece by piece.
        UsageError
            An option makes no sense.
        ReadError
            A file broke while it was looked at.
        """
        notes: list[str] = []

        def note(text: str) -> None:
            notes.append(text)
            warn(text)

        parse_stretch(stretch)
        check_resampling(resampling)
        first = open_source(before, bidx=bidx, nodata=nodata, date=before_date, warn=note)
        second = open_source(
            after,
            bidx=after_bidx if after_bidx is not None else bidx,
            nodata=nodata,
            date=after_date,
            bidx_option="--after-bidx",
            warn=note,
        )
        if first.block_mb + second.block_mb > CACHE_MB:
            larger = max(first, second, key=lambda source: source.block_mb)
            raise in_large_blocks(larger.name, larger.block_mb)
        if first.date and second.date and second.date < first.date:
            note(f"The after date {second.date} is earlier than the before date {first.date}.")
        grid = decide_grid(first, second, (model.gsd_m[0], model.gsd_m[1]), res, force)
        if max(grid.gsd_m) > MAX_COARSER * model.gsd_m[1]:
            note(
                f"Pixels of {max(grid.gsd_m):.3g} m are forced on a model for "
                f"{model.gsd_m[0]:g} to {model.gsd_m[1]:g} m: nothing is known of the result."
            )
        area = load_aoi(aoi, bbox, grid.crs, extent=grid.bounds, warn=note)
        pair = cls(first, second, grid, resampling=resampling, aoi=area)
        try:
            pair._decide_radiometry(stretch, model.stretch)
            pair = pair._with_shift(coregister, note)
        except BaseException:
            pair.close()
            raise
        pair.warnings = notes
        log.info("working grid: %s; %s", grid.reason, pair.alignment)
        return pair

    @property
    def dates(self) -> tuple[dt.date | None, dt.date | None]:
        """The days of the two rasters."""
        return self.before.date, self.after.date

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the grid, pixels."""
        return self.grid.width, self.grid.height

    @property
    def alignment(self) -> str:
        """How the two rasters come onto the grid."""
        warped = [
            name
            for name, reader in (("before", self._first), ("after", self._second))
            if reader.warped
        ]
        if not warped:
            return "both rasters are on the grid: windows are read as they are"
        return f"{' and '.join(warped)} resampled onto the grid ({self._resampling})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._files.close()

    def clone(self) -> RasterPair:
        """The same pair with its own file handles, for another thread."""
        twin = RasterPair(
            self.before,
            self.after,
            self.grid,
            resampling=self._resampling,
            maps=self.maps,
            aoi=self.aoi,
        )
        twin.shift, twin.coregistered = self.shift, self.coregistered
        twin.warnings = list(self.warnings)
        return twin

    def read(
        self,
        window: Window,
        *,
        fill: bool = True,
        out_shape: tuple[int, int] | None = None,
        everywhere: bool = False,
    ) -> PairPixels:
        """Read a window of both dates.

        Parameters
        ----------
        window : Window
            Whole pixels of the working grid. It may reach beyond the grid: there the pixels are
            mirrored at the edge and not valid.
        fill : bool
            Where only one date has data, show it in both, so that the model sees no change there.
            Without it, no data is black.
        out_shape : (int, int), optional
            Rows and columns to read the part inside the grid at (for pictures). The window must
            then lie inside the grid.
        everywhere : bool
            Outside the area of interest data is valid, too.

        Raises
        ------
        ReadError
            A file could not be read.
        """
        core = inside(window, self.grid.width, self.grid.height)
        before_raw, before_valid = self._first.read(core, out_shape)
        after_raw, after_valid = self._second.read(core, out_shape)
        before = self.maps[0].apply(before_raw)
        after = self.maps[1].apply(after_raw)
        if before_valid is not None or after_valid is not None:
            before, after = fill_nodata(before, before_valid, after, after_valid, fill)
        shape = before.shape[1:]
        area = None if everywhere else self._area.window(core, shape)
        valid = _all_of(shape, before_valid, after_valid, area)
        pixels = PairPixels(before, after, valid, area)
        return pixels if out_shape is not None else pad(pixels, core, window)

    def valid(self, window: Window) -> NDArray[np.bool_]:
        """Where a window has data of both dates inside the area of interest, (h, w) bool.

        Without nodata, masks and resampling no pixel is read.
        """
        core = inside(window, self.grid.width, self.grid.height)
        masks = [
            reader.read(core)[1] if reader.needs_mask else None
            for reader in (self._first, self._second)
        ]
        shape = int(core.height), int(core.width)
        valid = _all_of(shape, *masks, self._area.window(core, shape))
        return np.pad(valid, border(core, window))

    def outside_area(self, box: tuple[int, int, int, int]) -> int:
        """Pixels of a half-open box (c0, r0, c1, r1) of the grid beyond the area of interest."""
        c0, r0, c1, r1 = box
        outside, step = 0, max(1, MASK_PIXELS // (c1 - c0))
        for top in range(r0, r1, step) if self.aoi is not None else ():
            shape = min(step, r1 - top), c1 - c0
            area = self._area.window(Window(c0, top, shape[1], shape[0]), shape)
            outside += 0 if area is None else area.size - int(np.count_nonzero(area))
        return outside

    def describe(self) -> dict[str, Any]:
        """Facts for ``engine info`` and the provenance; JSON-able."""
        return {
            "fits": True,
            "before": self.before.describe(),
            "after": self.after.describe(),
            "grid": self.grid.describe(),
            "alignment": self.alignment,
            "resampling": self._resampling,
            "overlap_m2": round(self.grid.area_m2, 1),
            "maps": {"before": self.maps[0].describe(), "after": self.maps[1].describe()},
            "shift": self.shift.describe() if self.shift else None,
            "coregistered": self.coregistered,
            "aoi": _short_wkt(self.aoi) if self.aoi is not None else None,
            "warnings": list(self.warnings),
        }

    def _decide_radiometry(self, stretch: str, rule: StretchRule) -> None:
        names = self.before.name, self.after.name
        before, after = sample_pair(self._read_raw, *self.size, names)
        dtypes = self.before.dtype, self.after.dtype
        self.maps = decide_maps(before, after, dtypes, stretch, rule, names)

    def _read_raw(self, window: Window) -> tuple[Values, Values, NDArray[np.bool_] | None]:
        before, before_valid = self._first.read(window)
        after, after_valid = self._second.read(window)
        if before_valid is None or after_valid is None:
            return before, after, before_valid if after_valid is None else after_valid
        return before, after, before_valid & after_valid

    def _with_shift(self, coregister: bool, note: Callable[[str], None]) -> RasterPair:
        """Estimate the shift; the pair itself, or a new one with the after date moved back."""
        self.shift = shift = estimate_shift(self)
        if shift is None:
            if coregister:
                note("No shift between the dates could be estimated; nothing was moved.")
            return self
        if not coregister:
            if shift.length_px > REPORTED_SHIFT_PX:
                note(
                    f"The dates seem shifted against each other by {shift.length_px:.1f} pixels "
                    f"({shift.dx_px:+.1f} right, {shift.dy_px:+.1f} down): --coregister removes it."
                )
            return self
        moved = self.after.moved(_moved_back(self.after, self.grid, shift))
        pair = RasterPair(
            self.before,
            moved,
            self.grid,
            resampling=self._resampling,
            maps=self.maps,
            aoi=self.aoi,
        )
        pair.shift, pair.coregistered = shift, True
        self.close()
        return pair


def _all_of(shape: tuple[int, ...], *masks: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    valid = np.ones(shape, bool)
    for mask in masks:
        if mask is not None:
            valid &= mask
    return valid


def _short_wkt(area: BaseGeometry) -> str:
    """The area itself, or its box where it would fill pages."""
    return str((area if get_num_coordinates(area) <= 500 else area.envelope).wkt)


def _moved_back(source: RasterSource, grid: WorkingGrid, shift: Shift) -> Affine:
    """The after raster's transform with the shift taken out, exact at the grid's centre."""
    to_source = PixelMap(grid.crs, grid.transform, source.crs, source.transform, source.width)
    col, row = grid.width / 2, grid.height / 2
    cols, rows = to_source(np.array([col, col + shift.dx_px]), np.array([row, row + shift.dy_px]))
    return cut_at(source.transform, float(cols[0] - cols[1]), float(rows[0] - rows[1]))
