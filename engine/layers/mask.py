"""The change mask as a Cloud Optimized GeoTIFF: class codes, colours, overviews."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import rasterio
from affine import Affine
from rasterio.shutil import copy
from rasterio.windows import Window

from .atomic import make_folder, output_errors, replace_file
from .palette import class_colour, rgb
from .styles import mask_style_xml

UNSEEN = 255
"""Code of pixels without data in one of the dates, or outside the area of interest."""

BLOCK = 512


class MaskWriter:
    """Takes the class map by strips, from top to bottom; :meth:`commit` makes the file appear.

    Memory: one row of blocks. Use as a context manager: leaving without commit discards.

    Parameters
    ----------
    path : path
        The GeoTIFF; a QGIS style is put next to it.
    crs : CRS, str
        CRS of the working grid.
    transform : Affine
        Pixel to map.
    width, height : int
        Size of the working grid in pixels.
    classes : sequence of str
        Names of the codes 1, 2, …
    """

    def __init__(
        self,
        path: str | Path,
        crs: Any,
        transform: Affine,
        width: int,
        height: int,
        classes: Sequence[str],
    ) -> None:
        self.path = Path(path)
        self.classes = tuple(classes)
        self._part = make_folder(self.path)
        self._folder = self._part.folder
        self._plain = self._folder / "plain.tif"
        self._rows: list[np.ndarray] = []
        self._waiting = 0
        self._next = 0
        profile = {
            "driver": "GTiff",
            "dtype": "uint8",
            "count": 1,
            "width": width,
            "height": height,
            "crs": crs,
            "transform": transform,
            "nodata": UNSEEN,
            "tiled": True,
            "blockxsize": BLOCK,
            "blockysize": BLOCK,
            "compress": "deflate",
            "zlevel": 1,
            "bigtiff": "if_safer",
        }
        with output_errors(self.path):
            self._out = rasterio.open(self._plain, "w", **profile)
            self._out.write_colormap(1, _colours(self.classes))
            self._out.set_band_description(1, "change class")
            codes = {str(code): name for code, name in enumerate(self.classes, 1)}
            self._out.update_tags(1, **{f"CLASS_{code}": name for code, name in codes.items()})

    def write(self, class_map: np.ndarray, seen: np.ndarray) -> None:
        """Add the next rows.

        Parameters
        ----------
        class_map : uint8 (h, width)
            0 or a class code.
        seen : bool (h, width)
            False where there was nothing to see.
        """
        rows = np.where(np.asarray(seen, dtype=bool), class_map, UNSEEN).astype(np.uint8)
        self._rows.append(rows)
        self._waiting += len(rows)
        # Only whole blocks go to the file: a compressed block written twice wastes its first copy.
        while self._waiting >= BLOCK:
            self._write_block_row(BLOCK)

    def commit(self) -> Path:
        """Write the rest, add overviews and put the file in its place."""
        try:
            with output_errors(self.path):
                if self._waiting:
                    self._write_block_row(self._waiting)
                self._out.close()
                made = self._folder / "mask.tif"
                copy(
                    str(self._plain),
                    str(made),
                    driver="COG",
                    compress="DEFLATE",
                    blocksize=BLOCK,
                    overview_resampling="MODE",
                    bigtiff="IF_SAFER",
                )
                _check_whole(made)
                style = self._folder / "mask.qml"
                style.write_text(mask_style_xml(self.classes), encoding="utf-8")
                replace_file(made, self.path)
                replace_file(style, self.path.with_suffix(".qml"))
        finally:
            self.abort()
        return self.path

    def abort(self) -> None:
        """Discard what was not committed."""
        try:
            self._out.close()
        finally:
            self._part.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abort()

    def _write_block_row(self, count: int) -> None:
        rows = np.concatenate(self._rows)
        window = Window(0, self._next, rows.shape[1], count)
        with output_errors(self.path):
            self._out.write(rows[:count], 1, window=window)
        self._next += count
        self._waiting -= count
        self._rows = [rows[count:]] if self._waiting else []


def _check_whole(path: Path) -> None:
    """Read the last pixel: on a full disk GDAL may close a file cut short without a word."""
    with rasterio.open(path) as source:
        source.read(1, window=Window(source.width - 1, source.height - 1, 1, 1))


def _colours(classes: Sequence[str]) -> dict[int, tuple[int, int, int, int]]:
    named = {
        code: (*rgb(class_colour(name, code - 1)), 255) for code, name in enumerate(classes, 1)
    }
    return {0: (0, 0, 0, 255), **named, UNSEEN: (255, 255, 255, 0)}
