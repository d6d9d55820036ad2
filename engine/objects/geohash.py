"""Geohash: a short text for a place on Earth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz"  # pragma: allowlist secret
_BITS_PER_DIGIT = 5
LENGTH = 11
"""Characters of a box's place: a cell of about 15 cm."""


def geohash(lon: float, lat: float, length: int = LENGTH) -> str:
    """Geohash of one position; see :func:`geohash_codes`."""
    return geohash_text(int(geohash_codes([lon], [lat], length)[0]), length)


def geohash_codes(lon: ArrayLike, lat: ArrayLike, length: int = LENGTH) -> NDArray[np.int64]:
    """Geohashes as whole numbers of 5 bits per character.

    Parameters
    ----------
    lon, lat : array of float, shape (n,)
        Degrees (WGS 84); any turn of longitude is taken.
    length : int
        Number of characters, at most 12.

    Raises
    ------
    ValueError
        A latitude is not between -90 and 90, or a number is not finite.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    wrong = ~(np.isfinite(lon) & (np.abs(lat) <= 90.0))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(f"Longitude {lon[first]}, latitude {lat[first]} is no place on Earth.")
    bits = length * _BITS_PER_DIGIT
    across, up = (bits + 1) // 2, bits // 2
    x = _cells((lon + 180.0) % 360.0 / 360.0, across)
    y = _cells((lat + 90.0) / 180.0, up)
    codes = np.zeros(x.shape, np.int64)
    for index in range(bits):  # longitude first, then by turns
        axis, left = (x, across) if index % 2 == 0 else (y, up)
        codes = codes << 1 | axis >> (left - 1 - index // 2) & 1
    return codes


def geohash_text(code: int, length: int = LENGTH) -> str:
    """Text of a number that :func:`geohash_codes` made."""
    places = range(_BITS_PER_DIGIT * (length - 1), -1, -_BITS_PER_DIGIT)
    return "".join([_DIGITS[code >> place & 31] for place in places])


def _cells(share: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
    return np.minimum((share * 2.0**bits).astype(np.int64), (1 << bits) - 1)
