"""Geohashes against published ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.objects.geohash import geohash, geohash_codes, geohash_text


@pytest.mark.parametrize(
    ("lon", "lat", "text"),
    [
        (-5.6, 42.6, "ezs42"),  # Wikipedia, "Geohash"
        (10.40744, 57.64911, "u4pruydqqvj"),  # geohash.org's own example
        (112.5584, 37.8324, "ww8p1r4t8"),
        (0.0, 0.0, "s0000"),
        (-180.0, -90.0, "00000"),
        (179.999999, 89.999999, "zzzzz"),
    ],
)
def test_published(lon: float, lat: float, text: str) -> None:
    assert geohash(lon, lat, len(text)) == text


def test_longitude_turns() -> None:
    assert geohash(190, 10) == geohash(-170, 10)
    assert geohash(180, 10) == geohash(-180, 10)


@pytest.mark.parametrize(("lon", "lat"), [(0, 91), (float("nan"), 0), (0, float("inf"))])
def test_no_place(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no place"):
        geohash(lon, lat)


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(1, 12))
def test_prefixes(lon: float, lat: float, length: int) -> None:
    assert geohash(lon, lat, 12).startswith(geohash(lon, lat, length))


def test_many_at_once() -> None:
    codes = geohash_codes([10.40744, -5.6], [57.64911, 42.6], 5)
    assert [geohash_text(code, 5) for code in codes.tolist()] == ["u4pru", "ezs42"]
    assert codes.dtype == np.int64
