"""Which of several sentences is said: one that agrees with the map."""

from __future__ import annotations

from engine.guide.agreement import best_wording
from engine.guide.reading import Finding

HOUSES = [Finding("building", "appeared", 3, ["top"])]


def test_the_first_wording_that_agrees_with_the_map_is_said() -> None:
    said = ("a road is built", "three houses are built", "some houses are built")
    assert best_wording(said, HOUSES) == said[1]
    assert best_wording(said[:1], HOUSES) == said[0]
    assert best_wording(("trees", "the scene is the same as before"), []) == (
        "the scene is the same as before"
    )
    assert best_wording((), HOUSES) is None
