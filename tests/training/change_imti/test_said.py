"""What sentences say of roads and buildings, and when that contradicts a mask."""

from __future__ import annotations

import pytest
from support.imti_pairs import squares

from training.change_imti.consistency import contradictions
from training.change_imti.labels import read_labels
from training.change_imti.pair import LabelledPair
from training.change_imti.said import says_changed

EMPTY = squares()


@pytest.mark.parametrize(
    ("sentence", "road", "building"),
    [
        ("houses are built along the road", False, True),
        ("a road is built through the woods", True, False),
        ("a road and some villas appear", True, True),
        ("the road disappears and trees grow", True, False),
        ("some trees are removed", False, False),
        ("the building at the corner is demolished", False, True),
    ],
)
def test_places_are_no_changes(sentence: str, road: bool, building: bool) -> None:
    assert says_changed(sentence, "road") == road
    assert says_changed(sentence, "building") == building


def kinds(said: tuple[str, ...], changed: bool | None, **masks) -> list[tuple[str, str]]:
    pair = LabelledPair("p", "x", "train", "", said, changed, masks)
    return [(one.kind, one.class_name) for one in contradictions(pair, read_labels(pair, "clean"))]


def test_kinds_of_contradictions() -> None:
    houses = ("houses appear",) * 3 + ("trees are removed",) * 2
    still = ("there is no difference",) * 5
    some = squares((4, 4))
    assert kinds(houses, True, building=EMPTY) == [("said_but_not_masked", "building")]
    assert kinds(houses, True, building=some, road=EMPTY) == []
    assert kinds(houses[1:], True, building=EMPTY) == []  # two of four are no majority
    assert kinds(still, False, road=some) == [("unchanged_but_masked", "road")]
    assert kinds(still, False, road=EMPTY, building=EMPTY) == []
    assert kinds(still, True) == [("flag_against_sentences", "")]
    assert kinds(houses, False) == [("flag_against_sentences", "")]
    assert kinds((), None, building=some) == []


def test_clean_asks_masks_first_and_people_where_a_class_has_none() -> None:
    road = ("a road is built",) * 5
    trees = ("trees are removed",) * 5

    def binary(said: tuple[str, ...], **masks) -> str | None:
        return read_labels(LabelledPair("p", "x", "train", "", said, True, masks), "clean").binary

    assert binary(road, building=EMPTY) == "Yes"
    assert binary(trees, building=EMPTY) is None
    assert binary(trees, building=EMPTY, road=EMPTY) == "No"
    assert binary(trees, building=squares((4, 4))) == "Yes"
