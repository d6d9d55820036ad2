from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.raster import TileGrid

sizes = st.integers(1, 700)
tiles = st.integers(1, 300)


@st.composite
def grids(draw):
    size = draw(tiles)
    overlap = draw(st.integers(0, size // 2))
    origin = draw(st.integers(-500, 500)), draw(st.integers(-500, 500))
    return TileGrid(draw(sizes), draw(sizes), size, overlap, origin)


@settings(max_examples=60, deadline=None)
@given(grids())
def test_every_pixel_lies_in_a_tile_and_tiles_are_full_size(grid):
    for length, starts in ((grid.width, grid.col_starts), (grid.height, grid.row_starts)):
        covered = np.zeros(length, bool)
        for start in starts:
            covered[max(0, start) : max(0, start + grid.tile_size)] = True
        assert covered.all()
        assert list(starts) == sorted(set(starts))
        assert -grid.stride < starts[0] <= 0
        # Every tile looks at the raster, and none ends beyond a raster larger than itself.
        assert all(start < length and start + grid.tile_size > 0 for start in starts)
        if length >= grid.tile_size and len(starts) > 1:
            assert starts[-1] + grid.tile_size == length or starts[-1] + grid.tile_size >= length


@settings(max_examples=30, deadline=None)
@given(grids())
def test_neighbours_overlap_at_least_as_asked(grid):
    for starts in (grid.col_starts, grid.row_starts):
        assert all(b - a <= grid.stride for a, b in pairwise(starts))


def test_ids_are_deterministic_and_unique():
    first = [tile.id for tile in TileGrid(1000, 700)]
    assert first == [tile.id for tile in TileGrid(1000, 700)]
    assert len(set(first)) == len(first) == len(TileGrid(1000, 700))
    assert first[0] == "r00000c00000" and first[-1] == "r00003c00004"


def test_known_tiling():
    grid = TileGrid(500, 256, 256, 64)
    assert grid.col_starts == (0, 192, 244) and grid.row_starts == (0,)
    moved = TileGrid(500, 256, 256, 64, origin=(37, -37))
    assert moved.col_starts == (-155, 37, 229, 244) and moved.row_starts == (-37, 0)


def test_small_raster_has_one_tile_reaching_beyond():
    (tile,) = TileGrid(100, 80)
    assert (tile.window.col_off, tile.window.width, tile.window.height) == (0, 256, 256)


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (256, -1), (256, 129)])
def test_impossible_tilings_are_refused(size, overlap):
    with pytest.raises(UsageError):
        TileGrid(500, 500, size, overlap)


def test_area_of_interest_selects_tiles():
    grid = TileGrid(1024, 1024, 256, 0)
    frame = SimpleNamespace(transform=Affine(2, 0, 1000, 0, -2, 5000))
    area = shapely.box(1000 + 2 * 260, 5000 - 2 * 500, 1000 + 2 * 500, 5000 - 2 * 300)
    chosen = [tile.id for tile in grid.select(SimpleNamespace(aoi=area, grid=frame))]
    assert chosen == ["r00001c00001"]
    all_of_it = list(grid.select(SimpleNamespace(aoi=None, grid=frame)))
    assert len(all_of_it) == 16


def test_area_along_a_seam_does_not_select_the_tile_beyond():
    grid = TileGrid(512, 256, 256, 0)
    frame = SimpleNamespace(transform=Affine(1, 0, 0, 0, -1, 256))
    area = shapely.box(0, 0, 256, 256)
    assert [t.id for t in grid.select(SimpleNamespace(aoi=area, grid=frame))] == ["r00000c00000"]
