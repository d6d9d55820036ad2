"""Small pictures of the two dates and where boxes fall on them: for report and picture."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from affine import Affine
from PIL import Image
from shapely.geometry.base import BaseGeometry

from .records import BoxRecord


@dataclass(frozen=True)
class View:
    """The same ground at both dates, already in display range.

    Attributes
    ----------
    before, after : uint8 (3, h, w)
        Red, green, blue; usually decimated.
    transform : Affine
        Pixel of these arrays (not of the raster) to map.
    """

    before: np.ndarray
    after: np.ndarray
    transform: Affine

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.before.shape[2])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.before.shape[1])

    def pixels(self, shape: BaseGeometry) -> tuple[float, float, float, float]:
        """Bounds of `shape` (in map units) as columns and rows: left, top, right, bottom."""
        west, south, east, north = shape.bounds
        back = ~self.transform
        corners = ((west, south), (west, north), (east, south), (east, north))
        xs = [back.a * x + back.b * y + back.c for x, y in corners]
        ys = [back.d * x + back.e * y + back.f for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Crop:
    """One object at both dates, with some ground around it."""

    record: BoxRecord
    view: View


def image(pixels: np.ndarray) -> Image.Image:
    """uint8 (3, h, w) as a Pillow image."""
    return Image.fromarray(np.ascontiguousarray(np.moveaxis(pixels, 0, -1)), "RGB")


def data_uri(pixels: np.ndarray, quality: int = 85) -> str:
    """uint8 (3, h, w) as a JPEG inside a ``data:`` address."""
    sink = io.BytesIO()
    image(pixels).save(sink, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(sink.getvalue()).decode("ascii")
