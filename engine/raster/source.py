"""One date: a raster opened, checked, and described."""

from __future__ import annotations

import datetime as dt
import os
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from pyproj.exceptions import ProjError
from rasterio import DatasetReader
from rasterio._err import CPLE_BaseError  # what some of its attributes let through
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Interleaving, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from engine.errors import (
    DataTypeError,
    GcpOnlyError,
    NoCrsError,
    RasterOpenError,
    RotatedError,
)
from engine.raster.bands import choose_bands
from engine.raster.dates import find_date
from engine.raster.env import CACHE_MB
from engine.raster.geodesy import ground_size

SMALLEST_M, LARGEST_M = 1e-6, 1e7
"""Metres on the ground between which every pixel is."""
_ELSEWHERE = re.compile(r"^(/vsi|[a-z][a-z0-9+.-]*://|[A-Za-z0-9_]{2,}:|<)")


@dataclass(frozen=True)
class RasterSource:
    """One date's raster as the engine uses it.

    Attributes
    ----------
    path : str
        File or GDAL name (``/vsicurl/…``).
    crs, transform, width, height
        Georeferencing; north-up, in the file's own system.
    dtype : str
        Data type of the colour bands.
    bidx : (int, int, int)
        Numbers, from 1, of red, green and blue.
    nodata : tuple of float or None
        Nodata value per colour band; ``None`` where a band has none.
    scales, offsets : tuple of float
        Per colour band: physical value = scale * stored value + offset.
    gsd_m : (float, float)
        Ground metres per pixel at the raster's centre, by geodesy.
    date : date or None
        The day it shows.
    has_alpha : bool
        An alpha band says where there is data.
    has_mask : bool
        A mask band says where there is data.
    band_count : int
        Bands in the file.
    driver : str
        GDAL's name of the format.
    block_mb : float
        MiB that are unpacked at once to read one pixel.
    """

    path: str
    crs: CRS
    transform: Affine
    width: int
    height: int
    dtype: str
    bidx: tuple[int, int, int]
    nodata: tuple[float | None, ...]
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    gsd_m: tuple[float, float]
    date: dt.date | None
    has_alpha: bool
    has_mask: bool
    band_count: int
    driver: str
    block_mb: float

    @property
    def name(self) -> str:
        """Last part of the path, for messages."""
        return os.path.basename(self.path) or self.path

    @property
    def scaled(self) -> bool:
        """Whether stored values must be scaled to become physical ones."""
        return self.dtype != "uint8" and (
            any(s != 1 for s in self.scales) or any(o != 0 for o in self.offsets)
        )

    def moved(self, transform: Affine) -> RasterSource:
        """The same raster at another place."""
        return replace(self, transform=transform)

    def describe(self) -> dict[str, Any]:
        """Facts for ``engine info`` and the provenance."""
        return {
            "path": self.path,
            "driver": self.driver,
            "width": self.width,
            "height": self.height,
            "crs": self.crs.to_string(),
            "dtype": self.dtype,
            "band_count": self.band_count,
            "bands": list(self.bidx),
            "nodata": [_json_number(value) for value in self.nodata],
            "alpha": self.has_alpha,
            "mask": self.has_mask,
            "scales": list(self.scales) if self.scaled else None,
            "offsets": list(self.offsets) if self.scaled else None,
            "gsd_m": [round(g, 4) for g in self.gsd_m],
            "date": self.date.isoformat() if self.date else None,
        }


def open_dataset(path: str) -> DatasetReader:
    """Open a raster with GDAL.

    Raises
    ------
    RasterOpenError
        Missing, a directory, or nothing GDAL reads.
    """
    if not _ELSEWHERE.match(path) or os.path.exists(path):
        # Not pathlib's: these say no to names that no file can have, too.
        if os.path.isdir(path):
            raise RasterOpenError(f"{path} is a directory.", hint="Name one raster file in it.")
        if not os.path.exists(path):
            raise RasterOpenError(f"{path[:500]} does not exist.", hint="Check the path.")
    with raster_errors(path), warnings.catch_warnings():
        # Missing georeferencing is an error of ours, with a hint.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return rasterio.open(path)


@contextmanager
def raster_errors(path: str) -> Iterator[None]:
    """Turn what looking at a broken raster can raise into an error that names it.

    GDAL reads a file's parts when they are asked for, so that not only opening can fail.

    Raises
    ------
    RasterOpenError
    """
    try:
        yield
    except (RasterioError, CPLE_BaseError, ProjError, OSError, ValueError) as error:
        raise RasterOpenError(
            f"{path[:500]} cannot be read as a raster: {_first_line(error)}.",
            hint="Check that the file is whole and of a format GDAL reads (GeoTIFF, COG, VRT, …).",
        ) from error


def open_source(
    path: str | os.PathLike[str],
    *,
    bidx: Sequence[int] | None = None,
    nodata: float | None = None,
    date: str | dt.date | None = None,
    bidx_option: str = "--bidx",
    warn: Callable[[str], None] | None = None,
) -> RasterSource:
    """Open one date, run every check that needs no second one, and close it.

    Parameters
    ----------
    bidx : sequence of int, optional
        Red, green and blue as the user says.
    nodata : float, optional
        Overrides the file's nodata value.
    date : str or date, optional
        Overrides the file's date.
    bidx_option : str
        The option that names this date's bands.
    warn : callable, optional
        Told what had to be guessed.

    Raises
    ------
    PairError
        One of its leaves, naming the file.
    """
    name = os.fspath(path)
    with open_dataset(name) as ds, raster_errors(name):
        if ds.count == 0:
            inside = ", ".join(ds.subdatasets[:3])
            raise RasterOpenError(
                f"{name} holds no bands itself.",
                hint=f"Name one of its subdatasets: {inside}." if inside else "Check the file.",
            )
        _check_georeferencing(ds)
        block_mb = _block_mb(ds)
        if block_mb > CACHE_MB:
            raise in_large_blocks(name, block_mb)
        bands = choose_bands(ds, bidx, option=bidx_option, warn=warn)
        dtype = _data_type(ds, bands)
        flags = [set(ds.mask_flag_enums[b - 1]) for b in bands]
        # A band that is looked at as a colour on request does not also mask.
        has_alpha = any(
            interp == ColorInterp.alpha and band not in bands
            for band, interp in enumerate(ds.colorinterp, 1)
        )
        has_mask = not has_alpha and any(
            not flag & {MaskFlags.all_valid, MaskFlags.nodata, MaskFlags.alpha} for flag in flags
        )
        gsd = ground_size(ds.crs, ds.transform, ds.width / 2, ds.height / 2)
        if not (np.isfinite(gsd).all() and min(gsd) > SMALLEST_M and max(gsd) < LARGEST_M):
            raise NoCrsError(
                f"{name} lies nowhere on Earth in its own reference system "
                f"({ds.crs.to_string()[:60]}).",
                hint="Check which system its coordinates are in and assign it with gdal_edit.",
            )
        return RasterSource(
            path=name,
            crs=ds.crs,
            transform=ds.transform,
            width=ds.width,
            height=ds.height,
            dtype=dtype,
            bidx=bands,
            nodata=tuple(ds.nodatavals[b - 1] if nodata is None else nodata for b in bands),
            scales=tuple(ds.scales[b - 1] for b in bands),
            offsets=tuple(ds.offsets[b - 1] for b in bands),
            gsd_m=gsd,
            date=find_date(name, _all_tags(ds), date),
            has_alpha=has_alpha,
            has_mask=has_mask,
            band_count=ds.count,
            driver=ds.driver,
            block_mb=block_mb,
        )


def _check_georeferencing(ds: DatasetReader) -> None:
    transform = ds.transform
    points, _ = ds.gcps
    placed = transform != Affine.identity()
    if not placed and (points or ds.rpcs):
        kind = "ground control points" if points else "RPCs"
        raise GcpOnlyError(
            f"{ds.name} is georeferenced by {kind} only.",
            hint=f"Rectify it first: gdalwarp {'' if points else '-rpc '}IN OUT.",
        )
    if not ds.crs:
        raise NoCrsError(
            f"{ds.name} has no coordinate reference system.",
            hint="Assign the one it is in: gdal_edit -a_srs EPSG:code FILE.",
        )
    if not (ds.crs.is_geographic or ds.crs.is_projected):
        raise NoCrsError(
            f"{ds.name} has a local reference system that has no place on Earth.",
            hint="Assign the geographic or projected system it is in: gdal_edit -a_srs.",
        )
    if not placed:
        raise NoCrsError(
            f"{ds.name} has a reference system but no position: it has no geotransform.",
            hint="Assign its corners: gdal_edit -a_ullr west north east south FILE.",
        )
    a, b, _, d, e, _ = transform[:6]
    # A skew of less than a hundredth of a pixel over the whole raster is rounding.
    skew = max(abs(b) * ds.height / abs(a or 1), abs(d) * ds.width / abs(e or 1))
    if not (np.isfinite(transform[:6]).all() and a > 0 and e < 0 and skew < 0.01):
        raise RotatedError(
            f"{ds.name} is rotated or flipped: its rows do not run west to east, top to bottom.",
            hint="Make it north-up first: gdalwarp IN OUT.",
        )


def _block_mb(ds: DatasetReader) -> float:
    # Of interleaved bands, a block holds all.
    bands = ds.count if ds.interleaving == Interleaving.pixel else 1
    sizes = [
        height * width * np.dtype(kind).itemsize
        for (height, width), kind in zip(ds.block_shapes, ds.dtypes, strict=True)
        if not kind.startswith("complex_int")
    ]
    return float(bands * max(sizes, default=0) / 2**20)


def in_large_blocks(name: str, block_mb: float) -> RasterOpenError:
    """A block that the cache has no room for would be unpacked anew for every window."""
    return RasterOpenError(
        f"{name} is packed in pieces of {block_mb:,.0f} MiB, which can only be unpacked whole.",
        hint="Write it in tiles first: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE "
        "-co BIGTIFF=IF_SAFER IN OUT.",
    )


def _data_type(ds: DatasetReader, bands: tuple[int, int, int]) -> str:
    names = {ds.dtypes[b - 1] for b in bands}
    if any(name.startswith("complex") for name in names):
        raise DataTypeError(
            f"{ds.name} holds complex numbers ({sorted(names)[0]}), which are not a picture.",
            hint="Write their magnitude as real numbers first.",
        )
    return str(np.result_type(*names)) if len(names) > 1 else names.pop()


def _all_tags(ds: DatasetReader) -> dict[str, str]:
    # Acquisition times live in the IMAGERY domain of many products.
    tags: dict[str, str] = dict(ds.tags(ns="IMAGERY"))
    tags.update(ds.tags())
    return tags


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")


def _json_number(value: float | None) -> float | str | None:
    if value is None or np.isfinite(value):
        return value
    return str(value)
