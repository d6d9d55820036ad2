"""Generated pairs as files: two GeoTIFFs and the exact truth as polygons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from training.scenes.georef import place
from training.scenes.pair import find_view
from training.scenes.values import BANDS, as_bands, as_dtype, with_collar
from training.scenes.vectors import TruthWriter
from training.scenes.view import View
from training.scenes.world import World, view_of

CHUNK = 1024
"""Pixels of the windows that pictures are written in; a multiple of the world's tiles."""
CENTER = (-97.74, 30.42)
DESCRIPTION = "Synthetic scene drawn by a program. Not imagery of any real place."


@dataclass(frozen=True)
class PairPaths:
    """Where a written pair lies."""

    before: Path
    after: Path
    truth: Path


@dataclass(frozen=True)
class DateFile:
    """How one date is written. ``nodata`` None leaves the file without; ``collar`` in pixels."""

    path: Path
    dtype: str
    nodata: float | None
    bands: str
    date: dt.date | None
    collar: int
    compress: str
    seed: int


def write_pair(
    folder: str | Path,
    seed: int,
    width: int,
    height: int,
    *,
    gsd: float = 0.5,
    crs: str = "EPSG:32614",
    center: tuple[float, float] = CENTER,
    dtype: str = "uint8",
    nodata: float | None = None,
    bands: str = "rgb",
    collar: int = 0,
    after_crs: str | None = None,
    after_gsd: float | None = None,
    after_dtype: str | None = None,
    after_nodata: float | None = None,
    after_bands: str | None = None,
    before_date: dt.date | str | None = "2012-03-18",
    after_date: dt.date | str | None = "2018-10-05",
    change: float = 0.3,
    max_shift: float = 1.0,
    compress: str = "deflate",
    truth: str = "truth.gpkg",
) -> PairPaths:
    """Draw a pair and write ``before.tif``, ``after.tif`` and the truth into a folder.

    Parameters
    ----------
    folder : path
        Made if missing; files of the same names are replaced.
    seed, width, height, gsd, change, max_shift
        As :func:`training.scenes.generate_pair` takes them. The picture is written window by
        window: memory stays bounded, and there are no seams.
    crs, after_crs : str
        Anything pyproj reads. The after date is warped where its CRS or GSD differs.
    center : (float, float)
        Longitude, latitude of the middle in degrees.
    dtype, after_dtype : str
        uint8, uint16, int16, float32, …: wider integers hold 8 v + 40, floats v / 255.
    nodata, after_nodata : float, optional
        Written to the file; needed for a collar. A warped after date gets 0 unless told.
    bands, after_bands : str
        rgb, bgr, rgba, bgrn or gray, with colour interpretation set.
    collar : int
        Widest part in pixels of a slanting rim of nodata on both dates (0: none).
    before_date, after_date : date or ISO text, optional
        Into the TIFF's date tag; None leaves it out.
    truth : str
        File name ending in .gpkg or .geojson.

    Returns
    -------
    PairPaths

    Raises
    ------
    ValueError
        A size, type, band word or place that cannot be drawn or written.
    """
    folder = Path(folder)
    view_of(0, 0, width, height, gsd)  # what cannot be drawn is refused before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    if collar and nodata is None:
        raise ValueError("a collar needs a nodata value")
    grid_crs = CRS.from_user_input(crs)
    transform = place(grid_crs, center, width, height, gsd)
    world = World(seed, change=change, max_shift=max_shift)
    whole = find_view(world, width, height, gsd)
    warped = after_crs is not None or after_gsd is not None
    first = DateFile(folder / "before.tif", dtype, nodata, bands, _date(before_date), collar,
                     compress, seed)  # fmt: skip
    own = nodata if after_nodata is None else after_nodata
    second = DateFile(
        folder / "after.tif", after_dtype or dtype, 0 if warped and own is None else own,
        after_bands or bands, _date(after_date), collar if own is not None else 0, compress, seed,
    )  # fmt: skip
    drawn = replace(second, path=folder / "after.drawn.tif") if warped else second
    truth_path = folder / truth
    with (
        rasterio.Env(GDAL_CACHEMAX=128),
        create(first, grid_crs, transform, width, height) as before,
        create(drawn, grid_crs, transform, width, height) as after,
        TruthWriter(truth_path, grid_crs, transform) as writer,
    ):
        for at, view in chunks(whole):
            pair = world.look(view)
            put(before, first, pair.before, at, (width, height))
            put(after, drawn, pair.after, at, (width, height))
            writer.add(pair.objects, at, (width, height))
    if warped:
        target = CRS.from_user_input(after_crs or crs)
        _warp(drawn.path, second, target, center, after_gsd or gsd)
        drawn.path.unlink()
    return PairPaths(first.path, second.path, truth_path)


def chunks(whole: View) -> Iterator[tuple[tuple[int, int], View]]:
    """The windows a picture is written in, row by row, each with its row and column in it."""
    for row in range(0, whole.height, CHUNK):
        for col in range(0, whole.width, CHUNK):
            width, height = min(CHUNK, whole.width - col), min(CHUNK, whole.height - row)
            yield (row, col), View(whole.col0 + col, whole.row0 + row, width, height, whole.gsd)


def _date(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def create(file: DateFile, crs: CRS, transform: Affine, width: int, height: int) -> Any:
    """Open a tiled GeoTIFF for writing, its tags and colours set."""
    names = BANDS.get(file.bands, ())
    profile = {
        "driver": "GTiff", "width": width, "height": height, "count": len(names) or 1,
        "dtype": file.dtype, "crs": crs.to_wkt(), "transform": transform, "tiled": True,
        "blockxsize": 256, "blockysize": 256, "BIGTIFF": "IF_SAFER",
    }  # fmt: skip
    if file.compress != "none":
        profile |= {"compress": file.compress, "num_threads": 2}
        if file.compress in ("deflate", "lzw", "zstd"):
            profile["predictor"] = 3 if np.dtype(file.dtype).kind == "f" else 2
    if file.nodata is not None:
        profile["nodata"] = file.nodata
    if "alpha" in names:
        profile["alpha"] = "yes"
    dataset = rasterio.open(file.path, "w", **profile)
    dataset.colorinterp = [ColorInterp[name] for name in names]
    for index, name in enumerate(names, start=1):
        dataset.set_band_description(index, "nir" if name == "undefined" else name)
    tags = {
        "TIFFTAG_SOFTWARE": "ChangeVG training.scenes",
        "TIFFTAG_IMAGEDESCRIPTION": DESCRIPTION,
        "SYNTHETIC": "YES",
        "SEED": str(file.seed),
    }
    if file.date is not None:
        tags["TIFFTAG_DATETIME"] = f"{file.date:%Y:%m:%d} 10:30:00"
    dataset.update_tags(**tags)
    return dataset


def put(
    dataset: Any, file: DateFile, picture: np.ndarray, at: tuple[int, int], size: tuple[int, int]
) -> None:
    """Write one scene's pixels at (row, col) of the whole."""
    values = as_dtype(as_bands(picture, file.bands), file.dtype, file.nodata)
    if file.collar and file.nodata is not None:
        with_collar(values, file.nodata, at, size, file.collar)
    window = Window(at[1], at[0], values.shape[2], values.shape[1])
    dataset.write(values, window=window)


def _warp(source: Path, file: DateFile, crs: CRS, center: tuple[float, float], gsd: float) -> None:
    """Resample a drawn date onto another CRS or pixel size, window by window."""
    with rasterio.Env(GDAL_CACHEMAX=128), rasterio.open(source) as drawn:
        anchor = place(crs, center, 2, 2, gsd)
        box = transform_bounds(drawn.crs, crs.to_wkt(), *drawn.bounds, densify_pts=21)
        left = anchor.c + np.floor((box[0] - anchor.c) / anchor.a) * anchor.a
        top = anchor.f + np.floor((box[3] - anchor.f) / anchor.e) * anchor.e
        width = int(np.ceil((box[2] - left) / anchor.a))
        height = int(np.ceil((box[1] - top) / anchor.e))
        transform = Affine(anchor.a, 0, float(left), 0, anchor.e, float(top))
        with (
            WarpedVRT(drawn, crs=crs.to_wkt(), transform=transform, width=width, height=height,
                      resampling=Resampling.bilinear, nodata=file.nodata) as view,
            create(file, crs, transform, width, height) as dataset,
        ):  # fmt: skip
            for row in range(0, height, 1024):
                for col in range(0, width, 1024):
                    window = Window(col, row, min(1024, width - col), min(1024, height - row))
                    dataset.write(view.read(window=window), window=window)
