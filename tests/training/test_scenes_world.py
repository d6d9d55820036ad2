"""The endless world: windows agree wherever they overlap, at any place and pixel size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.scenes import World
from training.scenes.lattice import CELL, cell_at
from training.scenes.relief import Field, at, grid
from training.scenes.view import View

SPOT = (31_000.0, -12_000.0)


@pytest.mark.parametrize("gsd", [0.5, 1.0])
def test_overlapping_windows_agree(gsd: float) -> None:
    one = World(21).window(*SPOT, 200, 160, gsd)
    # A world of its own, so that nothing is remembered; shifted by 70 columns and 50 rows.
    other = World(21).window(SPOT[0] + 70 * gsd, SPOT[1] - 50 * gsd, 180, 150, gsd)
    ours = (slice(50, 160), slice(70, 200))
    theirs = (slice(0, 110), slice(0, 130))
    for name in ("before", "after", "land"):
        np.testing.assert_array_equal(
            getattr(one, name)[:, *ours], getattr(other, name)[:, *theirs]
        )
    for name in ("building_change", "appeared", "road_change", "other_change", "direction"):
        np.testing.assert_array_equal(getattr(one, name)[ours], getattr(other, name)[theirs])


def test_no_seam_where_tiles_meet() -> None:
    view = View(61_000 // 256 * 256 - 64, 24_000 // 256 * 256 - 64, 128, 128, 0.5)
    picture = World(33).pictures(view)[0].astype(int)
    steps = np.abs(np.diff(picture, axis=2)).mean(axis=(0, 1))
    seam = steps[63]
    assert seam < 1.6 * np.median(steps)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(-(2**40), 2**40), st.floats(-3e6, 3e6), st.floats(-3e6, 3e6))
def test_masks_agree_anywhere(seed: int, x: float, y: float) -> None:
    from training.scenes.truth import read_truth

    view = View(round(x), round(y), 120, 120, 1.0)
    part = View(view.col0 + 40, view.row0 + 30, 50, 60, 1.0)
    truths = [read_truth(seed, World(seed).plan(v.box, 6.0), v) for v in (view, part)]
    np.testing.assert_array_equal(truths[0].land[:, 30:90, 40:90], truths[1].land)
    np.testing.assert_array_equal(truths[0].other[30:90, 40:90], truths[1].other)


def test_same_place_at_another_pixel_size() -> None:
    fine = World(21).window(*SPOT, 240, 240, 0.5)
    coarse = World(21).window(*SPOT, 120, 120, 1.0)
    small = fine.land[1][::2, ::2] == coarse.land[1]
    assert small.mean() > 0.93  # they differ by half a pixel along edges only


def test_worlds_differ_and_lines_run_on() -> None:
    a, b = (cell_at(seed, 0.3, 4, -2) for seed in (1, 2))
    assert a.box != b.box
    assert cell_at(1, 0.3, 5, -2).box[0] == a.box[2]
    assert abs(a.box[2] - a.box[0] - CELL[0]) < 70


def test_the_share_of_change_is_kept() -> None:
    for change in (0.1, 0.5):
        uses = [block.use for i in range(12) for j in range(12)
                for row in cell_at(3, change, 5 * i, 5 * j).rows for block in row]  # fmt: skip
        share = sum(use.changed for use in uses) / len(uses)
        assert share == pytest.approx(change, abs=0.12)


def test_noise_is_the_same_by_pixel_and_by_place() -> None:
    field = Field(salt=40, largest=60.0, smallest=12.0)
    view = View(-400, 1_000_000, 60, 40, 0.5)
    x, y = view.centres()
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(grid(9, field, view).ravel(), at(9, field, places), atol=2e-4)
    wide = grid(9, field, View(0, 0, 1500, 1500, 2.0))
    assert wide.std() == pytest.approx(1.0, abs=0.15)
    assert abs(wide.mean()) < 0.1


@pytest.mark.parametrize("options", [{"change": -0.1}, {"max_shift": 4.0}])
def test_impossible_worlds_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match=r"share|misregistered"):
        World(1, **options)
