"""Which bands of a raster are red, green and blue."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rasterio import DatasetReader
from rasterio.enums import ColorInterp

from engine.errors import BandError

RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
_WORDS = (
    (re.compile(r"\b(red|r)\b"), re.compile(r"\b(green|g)\b"), re.compile(r"\b(blue|b)\b")),
    # Sentinel-2 names its bands B02 (blue), B03 (green), B04 (red).
    (re.compile(r"\bb04\b"), re.compile(r"\bb03\b"), re.compile(r"\bb02\b")),
)
_NOT_RED = re.compile(r"(red[\s_-]?edge|infra[\s_-]?red|near[\s_-]?ir|\bnir\b)")


def choose_bands(
    ds: DatasetReader,
    bidx: Sequence[int] | None = None,
    *,
    option: str = "--bidx",
    warn: Callable[[str], None] | None = None,
) -> tuple[int, int, int]:
    """Band numbers (from 1) of red, green and blue.

    The user's choice, else the colour interpretation, else the band descriptions, else bands 1, 2
    and 3 with a warning. An alpha band is never a colour.

    Parameters
    ----------
    ds : DatasetReader
        The open raster.
    bidx : sequence of int, optional
        What the user said.
    option : str
        Name of the option to point to.
    warn : callable, optional
        Told when the order is a guess.

    Raises
    ------
    BandError
        There are no three colours, or the user's choice does not exist.
    """
    name = ds.name
    if bidx is not None:
        return _checked(name, tuple(bidx), ds.count, option)
    interp = ds.colorinterp
    if ds.count >= 1 and interp[0] == ColorInterp.palette:
        raise BandError(
            f"{name} has one band of palette colours, not red, green and blue.",
            hint="Expand it first: gdal_translate -expand rgb IN OUT.",
        )
    if all(interp.count(colour) == 1 for colour in RGB):
        red, green, blue = (interp.index(colour) + 1 for colour in RGB)
        return red, green, blue
    colours = [i + 1 for i in range(ds.count) if interp[i] != ColorInterp.alpha]
    if len(colours) == 1:
        only = colours[0]
        raise BandError(
            f"{name} has one band; the model looks at red, green and blue.",
            hint=f"To use it for all three, say {option} {only},{only},{only}.",
        )
    if len(colours) < 3:
        raise BandError(
            f"{name} has {len(colours)} bands; the model looks at red, green and blue.",
            hint=f"Name three bands, repeating one if need be: {option} 1,2,2.",
        )
    described = _by_description(ds.descriptions, colours)
    if described is not None:
        return described
    first = (colours[0], colours[1], colours[2])
    if warn is not None and (len(colours) > 3 or interp.count(ColorInterp.red)):
        warn(
            f"{name} does not say which bands are red, green and blue: took bands "
            f"{','.join(map(str, first))}. If that is wrong, name them with {option}."
        )
    return first


def _checked(name: str, bidx: tuple[int, ...], count: int, option: str) -> tuple[int, int, int]:
    if len(bidx) != 3:
        raise BandError(
            f"{option} names {len(bidx)} bands for {name}; red, green and blue are needed.",
            hint=f"Name three, e.g. {option} 1,2,3.",
        )
    missing = [band for band in bidx if not 1 <= band <= count]
    if missing:
        raise BandError(
            f"{name} has no band {missing[0]}: it has {count}.",
            hint=f"Choose from 1 to {count} with {option}.",
        )
    red, green, blue = bidx
    return red, green, blue


def _by_description(
    descriptions: Sequence[str | None], colours: Sequence[int]
) -> tuple[int, int, int] | None:
    texts = {band: (descriptions[band - 1] or "").lower().replace("_", " ") for band in colours}
    for words in _WORDS:
        found = []
        for word in words:
            hits = [b for b, text in texts.items() if word.search(text)]
            found.append([b for b in hits if not _NOT_RED.search(texts[b])])
        if all(len(hits) == 1 for hits in found):
            red, green, blue = (hits[0] for hits in found)
            return red, green, blue
    return None
