"""Numbers in digits and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.numerals import find_numbers, with_digits

SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int, dash: str = "-", link: str = " and ") -> str:
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (dash + SMALL[number % 10] if number % 10 else "")
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            joint = link if rest < 100 else " "
            tail = joint + in_words(rest, dash, link) if rest else ""
            return f"{in_words(number // size, dash, link)} {name}{tail}"
    raise AssertionError(number)


def values(text: str) -> list[int]:
    return [found.value for found in find_numbers(text)]


@given(st.integers(0, 99_999), st.sampled_from(["-", " "]), st.sampled_from([" and ", " "]))
def test_words_are_read(number: int, dash: str, link: str) -> None:
    words = in_words(number, dash, link)
    assert values(words) == [number]
    assert values(f"{words.capitalize()} houses, then one road.") == [number, 1]


@given(st.integers(0, 999_999))
def test_digits_are_read(number: int) -> None:
    assert values(str(number)) == values(f"({number:,}).") == values(f"a: {number}!") == [number]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a dozen houses and two dozen trees", [12, 24]),
        ("a hundred and one roads", [101]),
        ("two and three", [2, 3]),
        ("one hundred, two", [100, 2]),
        ("one thousand, two hundred", [1200]),
        ("twelve hundred", [1200]),
        ("2 thousand", [2000]),
        ("3-5 houses", [3, 5]),
        ("a house", []),
        ("dozens, hundreds, someone, often, weighty", []),
        ("-3", []),
        ("at -3", []),
        ("(-3)", []),
        ("2.5 3,4 40% 1e3 x7 7x .5", []),
        ("1,2345", []),
        ("12345678901234567890" * 400, []),
        ("３ ²", []),
        ("İ two", [2]),
        ("", []),
    ],
)
def test_what_counts_as_a_number(text: str, numbers: list[int]) -> None:
    assert values(text) == numbers


@given(st.text(max_size=100))
def test_places_point_into_the_text(text: str) -> None:
    end = 0
    for found in find_numbers(text + " twenty-two " + text):
        assert found.start >= end and found.end > found.start
        end = found.end


@given(
    st.lists(
        st.sampled_from([*SMALL, *TENS, "hundred", "thousand", "a", "dozen", "and", ",", "-"])
        | st.integers(0, 2000).map(str)
        | st.text(max_size=3)
    ).map(" ".join),
    st.sampled_from([1, 9, 10, 20]),
)
def test_what_is_put_in_digits_is_what_was_found(text: str, above: int) -> None:
    put = text
    for number in reversed(find_numbers(text)):
        if number.value > above:
            put = put[: number.start] + str(number.value) + put[number.end :]
    assert with_digits(text, above) == put


def test_large_words_become_digits() -> None:
    assert with_digits("Fourteen houses, 1,205 trees and two roads") == (
        "14 houses, 1205 trees and two roads"
    )
