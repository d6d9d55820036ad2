"""The 3×3 cell rule: thirds with strict ``<``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.objects import CELL_ORDER, cell_of


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [
        (0, 0, "top left corner"),
        (150, 0, "top"),
        (299, 0, "top right corner"),
        (0, 150, "left"),
        (150, 150, "center"),
        (299, 150, "right"),
        (0, 299, "lower left corner"),
        (150, 299, "lower"),
        (299, 299, "lower right corner"),
    ],
)
def test_words(x: float, y: float, word: str) -> None:
    assert cell_of(x, y, 300, 300) == word


def test_a_third_itself_belongs_to_the_next_cell() -> None:
    assert cell_of(99.999, 0, 300, 300) == "top left corner"
    assert cell_of(100, 0, 300, 300) == "top"
    assert cell_of(200, 0, 300, 300) == "top right corner"
    assert cell_of(0, 100, 300, 300) == "left"
    assert cell_of(0, 200, 300, 300) == "lower left corner"


def test_thirds_of_256() -> None:
    assert cell_of(85, 85, 256, 256) == "top left corner"  # 85 < 85.33
    assert cell_of(86, 170, 256, 256) == "center"  # 170 < 170.67
    assert cell_of(171, 171, 256, 256) == "lower right corner"


def test_outside_counts_to_the_nearest_cell() -> None:
    assert cell_of(-5, 400, 300, 300) == "lower left corner"


@given(
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
)
def test_mirrored_columns_keep_the_row(width: int, height: int, u: float, v: float) -> None:
    words = [cell_of(u * width, v * height, width, height) for _ in range(2)]
    assert words[0] == words[1] and words[0] in CELL_ORDER
