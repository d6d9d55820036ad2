"""The real pairs of the shared data, where they are at hand."""

import os
from pathlib import Path

import pytest
from rasterio.windows import Window
from support.limits import Limits, Rule

from engine.raster import RasterPair
from engine.raster.shift import estimate_shift

DATA = Path(os.environ.get("CHANGEVG_DATA") or Path(__file__).parents[4] / "shared" / "data")
MODEL = Limits((0.3, 1.0), 0.5, Rule((2, 98), (20, 220)))

pytestmark = pytest.mark.skipif(
    not (DATA / "geotiff").is_dir(),
    reason="real pairs are not here: set CHANGEVG_DATA to the folder that holds geotiff/",
)


def opened(kind, **kwargs):
    folder = DATA / "geotiff"
    kwargs.setdefault("warn", lambda _: None)
    before, after = (folder / f"{kind}_{date}.tif" for date in ("before", "after"))
    return RasterPair.open(before, after, model=MODEL, **kwargs)


def test_plain_pair_is_read_as_it_is():
    with opened("plain") as pair:
        assert pair.size == (2048, 1024) and not pair.grid.resampled
        assert "as they are" in pair.alignment
        assert [m.source for m in pair.maps] == ["identity", "identity"]
        assert pair.read(Window(1900, 900, 256, 256)).valid.sum() == 148 * 124


def test_mixed_pair_lands_on_the_before_grid_in_its_radiometry():
    with opened("mixed") as pair:
        assert pair.size == (1024, 2048) and not pair.grid.resampled
        assert "after resampled" in pair.alignment
        assert [m.source for m in pair.maps] == ["identity", "own"]
        pixels = pair.read(Window(0, 0, 1024, 2048))
        assert 0.99 < pixels.valid.mean() < 1
        assert abs(pixels.before.mean() - pixels.after.mean()) < 40


@pytest.mark.parametrize("kind", ["plain", "mixed"])
def test_shift_between_the_real_dates_is_removed(kind):
    with opened(kind) as pair:
        found = pair.shift
    assert found is not None and 4 < found.length_px < 10
    with opened(kind, coregister=True) as pair:
        left = estimate_shift(pair)
        assert left is None or left.length_px < 1
