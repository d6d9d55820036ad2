"""Small rasters written on the fly: single files, and pairs with planted changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Geod, Transformer
from rasterio.enums import ColorInterp
from rasterio.transform import from_bounds

GROUND = (30.0, 110.0)
"""Grey values of the ground, uniformly distributed."""
BRIGHT = 200.0
"""Grey value of a planted rectangle."""
TEXAS = (-98.2, 29.6)
_PERIOD = 400.0
_CELL = 12


def write_raster(
    path: Path | str,
    array: np.ndarray,
    *,
    crs: Any = "EPSG:32614",
    transform: Affine | None = None,
    bounds: Sequence[float] | None = None,
    nodata: float | None = None,
    colorinterp: Sequence[str] | None = None,
    descriptions: Sequence[str] | None = None,
    alpha: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    gcps: Sequence[Any] | None = None,
    rpcs: Any | None = None,
    tags: Mapping[str, str] | None = None,
    scales: Sequence[float] | None = None,
    offsets: Sequence[float] | None = None,
    driver: str = "GTiff",
    **profile: Any,
) -> Path:
    """Write bands (b, h, w), with an alpha band or an inner mask where given."""
    bands = array if array.ndim == 3 else array[None]
    if alpha is not None:
        bands = np.concatenate([bands, alpha[None].astype(bands.dtype)])
        colours = {1: ["gray"], 3: ["red", "green", "blue"]}
        colorinterp = colorinterp or [*colours[len(array)], "alpha"]
    count, height, width = bands.shape
    if transform is None and bounds is not None:
        transform = from_bounds(*bounds, width, height)
    settings: dict[str, Any] = {
        "driver": driver, "width": width, "height": height, "count": count,
        "dtype": bands.dtype, "nodata": nodata, **profile,
    }  # fmt: skip
    if gcps is None:
        settings |= {"crs": crs, "transform": transform or Affine.identity()}
    if driver == "GTiff" and colorinterp:
        settings |= {"photometric": "RGB" if list(colorinterp[:3]) == RGB else "MINISBLACK"}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(path, "w", **settings) as ds,
    ):
        # GTiff takes the meaning of bands only before the first pixels.
        if colorinterp:
            ds.colorinterp = [ColorInterp[name] for name in colorinterp]
        ds.write(bands)
        if descriptions:
            ds.descriptions = tuple(descriptions)
        if mask is not None:
            ds.write_mask(mask)
        if gcps is not None:
            ds.gcps = (list(gcps), rasterio.crs.CRS.from_user_input(crs))
        if rpcs is not None:
            ds.rpcs = rpcs
        if scales:
            ds.scales = tuple(scales)
        if offsets:
            ds.offsets = tuple(offsets)
        if tags:
            ds.update_tags(**tags)
    return Path(path)


RGB = ["red", "green", "blue"]


@dataclass(frozen=True)
class PlantedPair:
    """Two files and the rectangles that differ, in the before raster's system.

    ``truth`` has class, action and the rectangle's pixels c0, r0, c1, r1 (half open) before.
    """

    before: Path
    after: Path
    truth: gpd.GeoDataFrame


def north_up(crs: Any, gsd: float, lonlat: tuple[float, float] | None = None) -> Affine:
    """A transform with square ground pixels of ``gsd`` metres whose corner lies at a place."""
    system = CRS.from_user_input(crs)
    if lonlat is None:
        lonlat = TEXAS
        area = system.area_of_use
        if area is not None and not (area.west <= TEXAS[0] <= area.east):
            lonlat = ((area.west + area.east) / 2, (area.south + area.north) / 2)
    forth = Transformer.from_crs("EPSG:4326", system, always_xy=True)
    back = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    x, y = forth.transform(*lonlat)
    if system.is_geographic:
        x = lonlat[0]
    step = 1e-6 if system.is_geographic else 1.0
    geod = Geod(ellps="WGS84")
    origin = back.transform(x, y)
    width = geod.inv(*origin, *back.transform(x + step, y))[2] / step
    height = geod.inv(*origin, *back.transform(x, y + step))[2] / step
    return Affine(gsd / width, 0, x, 0, -gsd / height, y)


def planted_pair(
    folder: Path,
    *,
    crs: Any = "EPSG:32614",
    gsd: float = 0.5,
    width: int = 400,
    height: int = 300,
    dtype: str = "uint8",
    nodata: float | None = None,
    seed: int = 0,
    n: int = 12,
    after_crs: Any = None,
    after_gsd: float | None = None,
    after_dtype: str | None = None,
    shift_px: tuple[float, float] = (0, 0),
    lonlat: tuple[float, float] | None = None,
    collar: int = 12,
    sizes: tuple[int, int] = (10, 36),
    names: tuple[str, str] = ("before.tif", "after.tif"),
    rectangles: Sequence[tuple[int, int, int, int, str]] | None = None,
    **profile: Any,
) -> PlantedPair:
    """Write a pair on smooth, faintly textured ground with rectangles that come or go.

    A rectangle is bright where it stands. The after raster covers the before raster and, on
    another grid, a little more; ``nodata`` gives it a collar of ``collar`` pixels (no rectangle
    lies there). ``shift_px`` moves what the after raster shows, not where it says it lies.
    """
    rng = np.random.default_rng(seed)
    transform = north_up(crs, gsd, lonlat)
    margin = collar + 6
    if rectangles is None:
        rectangles = _places(rng, width, height, n, sizes, margin)
    scene = _Scene(rectangles, rng.uniform(-7, 7, (64, 64)))
    cols, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    before = write_raster(
        folder / names[0], _encoded(scene.show(cols, rows, "before"), dtype),
        crs=crs, transform=transform, colorinterp=RGB, **profile,
    )  # fmt: skip
    other_dtype = after_dtype or dtype
    same_grid = after_crs is None and after_gsd is None
    target = transform
    size = width, height
    if not same_grid:
        target, size = _covering(
            crs, transform, width, height, after_crs or crs, after_gsd or gsd, lonlat
        )
    pixels = _after(scene, crs, transform, after_crs or crs, target, size, shift_px, same_grid)
    coded = _encoded(pixels, other_dtype)
    if nodata is not None and collar:
        inner = np.zeros(coded.shape[1:], bool)
        inner[collar:-collar, collar:-collar] = True
        coded[:, ~inner] = nodata
    after = write_raster(
        folder / names[1], coded, crs=after_crs or crs, transform=target, nodata=nodata,
        colorinterp=RGB, **profile,
    )  # fmt: skip
    return PlantedPair(before, after, _truth(rectangles, transform, crs))


@dataclass(frozen=True)
class _Scene:
    """The ground and its rectangles as functions of before-pixel places."""

    rectangles: Sequence[tuple[int, int, int, int, str]]
    noise: np.ndarray

    def show(self, cols: np.ndarray, rows: np.ndarray, date: str) -> np.ndarray:
        wave = np.abs(((0.8 * cols + 0.6 * rows) / _PERIOD) % 2 - 1)
        grey = GROUND[0] + (GROUND[1] - GROUND[0]) * wave + self._texture(cols, rows)
        standing = {"before": "disappeared", "after": "appeared"}[date]
        for c0, r0, c1, r1, action in self.rectangles:
            if action == standing:
                grey[(cols >= c0) & (cols < c1) & (rows >= r0) & (rows < r1)] = BRIGHT
        return np.stack([grey, grey + 4, grey - 4])

    def _texture(self, cols: np.ndarray, rows: np.ndarray) -> np.ndarray:
        u, v = cols / _CELL, rows / _CELL
        i, j = np.floor(u).astype(int), np.floor(v).astype(int)
        a, b = u - i, v - j
        at = lambda di, dj: self.noise[(j + dj) % 64, (i + di) % 64]  # noqa: E731
        top = at(0, 0) * (1 - a) + at(1, 0) * a
        low = at(0, 1) * (1 - a) + at(1, 1) * a
        return top * (1 - b) + low * b


def _after(
    scene: _Scene, crs: Any, transform: Affine, after_crs: Any, target: Affine,
    size: tuple[int, int], shift_px: tuple[float, float], same_grid: bool,
) -> np.ndarray:  # fmt: skip
    back = Transformer.from_crs(after_crs, crs, always_xy=True)
    # Other grids cut rectangles: a pixel shows the mean of 3 x 3 places in it.
    steps = (0.5,) if same_grid else (1 / 6, 0.5, 5 / 6)
    total = np.zeros((3, size[1], size[0]))
    for down in steps:
        for right in steps:
            cols, rows = np.meshgrid(np.arange(size[0]) + right, np.arange(size[1]) + down)
            if not same_grid:
                xs, ys = back.transform(*_at(target, cols, rows))
                xs = _near(crs, xs, transform.c)
                cols, rows = _at(~transform, xs, ys)
            total += scene.show(cols - shift_px[0], rows - shift_px[1], "after")
    return total / len(steps) ** 2


def _at(transform: Affine, cols: Any, rows: Any) -> tuple[Any, Any]:
    a, b, c, d, e, f = transform[:6]
    return a * cols + b * rows + c, d * cols + e * rows + f


def _near(crs: Any, xs: np.ndarray, x: float) -> np.ndarray:
    """Longitudes in the turn that lies around one of them."""
    return xs - 360 * np.round((xs - x) / 360) if CRS.from_user_input(crs).is_geographic else xs


def _covering(
    crs: Any, transform: Affine, width: int, height: int, after_crs: Any, gsd: float,
    lonlat: tuple[float, float] | None,
) -> tuple[Affine, tuple[int, int]]:  # fmt: skip
    forth = Transformer.from_crs(crs, after_crs, always_xy=True)
    t = np.linspace(0, 1, 21)
    cols = np.concatenate([t, t * 0, t, t * 0 + 1]) * width
    rows = np.concatenate([t * 0, t, t * 0 + 1, t]) * height
    xs, ys = forth.transform(*_at(transform, cols, rows))
    xs = _near(after_crs, xs, xs[0])
    middle = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(
        *_at(transform, width / 2, height / 2)
    )
    step = north_up(after_crs, gsd, middle)
    # An odd offset, so that no pixel edge falls on one of the other grid by luck.
    west, north = xs.min() - 14.37 * step.a, ys.max() - 14.61 * step.e
    columns = int(np.ceil((xs.max() - west) / step.a + 14.2))
    lines = int(np.ceil((ys.min() - north) / step.e + 14.2))
    return Affine(step.a, 0, west, 0, step.e, north), (columns, lines)


def _places(
    rng: np.random.Generator, width: int, height: int, n: int, sizes: tuple[int, int], margin: int
) -> list[tuple[int, int, int, int, str]]:
    taken: list[tuple[int, int, int, int, str]] = []
    for _ in range(200 * n):
        if len(taken) == n:
            break
        w, h = (int(v) for v in rng.integers(sizes[0], sizes[1] + 1, 2))
        if w + 2 * margin >= width or h + 2 * margin >= height:
            continue
        c, r = (
            int(rng.integers(margin, width - margin - w)),
            int(rng.integers(margin, height - margin - h)),
        )
        apart = all(
            c > c1 + 8 or c + w < c0 - 8 or r > r1 + 8 or r + h < r0 - 8
            for c0, r0, c1, r1, _ in taken
        )
        if apart:
            action = ("appeared", "disappeared")[len(taken) % 2]
            taken.append((c, r, c + w, r + h, action))
    return taken


def _encoded(grey: np.ndarray, dtype: str) -> np.ndarray:
    """Grey values in a data type's own radiometry."""
    if dtype == "uint8":
        return np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    if dtype in ("uint16", "uint32", "int32", "int64", "uint64"):
        return np.rint(grey * 8 + 40).astype(dtype)
    if dtype == "int16":
        return np.rint(grey * 8 - 300).astype(dtype)
    return (grey / 255).astype(dtype)


def _truth(
    rectangles: Sequence[tuple[int, int, int, int, str]], transform: Affine, crs: Any
) -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(*_at(transform, c0, r1), *_at(transform, c1, r0))
        for c0, r0, c1, r1, _ in rectangles
    ]
    columns = {
        "class": ["building"] * len(rectangles),
        "action": [action for *_, action in rectangles],
        "c0": [c0 for c0, *_ in rectangles],
        "r0": [r0 for _, r0, *_ in rectangles],
        "c1": [c1 for _, _, c1, *_ in rectangles],
        "r1": [r1 for _, _, _, r1, _ in rectangles],
    }
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=crs)
