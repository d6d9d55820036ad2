import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EmptyPairError, ReadError
from engine.raster.sampling import MAX_PIXELS, MOST_BROKEN, _chunks, sample_pair, spread_windows

NAMES = ("a.tif", "b.tif")


class Field:
    """A pair that remembers how much of it was read."""

    def __init__(self, width, height, valid=None, value=None):
        self.width, self.height, self._valid, self._value = width, height, valid, value
        self.read_pixels = 0

    def __call__(self, window):
        c, r = int(window.col_off), int(window.row_off)
        w, h = int(window.width), int(window.height)
        assert c >= 0 and r >= 0 and c + w <= self.width and r + h <= self.height
        self.read_pixels += w * h
        cols, rows = np.meshgrid(np.arange(c, c + w), np.arange(r, r + h))
        pixels = np.broadcast_to((cols + rows) % 251, (3, h, w)).astype(np.uint8)
        if self._value is not None:
            pixels = np.where(self._value(cols, rows), pixels, np.uint8(0))
        return pixels, 255 - pixels, None if self._valid is None else self._valid(cols, rows)

    def sample(self):
        return sample_pair(self, self.width, self.height, NAMES)


def test_small_grids_are_read_whole():
    before, after = Field(700, 500).sample()
    assert len(before) == 350_000 and (before == 255 - after).all()


def test_large_grids_are_sampled_within_bounds():
    field = Field(60_000, 60_000)
    before, _ = field.sample()
    assert len(before) <= MAX_PIXELS and field.read_pixels <= MAX_PIXELS
    assert before.min() == 0 and before.max() == 250


def test_a_corner_with_data_is_found():
    field = Field(4000, 4000, valid=lambda c, r: (c > 3900) & (r > 3900))
    before, _ = field.sample()
    assert len(before) == 99**2


def test_a_plain_that_looks_constant_is_looked_at_again():
    field = Field(4000, 4000, value=lambda c, r: (c > 3900) & (r > 3900))
    before, _ = field.sample()
    assert before.max() > 0


def test_a_huge_constant_plain_is_given_up_and_a_part_with_values_is_met():
    constant = Field(100_000, 80_000, value=lambda c, r: c < 0)
    before, _ = constant.sample()
    assert not before.any() and constant.read_pixels < 250e6
    # A twentieth of the area, between the windows that are looked at first.
    strip = Field(100_000, 80_000, value=lambda c, r: (c > 76_000) & (c < 81_000))
    before, _ = strip.sample()
    assert before.any() and strip.read_pixels < 100e6


@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 9000), height=st.integers(1, 9000))
def test_the_search_covers_the_grid_once(width, height):
    seen = np.zeros((-(-height // 1024), -(-width // 1024)), int)
    for window in _chunks(width, height):
        seen[int(window.row_off) // 1024, int(window.col_off) // 1024] += 1
        assert window.col_off + window.width <= width and window.row_off + window.height <= height
    assert (seen == 1).all()


def test_no_common_data_is_refused():
    with pytest.raises(EmptyPairError, match=r"a\.tif and b\.tif"):
        Field(300, 300, valid=lambda c, r: c < 0).sample()


def test_windows_lie_inside_and_repeat():
    windows = spread_windows(5000, 90, 6)
    assert windows == spread_windows(5000, 90, 6) and len(windows) == 36
    assert all(w.row_off >= 0 and w.row_off + w.height <= 90 for w in windows)


def test_a_large_file_of_which_nothing_can_be_read_is_given_up():
    """Each failure can cost seconds; a country's grid has millions of windows."""
    tried = []

    def read(window):
        tried.append(window)
        raise ReadError("broken")

    with pytest.raises(ReadError):
        sample_pair(read, 500_000, 500_000, ("a", "b"))
    assert len(tried) <= MOST_BROKEN + 5
