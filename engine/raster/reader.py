"""One date read window by window on the working grid, with what is data and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import DatasetReader
from rasterio._err import CPLE_BaseError
from rasterio._path import _parse_path, _vsi_path
from rasterio.dtypes import dtype_rev, typename_fwd
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from engine.errors import ReadError, UsageError
from engine.raster.geodesy import cut_at, place, unwrapped
from engine.raster.overlap import whole_pixel_offset
from engine.raster.source import RasterSource, open_dataset, raster_errors
from engine.raster.working import WorkingGrid

AVERAGE_FROM = 1.5
"""From this many source pixels per grid pixel on, they are averaged instead of interpolated."""

DECIMATED_FROM = 4
"""From this many grid pixels per asked-for pixel on, a warped date is read on a coarse grid."""
_OPAQUE = 255


class DateReader:
    """Reads a raster on a working grid.

    Where the raster's pixels are the grid's (within a hundredth of a pixel), windows are read as
    they are; otherwise through one warped VRT onto the grid.

    Parameters
    ----------
    source : RasterSource
    grid : WorkingGrid
    resampling : str
        Name of a GDAL resampling method.
    """

    def __init__(self, source: RasterSource, grid: WorkingGrid, resampling: str = "bilinear"):
        self.source = source
        self._grid = grid
        self._resampling = resampling
        self._offset = whole_pixel_offset(grid.crs, grid.transform, grid.width, grid.height, source)
        self._dataset: DatasetReader | None = None
        self._vrt: WarpedVRT | None = None
        self._colours: DatasetReader | None = None
        self._by_nodata: WarpedVRT | None = None
        self._mixed = False
        self._bands = list(source.bidx)
        self._alpha: int | None = None
        self._nodata: NDArray[Any] | None = None
        self._open()

    @property
    def warped(self) -> bool:
        """Whether the raster is resampled onto the grid."""
        return self._offset is None

    @property
    def needs_mask(self) -> bool:
        """Whether any pixel of this date can be nodata."""
        source = self.source
        return (
            self.warped
            or source.has_alpha
            or source.has_mask
            or self._nodata is not None
            or source.dtype.startswith("float")
        )

    def __enter__(self) -> DateReader:
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
        for dataset in (self._by_nodata, self._colours, self._vrt, self._dataset):
            if dataset is not None:
                dataset.close()

    def read(
        self, window: Window, out_shape: tuple[int, int] | None = None
    ) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Pixels and data mask of a window inside the grid.

        Parameters
        ----------
        window : Window
            Whole pixels of the working grid.
        out_shape : (int, int), optional
            Rows and columns to read it at, decimated.

        Returns
        -------
        pixels : (3, h, w)
            In the file's data type, or physical values as float32 where it is scaled.
        valid : (h, w) bool or None
            ``None`` when every pixel is data.

        Raises
        ------
        ReadError
            Naming the file and the window.
        """
        shape = out_shape or (int(window.height), int(window.width))
        if self.warped and shape[1] * DECIMATED_FROM <= window.width:
            return self._decimated(window, shape)
        dataset: DatasetReader | WarpedVRT | None = self._vrt
        if self._offset is not None:
            col, row = self._offset
            dataset = self._dataset
            window = Window(window.col_off + col, window.row_off + row, window.width, window.height)
        assert dataset is not None
        with _reading(self.source.path, window):
            pixels, alpha = self._pixels(dataset, window, shape)
            again = self._by_nodata and self._by_nodata.read(window=window, out_shape=(4, *shape))
            masks = (
                dataset.read_masks(self._bands, window=window, out_shape=(3, *shape))
                if self.source.has_mask and not self.warped
                else None
            )
        valid = self._valid(pixels, alpha, masks)
        if again is not None:
            # Where nodata took part, only this time it was left out of the colours.
            pixels = np.where(again[3] < _OPAQUE, again[:3], pixels)
            valid = _both(valid, again[3] > _OPAQUE // 2)
        if self.source.scaled:
            scales = np.asarray(self.source.scales, np.float32)[:, None, None]
            offsets = np.asarray(self.source.offsets, np.float32)[:, None, None]
            pixels = pixels.astype(np.float32) * scales + offsets
        return pixels, valid

    def _decimated(
        self, window: Window, shape: tuple[int, int]
    ) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Warp straight onto a coarse grid: the fine one would be computed to be thrown away."""
        grid, (height, width) = self._grid, shape
        steps = window.width / width, window.height / height
        coarse = replace(
            grid,
            transform=cut_at(grid.transform, window.col_off, window.row_off, *steps),
            width=width,
            height=height,
            gsd_m=(grid.gsd_m[0] * steps[0], grid.gsd_m[1] * steps[1]),
        )
        with DateReader(self.source, coarse, "nearest") as reader:
            return reader.read(Window(0, 0, width, height))

    def _pixels(
        self, dataset: DatasetReader | WarpedVRT, window: Window, shape: tuple[int, int]
    ) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Colours in the source's type, and alpha where there is one."""
        bands = self._bands if self._alpha is None else [*self._bands, self._alpha]
        if not self._mixed:
            read = dataset.read(bands, window=window, out_shape=(len(bands), *shape))
            pixels = read[:3]
        else:  # rasterio reads no bands of several types at once
            read = [dataset.read(band, window=window, out_shape=shape) for band in bands]
            pixels = np.stack(read[:3])
        # A warped raster has the type of its alpha band where that is the larger one.
        pixels = pixels.astype(self.source.dtype, copy=False)
        return pixels, read[3] if self._alpha is not None else None

    def _valid(
        self,
        pixels: NDArray[Any],
        alpha: NDArray[Any] | None,
        masks: NDArray[np.uint8] | None,
    ) -> NDArray[np.bool_] | None:
        valid: NDArray[np.bool_] | None = None
        if alpha is not None:
            # Of a warped pixel more than half must come from data; a file's own alpha is a mask.
            valid = np.greater(alpha, _OPAQUE // 2 if self.warped else 0)
        if masks is not None:
            valid = _both(valid, np.any(masks, axis=0))
        if self._nodata is not None and not self.warped:
            valid = _both(valid, np.any(pixels != self._nodata, axis=0))
        if pixels.dtype.kind == "f":
            valid = _both(valid, np.all(np.isfinite(pixels), axis=0))
        return valid

    def _open(self) -> None:
        self._dataset = dataset = open_dataset(self.source.path)
        try:
            with raster_errors(self.source.path):
                self._prepare(dataset)
                kinds = (self._vrt or dataset).dtypes
                bands = [*self._bands, *([self._alpha] if self._alpha else [])]
                self._mixed = len({kinds[band - 1] for band in bands}) > 1
        except BaseException:
            self.close()
            raise

    def _prepare(self, dataset: DatasetReader) -> None:
        alphas = [i for i, c in enumerate(dataset.colorinterp, 1) if c == ColorInterp.alpha]
        alpha = alphas[0] if self.source.has_alpha else None
        if not self.warped:
            self._alpha = alpha
            self._nodata = _nodata_values(self.source)
            return
        source = self.source
        values = _nodata_values(source)
        nodata = None if values is None else values.ravel()[0].item()
        if nodata is None and source.dtype.startswith("float"):
            nodata = float("nan")
        ratio = _source_pixels_per_grid_pixel(source, self._grid)
        method = Resampling[self._resampling]
        extras = {
            "UNIFIED_SRC_NODATA": "YES",
            "SRC_ALPHA_MAX": "1",
            "DST_ALPHA_MAX": str(_OPAQUE),
        }
        if method == Resampling.bilinear and ratio >= AVERAGE_FROM:
            method = Resampling.average
        elif ratio > 1 and ratio < AVERAGE_FROM:
            # GDAL widens its kernel as soon as pixels get a little larger: three times slower for
            # no visible gain. Tell it the scales are equal.
            extras |= {"XSCALE": "1", "YSCALE": "1"}
        grid = self._grid
        middle = place(grid.transform, grid.width / 2, 0)[0]
        src_crs, src_transform = unwrapped(
            source.crs, source.transform, source.width, grid.crs, middle
        )
        warp = partial(
            WarpedVRT,
            src_crs=src_crs,
            src_transform=src_transform,
            src_nodata=nodata,
            crs=grid.crs,
            transform=grid.transform,
            width=grid.width,
            height=grid.height,
            resampling=method,
            tolerance=0.05,
            **extras,
        )
        self._vrt = warp(dataset, src_alpha=alpha or 0, add_alpha=alpha is None)
        self._alpha = alpha or self._vrt.count
        if alpha and values is not None:
            # Of a raster with an alpha band GDAL's warper heeds no nodata.
            self._colours = rasterio.open(_colours_alone(dataset, self.source))
            self._by_nodata = warp(self._colours, add_alpha=True)


def check_resampling(name: str) -> None:
    """Refuse a resampling method GDAL does not warp with.

    Raises
    ------
    UsageError
    """
    known = [method.name for method in Resampling if method != Resampling.gauss]
    if name not in known:
        raise UsageError(
            f"{name!r} is no resampling method.", hint=f"Choose one of {', '.join(known)}."
        )


def _colours_alone(dataset: DatasetReader, source: RasterSource) -> str:
    """A raster's colours as a VRT of three bands of one type."""
    kind = typename_fwd[dtype_rev[source.dtype]]
    size = {"rasterXSize": str(dataset.width), "rasterYSize": str(dataset.height)}
    vrt = Element("VRTDataset", size)
    SubElement(vrt, "GeoTransform").text = ", ".join(map(repr, source.transform.to_gdal()))
    for number, band in enumerate(source.bidx, 1):
        made = SubElement(vrt, "VRTRasterBand", {"dataType": kind, "band": str(number)})
        simple = SubElement(made, "SimpleSource")
        # Not shared: readers of other threads would have the same file open.
        name = SubElement(simple, "SourceFilename", {"relativeToVRT": "0", "shared": "0"})
        name.text = _vsi_path(_parse_path(source.path))
        SubElement(simple, "SourceBand").text = str(band)
    return tostring(vrt, "unicode")


def _source_pixels_per_grid_pixel(source: RasterSource, grid: WorkingGrid) -> float:
    ratios = [g / s for g, s in zip(grid.gsd_m, source.gsd_m, strict=True)]
    return max(ratios)


def _nodata_values(source: RasterSource) -> NDArray[Any] | None:
    """Nodata per band, (3, 1, 1), in the file's type; ``None`` where it cannot occur."""
    if any(value is None for value in source.nodata):
        return None
    values = np.asarray(source.nodata, np.float64)
    kind = np.dtype(source.dtype)
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        whole = np.isfinite(values) & (values == np.round(values))
        if not (whole & (values >= limits.min) & (values <= limits.max)).all():
            return None
    elif not np.isfinite(values).all():
        return None
    return values.astype(kind)[:, None, None]


def _both(one: NDArray[np.bool_] | None, other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return other if one is None else one & other


@contextmanager
def _reading(path: str, window: Window) -> Iterator[None]:
    try:
        yield
    except (RasterioError, CPLE_BaseError, OSError) as error:
        where = (
            f"columns {int(window.col_off)} to {int(window.col_off + window.width)}, "
            f"rows {int(window.row_off)} to {int(window.row_off + window.height)}"
        )
        raise ReadError(
            f"{path} could not be read at {where}: {error}.",
            hint="The file may be cut short or its storage out of reach; copy it again.",
        ) from error
