import numpy as np
import pytest
import rasterio
from support.limits import Limits
from support.rasters import planted_pair

from engine.raster import RasterPair
from engine.raster.shift import estimate_shift, window_shift


def noise(side, seed=0):
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.uniform(0, 255, (side // 4, side // 4)), np.ones((4, 4)))
    return np.broadcast_to(coarse.astype(np.uint8), (3, side, side))


def test_known_shift_is_found_in_its_direction():
    whole = noise(300)
    valid = np.ones((256, 256), bool)
    before, after = whole[:, 20:276, 20:276], whole[:, 16:272, 25:281]
    dx, dy, response = window_shift(before, after, valid)
    assert (dx, dy) == pytest.approx((-5, 4), abs=0.1) and response > 0.3


def test_unrelated_flat_and_empty_windows_tell_nothing():
    valid = np.ones((256, 256), bool)
    assert window_shift(noise(256), noise(256, seed=1), valid) is None
    flat = np.full((3, 256, 256), 90, np.uint8)
    assert window_shift(flat, flat, valid) is None
    assert window_shift(noise(256), noise(256), ~valid) is None


@pytest.mark.parametrize("kind", [{}, {"after_crs": "EPSG:4326", "after_gsd": 0.6}])
def test_shift_is_warned_about_and_removed_on_request(tmp_path, kind):
    pair = planted_pair(tmp_path, shift_px=(4.0, -3.0), width=512, height=512, **kind)
    told = []
    with RasterPair.open(pair.before, pair.after, model=Limits(), warn=told.append) as found:
        assert (found.shift.dx_px, found.shift.dy_px) == pytest.approx((4, -3), abs=0.4)
        assert "--coregister" in told[0] and found.describe()["warnings"] == told
    told.clear()
    with RasterPair.open(
        pair.before, pair.after, model=Limits(), coregister=True, warn=told.append
    ) as moved:
        assert moved.coregistered and not told
        assert estimate_shift(moved).length_px < 0.5


def test_an_area_of_interest_does_not_hide_a_shift(tmp_path):
    pair = planted_pair(tmp_path, shift_px=(4.0, -3.0), width=512, height=512)
    with rasterio.open(pair.before) as before:
        west, north = before.transform @ (40, 40)
        east, south = before.transform @ (140, 120)
    told = []
    with RasterPair.open(
        pair.before, pair.after, model=Limits(), warn=told.append,
        bbox=(west, south, east, north),
    ) as found:  # fmt: skip
        assert (found.shift.dx_px, found.shift.dy_px) == pytest.approx((4, -3), abs=0.4)
        assert "--coregister" in told[0]


def test_pairs_without_shift_are_left_in_peace(tmp_path):
    pair = planted_pair(tmp_path, width=512, height=512)
    told = []
    with RasterPair.open(pair.before, pair.after, model=Limits(), warn=told.append) as found:
        assert not told and found.shift.length_px < 0.3


def test_tiny_rasters_have_no_estimate(tmp_path):
    pair = planted_pair(tmp_path, width=60, height=60, n=1, collar=2, sizes=(8, 9))
    told = []
    with RasterPair.open(
        pair.before, pair.after, model=Limits(), coregister=True, warn=told.append
    ) as found:
        assert found.shift is None and "nothing was moved" in told[0]
