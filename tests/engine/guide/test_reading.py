"""Sentences say what was measured, no more."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.guide.reading import UNCHANGED, Finding, object_caption, tile_caption
from engine.objects import CELL_ORDER


def test_nothing_found_is_said_as_people_say_it() -> None:
    assert tile_caption([]) == UNCHANGED
    assert tile_caption([Finding("building", "appeared", 0, [])]) == UNCHANGED


def test_one_and_many() -> None:
    one = Finding("building", "appeared", 1, ["top left corner"])
    many = Finding("building", "disappeared", 12, ["left", "center", "lower"])
    assert tile_caption([one, many]) == (
        "a building appears in the top left corner and 12 buildings disappear on the left, "
        "in the center and at the lower edge"
    )


def test_other_changes_are_named_as_such() -> None:
    found = [Finding("other", "changed", 1, ["center"])]
    assert tile_caption(found) == "another change is seen in the center"
    found = [Finding("other", "appeared", 3, ["center"])]
    assert tile_caption(found) == "three other changes are seen in the center"


@given(
    st.lists(
        st.builds(
            Finding,
            st.sampled_from(["building", "road"]),
            st.sampled_from(["appeared", "disappeared", "changed"]),
            st.integers(1, 40),
            st.lists(st.sampled_from(CELL_ORDER), min_size=1, max_size=9, unique=True),
        ),
        max_size=4,
    )
)
def test_every_count_is_in_the_sentence(found: list[Finding]) -> None:
    sentence = tile_caption(found)
    assert sentence == sentence.lower() and not sentence.endswith(".")
    for finding in found:
        if finding.count > 10:
            assert str(finding.count) in sentence


def test_an_object_says_its_measures_and_dates() -> None:
    days = date(2019, 4, 1), date(2024, 5, 6)
    assert object_caption("building", "appeared", 1234.4, 40.2, 31.0, "top", days) == (
        "A building of 1,234 m² (40 × 31 m) appeared between 2019-04-01 and 2024-05-06, "
        "at the top of the area."
    )
    assert "between" not in object_caption("road", "disappeared", 5.25, 2, 3, "left")
    assert "5.2 m²" in object_caption("road", "disappeared", 5.25, 2, 3, "left")
