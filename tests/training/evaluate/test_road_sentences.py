"""Whether sentences say that a road was built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.evaluate.road_sentences import road_built, says_road_built
from training.guide.config import data_root
from training.guide.told import crops_by_tile

VERDICTS = Path(__file__).with_name("road_verdicts.json")


@pytest.mark.parametrize(
    "sentence",
    [
        "a road is built",
        "roads and houses appear",
        "a road with houses is constructed",
        "many villas with a road replace the trees",
        "trees are replaced by a road on the right",
        "the vegetation has been removed and two roads have been built",
        "two rows of houses appear beside the newly built road",
        "several buildings and a path and a road appear",
        "most plants are removed and a road with villas built along",
        "a lot with many cars replaces the field and a road with a villa connected to it appears",
        "the forest has turned into houses and roads",
        "many houses and roads are built along the old road",
        "the roads and the houses are built on bareland",
    ],
)
def test_a_road_was_built(sentence: str) -> None:
    assert says_road_built(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "villas are built along the road",
        "two houses appear between the road and the woods",
        "some houses are built on both sides of a road",
        "a house appears near the woods and a road",
        "a house is built at the end of the road and some trees are removed",
        "massive buildings surrounding the roads show up",
        "a road disappears",
        "the path has been replaced by two villas",
        "houses appear and a lane on the left disappears",
        "a road has been widened at the top",
        "a parking lot is built to join the old road",
        "a house with a parking lot is built",
        "the scene is the same as before",
    ],
)
def test_no_road_was_built(sentence: str) -> None:
    assert not says_road_built(sentence)


def test_two_sentences_decide_and_one_is_doubt() -> None:
    road, house = "a road appears", "a house appears by the road"
    assert road_built([road, road, house, house, house]) is True
    assert road_built([house] * 5) is False
    assert road_built([road, *[house] * 4]) is None


def test_a_hundred_crops_judged_by_hand() -> None:
    root = data_root()
    if not (root / "levir" / "captions.json").is_file():
        pytest.skip("the LEVIR captions are not here")
    crops = {crop.name: crop for items in crops_by_tile(root).values() for crop in items}
    verdicts = json.loads(VERDICTS.read_text("utf-8"))
    words = {True: "built", False: "none", None: "one"}
    wrong = [
        name for name, said in verdicts.items() if words[road_built(crops[name].sentences)] != said
    ]
    assert len(verdicts) == 100 and len(wrong) <= 2, wrong
