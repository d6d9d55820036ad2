"""The two counters: what they agree on and what sets them apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.imti_pairs import SIZE, masks, squares

from engine.objects.components import count_cells
from training.change_imti.counting import by_components, by_contours

LATTICE = st.sets(st.sampled_from([(r, c) for r in range(4, 88, 12) for c in range(4, 88, 12)]))


@given(LATTICE)
def test_squares_apart_count_alike(corners: set[tuple[int, int]]) -> None:
    mask = squares(*corners)
    ours, papers = by_components(mask), by_contours(mask)
    assert ours.count == papers.count == len(corners)
    assert set(ours.cells) == set(papers.cells)


@settings(max_examples=40)
@given(masks())
def test_clean_counter_is_the_engine_s(mask: np.ndarray) -> None:
    count, cells = count_cells(mask)
    assert by_components(mask).count == count
    assert list(by_components(mask).cells) == cells


@settings(max_examples=40)
@given(masks())
def test_paper_s_cells_are_named_once_and_only_with_objects(mask: np.ndarray) -> None:
    found = by_contours(mask)
    assert len(set(found.cells)) == len(found.cells) <= found.count
    assert bool(found.cells) == bool(found.count) == bool(mask.any())


def test_what_sets_the_paper_s_counter_apart() -> None:
    speck = squares((10, 10), side=2)  # 4 px: too small for the one, an outline for the other
    assert (by_components(speck).count, by_contours(speck).count) == (0, 1)
    line = np.zeros((SIZE, SIZE), bool)
    line[40, 10:60] = True  # its outline has no area
    assert (by_components(line).count, by_contours(line).count) == (1, 0)
    ring = squares((20, 20), side=40)
    ring[30:50, 30:50] = False
    ring[36:44, 36:44] = True  # an island in a hole is inside the outer outline
    assert (by_components(ring).count, by_contours(ring).count) == (2, 1)


def test_the_paper_s_cells_come_in_the_order_of_outlines_ours_in_reading_order() -> None:
    mask = squares((4, 4), (80, 80))
    assert by_components(mask).cells == ("top left corner", "lower right corner")
    assert set(by_contours(mask).cells) == {"top left corner", "lower right corner"}


def test_a_ragged_outline_is_simplified_to_its_place() -> None:
    rows, columns = np.mgrid[:SIZE, :SIZE]
    angle = np.arctan2(rows - 48, columns - 48)
    star = np.hypot(rows - 48, columns - 48) < 26 + 10 * np.cos(9 * angle)
    found = by_contours(star)
    assert found.count == 1 and found.cells == ("center",)
