"""What goes beside the layers on request: report, picture, STAC Item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.windows import Window

from engine.errors import ReadError
from engine.layers import BoxRecord, Provenance
from engine.layers.imagery import Crop, View
from engine.layers.picture import write_picture
from engine.layers.report import write_report
from engine.layers.stac import write_item
from engine.layers.totals import Totals
from engine.raster import RasterPair
from engine.run.settings import RunSettings

OVERVIEW_PX = 1200
CROPS = 12
CROP_MARGIN = 0.75
"""Ground around an object's crop, as a share of its longer side."""
CROP_MIN_PX = 96
CROP_MAX_PX = 1024


def write(
    settings: RunSettings,
    pair: RasterPair,
    provenance: Provenance,
    totals: Totals,
    files: Mapping[str, Path],
    warn: Callable[[str], None],
) -> dict[str, Path]:
    """Write the companions the settings ask for; returns them by name.

    Parameters
    ----------
    files : mapping
        What was written before: ``layers`` and perhaps ``mask``.
    warn : callable
        Told of what cannot be shown because it cannot be read (a partial result).

    Raises
    ------
    OutputError
        The layers are there already; the message names the companion that is not.
    """
    written: dict[str, Path] = {}
    grid = pair.grid
    if settings.report or settings.picture:
        view = _overview(pair, warn)
        if settings.report:
            crops = _crops(pair, totals.largest(CROPS), warn)
            written["report"] = write_report(
                settings.report, totals, provenance, grid.crs, overview=view, crops=crops
            )
        if settings.picture:
            words = [
                f"{name} ({day})" if day else name
                for name, day in zip(("Before", "After"), pair.dates, strict=True)
            ]
            written["picture"] = write_picture(
                settings.picture,
                view,
                totals.largest(),
                before_label=words[0],
                after_label=words[1],
                title=provenance.title,
            )
    if settings.stac:
        written["stac"] = write_item(
            settings.output,
            provenance,
            grid.crs,
            grid.transform,
            grid.width,
            grid.height,
            assets={**files, **written},
        )
    return written


def _overview(pair: RasterPair, warn: Callable[[str], None]) -> View:
    """The whole grid at both dates, no side longer than ``OVERVIEW_PX``."""
    grid = pair.grid
    scale = max(1.0, max(grid.width, grid.height) / OVERVIEW_PX)
    width, height = max(1, round(grid.width / scale)), max(1, round(grid.height / scale))
    to_map = grid.transform * Affine.scale(grid.width / width, grid.height / height)
    both = np.zeros((2, 3, height, width), np.uint8)
    lost: ReadError | None = None
    for step in (height, max(1, height // 32)):  # again in bands, to show what can be read
        lost = None
        for row in range(0, height, step):
            stop = min(row + step, height)
            r0, r1 = (round(at * grid.height / height) for at in (row, stop))
            try:
                pixels = pair.read(
                    Window(0, r0, grid.width, r1 - r0), fill=False, out_shape=(stop - row, width)
                )
            except ReadError as error:
                lost = error
            else:
                both[:, :, row:stop] = pixels.before, pixels.after
        if lost is None:
            break
    if lost is not None:
        warn(f"Parts of the picture are black: {lost.message}")
    return View(both[0], both[1], to_map)


def _crops(pair: RasterPair, records: list[BoxRecord], warn: Callable[[str], None]) -> list[Crop]:
    crops = []
    for record in records:
        try:
            crops.append(_crop(pair, record))
        except ReadError as error:
            warn(f"The report does not show {record.box_id}: {error.message}")
    return crops


def _crop(pair: RasterPair, record: BoxRecord) -> Crop:
    """Both dates around one object, at full resolution where that is no larger than a picture."""
    west, south, east, north = record.box.bounds
    (c0, r0), (c1, r1) = ~pair.grid.transform * (west, north), ~pair.grid.transform * (east, south)
    side = max(c1 - c0, r1 - r0) * (1 + 2 * CROP_MARGIN)
    side = int(min(max(side, CROP_MIN_PX), CROP_MAX_PX, pair.grid.width, pair.grid.height))
    col = int(min(max((c0 + c1 - side) / 2, 0), pair.grid.width - side))
    row = int(min(max((r0 + r1 - side) / 2, 0), pair.grid.height - side))
    # What a date has no data for stays black: filled in, it would show the other date's ground.
    pixels = pair.read(Window(col, row, side, side), fill=False)
    view = View(pixels.before, pixels.after, pair.grid.transform * Affine.translation(col, row))
    return Crop(record, view)
