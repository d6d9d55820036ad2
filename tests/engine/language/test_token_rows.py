"""Tokens, places of images and positions, as Qwen2.5-VL counts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.token_rows import shared_length, token_row

IMAGE = 9


def test_an_image_takes_as_many_positions_as_it_is_high() -> None:
    row = token_row([1, IMAGE, IMAGE, IMAGE, IMAGE, 2, 3], IMAGE, 2, 2)
    assert row.slots.tolist() == [-1, 0, 1, 2, 3, -1, -1]
    assert row.places.tolist() == [
        [0, 1, 1, 1, 1, 3, 4],
        [0, 1, 1, 2, 2, 3, 4],
        [0, 1, 2, 1, 2, 3, 4],
    ]
    assert row.following == 5 and len(row) == 7


def test_two_images_in_a_row() -> None:
    row = token_row([IMAGE] * 8, IMAGE, 2, 2)
    assert row.slots.tolist() == list(range(8)) and row.places[0].tolist() == [0] * 4 + [2] * 4


@pytest.mark.parametrize("ids", [[IMAGE], [IMAGE] * 5, [IMAGE, IMAGE, 1, IMAGE, IMAGE]])
def test_a_run_of_another_length_is_refused(ids: list[int]) -> None:
    with pytest.raises(ValueError, match="2 x 2"):
        token_row(ids, IMAGE, 2, 2)


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=6), min_size=1, max_size=4))
def test_what_is_shared_is_the_longest_beginning_that_leaves_one_each(rows: list) -> None:
    made = [token_row(ids, IMAGE, 1, 1) for ids in rows]
    cut = shared_length(made)
    assert all(row.tokens[:cut].tolist() == rows[0][:cut] for row in made)
    if len(rows) == 1:
        assert cut == 0
    elif cut < min(map(len, rows)) - 1:
        assert len({ids[cut] for ids in rows}) > 1
    else:
        assert cut == min(map(len, rows)) - 1


def test_an_empty_prompt() -> None:
    row = token_row([], IMAGE, 2, 2)
    assert len(row) == 0 and row.following == 0 and row.places.shape == (3, 0)
    assert np.array_equal(row.tokens, [])
