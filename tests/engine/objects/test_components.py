"""The one counter of objects in a tile."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from engine.objects import CELL_ORDER, MIN_PIXELS, cell_of, count_cells, label

masks = hnp.arrays(bool, st.tuples(st.integers(1, 24), st.integers(1, 24)))


def test_diagonal_pixels_are_one_component() -> None:
    labels, count = label(np.eye(4, dtype=bool))
    assert count == 1
    assert labels.dtype == np.int32
    assert (labels > 0).tolist() == np.eye(4, dtype=bool).tolist()


def test_six_pixels_count_and_five_do_not() -> None:
    assert MIN_PIXELS == 6
    mask = np.zeros((256, 256), bool)
    mask[10, 10:16] = True
    mask[200, 200:205] = True
    assert count_cells(mask) == (1, ["top left corner"])
    assert count_cells(mask, min_pixels=5) == (2, ["top left corner", "lower right corner"])


def test_nothing() -> None:
    assert count_cells(np.zeros((256, 256), bool)) == (0, [])
    assert label(np.zeros((0, 5), bool))[1] == 0


def test_cells_once_in_reading_order() -> None:
    mask = np.zeros((300, 300), bool)
    for row, col in ((280, 10), (10, 280), (20, 250), (140, 140)):
        mask[row : row + 4, col : col + 4] = True
    assert count_cells(mask) == (4, ["top right corner", "center", "lower left corner"])


def test_centroid_is_the_mean_of_pixel_numbers() -> None:
    # Columns 83…87: mean 85 < 256/3 = 85.33. With pixel centres (85.5) it would be the next cell.
    mask = np.zeros((256, 256), bool)
    mask[0:2, 83:88] = True
    assert count_cells(mask) == (1, ["top left corner"])
    assert count_cells(np.roll(mask, 1, axis=1)) == (1, ["top"])


def test_bytes_are_taken_as_well() -> None:
    mask = np.zeros((30, 30), np.uint8)
    mask[2:6, 2:6] = 3
    assert count_cells(mask) == count_cells(mask > 0)


@settings(max_examples=60, deadline=None)
@given(masks, st.integers(1, 8))
def test_agrees_with_plain_labelling(mask: np.ndarray, least: int) -> None:
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    height, width = mask.shape
    cells = set()
    large = 0
    for one in range(1, count + 1):
        rows, cols = np.nonzero(labels == one)
        if rows.size >= least:
            large += 1
            cells.add(cell_of(cols.mean(), rows.mean(), width, height))
    assert count_cells(mask, least) == (large, [word for word in CELL_ORDER if word in cells])
