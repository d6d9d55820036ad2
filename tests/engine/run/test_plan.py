"""Strips partition the rows that have tiles; tiles are found by the boxes that touch them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from engine.raster import TileGrid
from engine.run.plan import TilePlan


@st.composite
def plans(draw: st.DrawFn) -> TilePlan:
    overlap = draw(st.integers(0, 32))
    grid = TileGrid(
        draw(st.integers(1, 400)),
        draw(st.integers(1, 400)),
        tile_size=64,
        overlap=overlap,
        origin=(draw(st.integers(-70, 70)), draw(st.integers(-70, 70))),
    )
    kept = draw(st.sets(st.integers(0, grid.rows * grid.cols - 1), max_size=30))
    rows = [
        [tile for tile in grid.tiles_in_row(row) if tile.row * grid.cols + tile.col in kept]
        for row in range(grid.rows)
    ]
    return TilePlan(grid, rows)


@given(plans())
def test_strips_follow_each_other_and_cover_every_tile(plan: TilePlan) -> None:
    edges = [(plan.row_start(row), plan.row_stop(row)) for row in plan.active]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(edges))
    for row in plan.active:
        for tile in plan.rows[row]:
            assert edges[0][0] <= max(0, tile.window.row_off)
            assert plan.row_reach(row) <= edges[-1][1] <= plan.grid.height


@given(plans(), st.tuples(*[st.integers(0, 399)] * 2), st.tuples(*[st.integers(1, 90)] * 2))
def test_tiles_touching_a_box(
    plan: TilePlan, corner: tuple[int, int], size: tuple[int, int]
) -> None:
    c0, r0 = corner[0] % plan.grid.width, corner[1] % plan.grid.height
    c1 = min(c0 + size[0], plan.grid.width)
    r1 = min(r0 + size[1], plan.grid.height)
    expected = [
        tile.id
        for row in plan.rows
        for tile in row
        if tile.window.col_off < c1
        and c0 < tile.window.col_off + 64
        and tile.window.row_off < r1
        and r0 < tile.window.row_off + 64
    ]
    assert plan.tile_ids_touching((c0, r0, c1, r1)) == expected
