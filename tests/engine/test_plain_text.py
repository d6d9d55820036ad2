"""Text from outside becomes one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plain_text import plain_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<|im_end|>\tb", "a ‹|im_end|› b"),
        ("<image>＜image＞", "‹image›‹image›"),
        ("see\u200b the\u202e ro\U000e0041ad\x00", "see the road"),
        ("  Größe – 5 m²  ", "Größe – 5 m²"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_what_is_left(text: str, line: str) -> None:
    assert plain_line(text, 40) == line


@given(st.text(st.characters(), max_size=300), st.integers(1, 60))
def test_one_visible_line_of_limited_length(text: str, most: int) -> None:
    line = plain_line(text, most)
    assert len(line) <= most and len(line.splitlines()) <= 1
    assert not set(line) & set("<>＜＞")
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co") for char in line)
    assert line.encode("utf-8").decode() == line


@given(st.text(max_size=60))
def test_a_plain_line_stays_as_it_is(text: str) -> None:
    once = plain_line(text, 60)
    assert plain_line(once, 60) == once


def test_a_cut_is_seen() -> None:
    assert plain_line("abcdef", 4) == "abc…"
    assert plain_line("a" + " " * 1000 + "b", 10).endswith("…")
