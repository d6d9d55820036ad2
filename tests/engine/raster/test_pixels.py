import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from engine.errors import UsageError
from engine.raster.pixels import PairPixels, fill_nodata, inside, pad


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(-50, 50), st.integers(-50, 50),
    st.integers(1, 90), st.integers(1, 90),
)  # fmt: skip
def test_windows_beyond_the_grid_are_mirrored(width, height, left, top, w, h):
    window = Window(left, top, w, h)
    if left >= width or top >= height or left + w <= 0 or top + h <= 0:
        with pytest.raises(UsageError):
            inside(window, width, height)
        return
    core = inside(window, width, height)
    assert core.col_off >= 0 and core.col_off + core.width <= width
    assert core.row_off >= 0 and core.row_off + core.height <= height
    shape = int(core.height), int(core.width)
    pixels = np.arange(3 * shape[0] * shape[1], dtype=np.uint8).reshape(3, *shape)
    whole = pad(PairPixels(pixels, pixels, np.ones(shape, bool)), core, window)
    assert whole.before.shape == (3, h, w) and whole.valid.shape == (h, w)
    assert whole.valid.sum() == shape[0] * shape[1]
    y, x = int(core.row_off) - top, int(core.col_off) - left
    assert (whole.before[:, y : y + shape[0], x : x + shape[1]] == pixels).all()


def test_missing_pixels_are_filled_from_the_other_date():
    before = np.full((3, 1, 4), 10, np.uint8)
    after = np.full((3, 1, 4), 99, np.uint8)
    before_valid = np.array([[True, False, True, False]])
    after_valid = np.array([[True, True, False, False]])
    one, two = fill_nodata(before, before_valid, after, after_valid, from_other=True)
    assert one[0, 0].tolist() == [10, 99, 10, 0] and two[0, 0].tolist() == [99, 99, 10, 0]
    one, two = fill_nodata(before, before_valid, after, after_valid, from_other=False)
    assert one[0, 0].tolist() == [10, 0, 10, 0] and two[0, 0].tolist() == [99, 99, 0, 0]
    same, _ = fill_nodata(before, None, after, np.ones((1, 4), bool), from_other=True)
    assert same is before
