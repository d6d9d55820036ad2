"""A window of a world as files: two GeoTIFFs, the truth as polygons and as a mask, sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.windows import Window

from training.scenes.changes import edited_world
from training.scenes.files import DESCRIPTION, DateFile, chunks, create, put
from training.scenes.orders import parse
from training.scenes.scene import LAND, ScenePair
from training.scenes.vectors import TruthWriter
from training.scenes.view import View
from training.scenes.world import World, view_of

MASK_BANDS = ("change", "direction", "land_before", "land_after")
"""Bands of ``truth.tif``: 0 none 1 building 2 road 3 other; 0 none 1 appeared 2 disappeared; codes
of :data:`training.scenes.scene.LAND`."""


@dataclass(frozen=True)
class WorldPaths:
    """What was written."""

    before: Path
    after: Path
    truth: Path
    mask: Path
    sentences: Path


def write_world(
    folder: str | Path,
    seed: int,
    bbox: tuple[float, float, float, float],
    *,
    gsd: float = 0.5,
    edit: str | None = None,
    change: float = 0.3,
    crs: str = "EPSG:32614",
    max_shift: float = 1.0,
) -> WorldPaths:
    """Write a window of a world and everything that is true of it.

    Parameters
    ----------
    folder : path
        Made if missing; ``before.tif``, ``after.tif``, ``truth.gpkg``, ``truth.tif`` (bands
        :data:`MASK_BANDS`) and ``sentences.json`` in it are replaced.
    seed : int
        Which world.
    bbox : (float, float, float, float)
        xmin, ymin, xmax, ymax in metres of ``crs``; moved to the pixel lattice.
    gsd : float
        Metres per pixel, 0.2 to 2.
    edit : str, optional
        What happens between the dates (see :func:`training.scenes.orders.parse`): exactly that.
    change : float
        Without ``edit``: share of the land that changes.
    crs : str
        A projected CRS in metres; its coordinates are the world's.
    max_shift : float
        Largest misregistration of the after date in pixels.

    Returns
    -------
    WorldPaths

    Raises
    ------
    ValueError
        An empty or too small window, a CRS that is not in metres, an edit that cannot be read or
        done.
    """
    grid = CRS.from_user_input(crs)
    if grid.is_geographic or any(axis.unit_conversion_factor != 1 for axis in grid.axis_info):
        raise ValueError(f"the world is measured in metres: {crs} is not")
    x0, y0, x1, y1 = bbox
    whole = view_of(x0, y1, round((x1 - x0) / gsd), round((y1 - y0) / gsd), gsd)
    if edit is None:
        world = World(seed, change=change, max_shift=max_shift)
    else:
        world = edited_world(seed, whole, parse(edit), max_shift=max_shift)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = WorldPaths(*(folder / name for name in ("before.tif", "after.tif", "truth.gpkg",
                                                    "truth.tif", "sentences.json")))  # fmt: skip
    transform = Affine(gsd, 0, whole.col0 * gsd, 0, -gsd, -whole.row0 * gsd)
    size, said = (whole.width, whole.height), []
    dates = [DateFile(path, "uint8", None, "rgb", None, 0, "deflate", seed)
             for path in (paths.before, paths.after)]  # fmt: skip
    with (
        rasterio.Env(GDAL_CACHEMAX=128),
        create(dates[0], grid, transform, *size) as before,
        create(dates[1], grid, transform, *size) as after,
        _mask(paths.mask, grid, transform, whole, seed) as mask,
        TruthWriter(paths.truth, grid, transform) as writer,
    ):
        for at, view in chunks(whole):
            pair = world.look(view)
            put(before, dates[0], pair.before, at, size)
            put(after, dates[1], pair.after, at, size)
            mask.write(_planes(pair), window=Window(at[1], at[0], view.width, view.height))
            writer.add(pair.objects, at, size)
            said.append(_said(pair, at))
    record = {
        "synthetic": True, "description": DESCRIPTION, "seed": seed, "edit": edit, "gsd_m": gsd,
        "crs": grid.to_string(), "land": list(LAND), "windows": said,
    }  # fmt: skip
    paths.sentences.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return paths


def _planes(pair: ScenePair) -> np.ndarray:
    change = pair.building_change * 1 + pair.road_change * 2 + pair.other_change * 3
    return np.stack([change, pair.direction, *pair.land]).astype(np.uint8)


def _said(pair: ScenePair, at: tuple[int, int]) -> dict[str, Any]:
    counts = {name: {"count": count, "cells": cells}
              for name, (count, cells) in pair.counts().items()}  # fmt: skip
    return {"row": at[0], "col": at[1], "width": pair.width, "height": pair.height,
            "sentences": pair.sentences, "objects": counts}  # fmt: skip


def _mask(path: Path, crs: CRS, transform: Affine, view: View, seed: int) -> Any:
    dataset = rasterio.open(
        path, "w", driver="GTiff", width=view.width, height=view.height, count=len(MASK_BANDS),
        dtype="uint8", crs=crs.to_wkt(), transform=transform, tiled=True, blockxsize=256,
        blockysize=256, compress="deflate", BIGTIFF="IF_SAFER",
    )  # fmt: skip
    for index, name in enumerate(MASK_BANDS, start=1):
        dataset.set_band_description(index, name)
    dataset.update_tags(TIFFTAG_SOFTWARE="ChangeVG training.scenes", SYNTHETIC="YES",
                        TIFFTAG_IMAGEDESCRIPTION=DESCRIPTION, SEED=str(seed))  # fmt: skip
    return dataset
