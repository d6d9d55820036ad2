"""Blending of tiles into strips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from engine.objects import Stitcher, Strip
from engine.objects.blend import FLOOR, ramp, tile_weights

T, OVERLAP = 16, 4


def offsets(size: int, start: int = 0) -> list[int]:
    stride = T - OVERLAP
    found = list(range(start, max(size - T, 0) + 1, stride)) or [start]
    if found[-1] + T < size:
        found.append(size - T)
    return found


def stitch(
    change: np.ndarray, appeared: np.ndarray, valid: np.ndarray, *, start: int = 0,
    threshold: float | list[float] = 0.5, skip: tuple[int, ...] = (), columns: int = 0,
) -> list[Strip]:  # fmt: skip
    """Cut whole images into tiles and stitch them again, settling blocks of ``columns`` early."""
    k, height, width = change.shape
    stitcher = Stitcher(
        width, height, tile_size=T, overlap=OVERLAP, n_classes=k, threshold=threshold,
        block_columns=columns or width,
    )  # fmt: skip
    pad = ((T, T), (T, T))
    change, appeared, valid = (
        np.pad(change, ((0, 0), *pad), mode="edge"),
        np.pad(appeared, pad, mode="edge"),
        np.pad(valid, pad),
    )
    strips, number = [], 0
    rows = offsets(height, start)
    for row, until in zip(rows, [*rows[1:], height], strict=True):
        if row > stitcher.next_row:
            strips.append(stitcher.finish_rows(row))
        for col in offsets(width, start):
            if columns:
                stitcher.settle(col, until)
            part = (slice(row + T, row + 2 * T), slice(col + T, col + 2 * T))
            if number not in skip:
                stitcher.add(
                    Window(col, row, T, T),
                    change[(slice(None), *part)],
                    appeared[None][(slice(None), *part)],
                    valid[part],
                )
            number += 1
    strips.append(stitcher.finish_rows(height))
    return strips


def whole(strips: list[Strip]) -> Strip:
    row = strips[0].row0
    for strip in strips:
        assert strip.row0 == row
        row = strip.row1
    return Strip(
        strips[0].row0,
        *(
            np.concatenate([getattr(strip, name) for strip in strips])
            for name in ("class_map", "prob", "appeared", "seen")
        ),
    )


def images(seed: int, k: int, height: int, width: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    change = rng.random((k, height, width), np.float32) / k * 1.5
    return (
        np.minimum(change, 1),
        rng.random((height, width), np.float32),
        rng.random((height, width)) < 0.9,
    )


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 99), st.integers(1, 3), st.integers(5, 60), st.integers(5, 60),
    st.integers(-11, 0),
)  # fmt: skip
def test_tiles_of_one_image_give_that_image(
    seed: int, k: int, height: int, width: int, start: int
) -> None:
    change, appeared, valid = images(seed, k, height, width)
    result = whole(stitch(change, appeared, valid, start=start))
    assert result.class_map.shape == (height, width)
    assert np.array_equal(result.seen, valid)
    best = change.max(axis=0)
    clear = valid & (np.abs(best - 0.5) > 1e-4)
    expected = np.where(valid & (best >= 0.5), change.argmax(axis=0) + 1, 0)
    assert np.array_equal(result.class_map[clear], expected[clear])
    on = clear & (expected > 0)
    assert np.abs(result.prob[on] - best[on] * 255).max(initial=0) <= 0.51
    assert np.abs(result.appeared[on] - appeared[on] * 255).max(initial=0) <= 0.51
    off = result.class_map == 0
    assert not result.prob[off].any() and not result.appeared[off].any()
    assert not result.class_map[~valid].any()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 99), st.integers(1, 3), st.integers(5, 60), st.integers(5, 60),
    st.integers(-11, 0), st.integers(1, 40),
)  # fmt: skip
def test_blocks_that_are_settled_early_change_nothing(
    seed: int, k: int, height: int, width: int, start: int, columns: int
) -> None:
    pixels = images(seed, k, height, width)
    plain = stitch(*pixels, start=start)
    blocks = stitch(*pixels, start=start, columns=columns)
    assert [strip.row1 for strip in plain] == [strip.row1 for strip in blocks]
    for name in ("class_map", "prob", "appeared", "seen"):
        assert np.array_equal(getattr(whole(plain), name), getattr(whole(blocks), name)), name


def test_settled_blocks_hold_only_what_the_next_row_needs() -> None:
    stitcher = Stitcher(100, 40, tile_size=T, overlap=OVERLAP, block_columns=20)
    blank, seen = np.zeros((1, T, T), np.float32), np.ones((T, T), bool)
    for col in offsets(100):
        stitcher.settle(col, T - OVERLAP)
        stitcher.add(Window(col, 0, T, T), blank, blank, seen)
    assert [sums.shape[1] for sums in stitcher._sums] == [OVERLAP] * 4 + [T]
    with pytest.raises(ValueError, match="are settled there"):
        stitcher.add(Window(0, 0, T, T), blank, blank, seen)
    stitcher.add(Window(0, T - OVERLAP, T, T), blank, blank, seen)  # below what is settled
    with pytest.raises(ValueError, match="being settled"):
        stitcher.finish_rows(T)


def test_strips_are_as_long_as_asked_for() -> None:
    change, appeared, valid = images(1, 1, 40, 20)
    strips = stitch(change, appeared, valid)
    assert [(s.row0, s.row1) for s in strips] == [(0, 12), (12, 24), (24, 40)]
    assert {s.width for s in strips} == {20}


def test_no_more_rows_are_held_than_a_tile_has() -> None:
    stitcher = Stitcher(50, 1000, tile_size=T, overlap=OVERLAP)
    blank = np.zeros((1, T, T), np.float32)
    for row in range(0, 900, T - OVERLAP):
        stitcher.finish_rows(row)
        stitcher.add(Window(0, row, T, T), blank, blank, np.ones((T, T), bool))
        assert [sums.shape for sums in stitcher._sums] == [(3, T, 50)]


def test_nothing_new_is_an_empty_strip() -> None:
    strip = Stitcher(50, 10, tile_size=T).finish_rows(0)
    assert strip.class_map.shape == (0, 50)


def test_neighbours_are_mixed_not_cut() -> None:
    stitcher = Stitcher(28, 16, tile_size=T, overlap=OVERLAP, threshold=0.01)
    on = np.ones((T, T), bool)
    full = np.ones((1, T, T), np.float32)
    stitcher.add(Window(0, 0, T, T), full, full, on)
    stitcher.add(Window(12, 0, T, T), full * 0.2, full, on)
    row = stitcher.finish_rows(16).prob[8].astype(int)
    assert (row[:12] == 255).all() and (row[16:] == 51).all()
    assert (np.diff(row[11:17]) < 0).all()  # falls step by step over the overlap


def test_direction_is_that_of_changed_pixels() -> None:
    stitcher = Stitcher(16, 16, tile_size=T, overlap=0, n_classes=2, threshold=0.3)
    on, ones = np.ones((T, T), bool), np.ones((T, T), np.float32)
    # Nine parts of change say "after", one part says "before".
    stitcher.add(Window(0, 0, T, T), np.stack((ones * 0.6, ones * 0.3)), ones[None], on)
    stitcher.add(Window(0, 0, T, T), np.stack((ones * 0.1, ones * 0.0)), ones[None] * 0, on)
    strip = stitcher.finish_rows(16)
    assert (strip.class_map == 1).all()
    assert (strip.appeared == round(0.9 * 255)).all()
    assert (strip.prob == round(0.35 * 255)).all()


def test_no_data_contributes_nothing_even_if_it_is_not_a_number() -> None:
    stitcher = Stitcher(T, T, tile_size=T, overlap=OVERLAP)
    change = np.full((1, T, T), 0.9, np.float32)
    valid = np.ones((T, T), bool)
    valid[:5] = False
    change[:, :5] = np.nan
    stitcher.add(Window(0, 0, T, T), change, change, valid)
    strip = stitcher.finish_rows(T)
    assert np.array_equal(strip.seen, valid)
    assert np.array_equal(strip.class_map == 1, valid)


def test_a_missing_tile_leaves_no_dent_in_its_neighbours() -> None:
    change = np.full((1, 40, 40), 0.8, np.float32)
    valid = np.ones((40, 40), bool)
    result = whole(stitch(change, change[0], valid, skip=(4,)))
    assert (result.prob[result.seen] == 204).all()
    assert not result.seen[16:24, 16:24].any() and result.seen.sum() == 1600 - 64


def test_a_blend_of_equal_values_reaches_an_equal_threshold() -> None:
    level = np.float32(0.3)
    change = np.full((1, 40, 40), level, np.float32)
    result = whole(stitch(change, change[0], np.ones((40, 40), bool), threshold=float(level)))
    assert (result.class_map == 1).all()


def test_thresholds_by_class() -> None:
    change = np.stack((np.full((T, T), 0.6), np.full((T, T), 0.3))).astype(np.float32)
    change[:, :, 8:] = change[::-1, :, 8:]
    strip = whole(stitch(change, change[0], np.ones((T, T), bool), threshold=[0.5, 0.7]))
    assert (strip.class_map[:, :8] == 1).all() and not strip.class_map[:, 8:].any()


def test_resumed_runs_start_further_down() -> None:
    change, appeared, valid = images(5, 1, 40, 20)
    full = whole(stitch(change, appeared, valid))
    stitcher = Stitcher(20, 40, tile_size=T, overlap=OVERLAP, first_row=24)
    for row in (12, 24):
        for col in (0, 4):
            part = (slice(row, row + T), slice(col, col + T))
            stitcher.add(
                Window(col, row, T, T), change[(slice(None), *part)],
                appeared[None][(slice(None), *part)], valid[part],
            )  # fmt: skip
    strip = stitcher.finish_rows(40)
    assert strip.row0 == 24
    assert np.array_equal(strip.class_map, full.class_map[24:])


def test_wrong_shapes_are_refused() -> None:
    stitcher = Stitcher(20, 20, tile_size=T)
    blank = np.zeros((1, T, T), np.float32)
    with pytest.raises(ValueError, match="are not"):
        stitcher.add(Window(0, 0, T, T), blank, blank[0], np.ones((T, T), bool))


@pytest.mark.parametrize("overlap", [0, 1, 4, 64, 128, 200])
def test_weights_are_symmetric_and_positive(overlap: int) -> None:
    side = ramp(256, overlap)
    assert np.allclose(side, side[::-1])
    assert side.min() >= FLOOR and side.max() <= 1
    assert np.allclose(tile_weights(256, overlap), np.outer(side, side))
    shared = min(overlap, 128)
    if shared:
        sums = side[:shared] + side[-shared:]
        assert np.allclose(sums, 1 + FLOOR)
