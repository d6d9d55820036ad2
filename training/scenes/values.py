"""Writing the drawn 8-bit colours as other data types, bands and nodata."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Band names by short word, and GDAL's colour interpretation of each name.
BANDS: dict[str, tuple[str, ...]] = {
    "rgb": ("red", "green", "blue"),
    "bgr": ("blue", "green", "red"),
    "rgba": ("red", "green", "blue", "alpha"),
    "bgrn": ("blue", "green", "red", "undefined"),
    "gray": ("gray",),
}
_DRAWN = {"red": 0, "green": 1, "blue": 2}


def as_bands(picture: npt.NDArray[np.uint8], bands: str) -> npt.NDArray[np.uint8]:
    """Order the drawn (3, h, w) colours as ``bands`` says; alpha is opaque, near infrared made up.

    Raises
    ------
    ValueError
        An unknown word.
    """
    if bands not in BANDS:
        raise ValueError(f"bands must be one of {', '.join(BANDS)}, not {bands!r}")
    planes = []
    for name in BANDS[bands]:
        if name in _DRAWN:
            planes.append(picture[_DRAWN[name]])
        elif name == "alpha":
            planes.append(np.full_like(picture[0], 255))
        elif name == "gray":
            planes.append(picture.mean(axis=0).astype(np.uint8))
        else:
            lush = picture[1].astype(np.int16) * 2 - picture[0]
            planes.append(np.clip(lush + 40, 0, 255).astype(np.uint8))
    return np.stack(planes)


def as_dtype(
    picture: npt.NDArray[np.uint8], dtype: str, nodata: float | None
) -> npt.NDArray[np.generic]:
    """Spread 8-bit values over a data type: 8 v + 40 for wider integers, v / 255 for floats.

    A drawn value that equals ``nodata`` moves one step aside, so that only real gaps are nodata.
    """
    kind = np.dtype(dtype)
    if kind == np.uint8:
        values: npt.NDArray[np.generic] = picture.copy()
    elif kind.kind in "iu" and kind.itemsize > 1:
        values = (picture.astype(np.int32) * 8 + 40).astype(kind)
    elif kind.kind == "f":
        values = (picture / np.float32(255)).astype(kind)
    else:
        raise ValueError(f"scenes are written as integers of 8 to 32 bits or floats, not {dtype}")
    if nodata is not None and not np.isnan(nodata):
        clash = values == kind.type(nodata)
        if kind.kind == "f":
            values[clash] = kind.type(nodata + 1 / 255)
        else:
            step = 1 if nodata < np.iinfo(kind).max else -1
            values[clash] = kind.type(nodata + step)
    return values


def with_collar(
    values: npt.NDArray[np.generic], nodata: float, window: tuple[int, int], size: tuple[int, int],
    collar: int,
) -> None:  # fmt: skip
    """Blank a slanting rim of the whole picture in one window of it, in place.

    Parameters
    ----------
    values : array (bands, h, w)
    nodata : float
    window : (int, int)
        Row and column of the window's upper left pixel.
    size : (int, int)
        Width and height of the whole picture.
    collar : int
        Widest part of the rim in pixels.
    """
    rows = np.arange(values.shape[1])[:, None] + window[0]
    cols = np.arange(values.shape[2])[None, :] + window[1]
    width, height = size
    rim = cols < collar * (1 - rows / height)
    rim |= cols >= width - collar * (rows / height)
    rim |= rows < collar * (cols / width)
    rim |= rows >= height - collar * (1 - cols / width)
    values[:, rim] = values.dtype.type(nodata)
