"""Sentences: in people's words, and true to the objects."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from training.guide.config import data_root
from training.scenes.facts import Fact, read_facts
from training.scenes.pair import find_view
from training.scenes.scene import ScenePair
from training.scenes.sentences import UNCHANGED, describe, sentence
from training.scenes.world import World

HUMAN = data_root() / "levir_cc_text" / "sentences.json"
# Words of the grammar that were found among the human sentences.
WORD_LIST = """
a almost along among and appear appears are area as at bare bareland been before beside
bottom building buildings built center change changed cleared constructed corner cut
demolished detached difference disappear disappears down five four grown has have house
houses identical in is lake lakes land large left lot lots lower many middle new next no
nothing occurred of on open parking planted pond ponds pool pools removed replace replaces
right road roads same scene scenes seem several show shows side some space swimming the
there three to top tree trees two up vanish vanishes villa villas warehouse warehouses woods
"""
WORDS = set(WORD_LIST.split())
QUANTITY = {"two": (2, 2), "three": (3, 3), "four": (4, 4), "five": (5, 5), "several": (3, 9)}


def pairs() -> list[ScenePair]:
    found = []
    for seed in range(10):
        world = World(seed)
        world.pictures = lambda view: (np.zeros((3, view.height, view.width), np.uint8),) * 2
        found.append(world.look(find_view(world, 256, 256, 0.5)))
    return found


@pytest.fixture(scope="module")
def drawn() -> list[ScenePair]:
    return pairs()


def everything(count: int) -> list[str]:
    """Sentences of every kind of fact, many times."""
    rng = np.random.default_rng(7)
    things = ["house", "building", "warehouse", "road", "tree", "pond", "pool", "parking", "soil"]
    cells = [(), ("top left corner",), ("center",), ("lower",), ("right",), ("lower right corner",),
             ("left",), ("top",), ("top right corner",), ("lower left corner",)]  # fmt: skip
    said = []
    for _ in range(count):
        facts = [
            Fact(things[rng.integers(9)], bool(rng.integers(2)), int(rng.integers(1, 60)),
                 float(rng.random()), cells[rng.integers(10)], bool(rng.integers(2)),
                 ("bare", "ground", "vegetation", "road")[rng.integers(4)])
            for _ in range(int(rng.integers(1, 4)))
        ]  # fmt: skip
        said.append(sentence(rng, facts))
    return said


def test_words_are_on_the_list() -> None:
    used = {word for text in everything(3000) for word in text.split()}
    assert used <= WORDS
    assert len(used) > 80


def test_words_are_peoples_words() -> None:
    if not HUMAN.exists():
        pytest.skip("the human sentences are not here")
    splits = json.loads(HUMAN.read_text())
    human = {word for split in splits.values() for five in split.values()
             for text in five for word in text.split()}  # fmt: skip
    assert human >= WORDS
    assert human >= {word for text in everything(3000) for word in text.split()}


def test_every_pair_gets_five(drawn: list[ScenePair]) -> None:
    kinds = [pair.sentences == list(UNCHANGED) for pair in drawn]
    assert True in kinds
    assert False in kinds
    for pair, stock in zip(drawn, kinds, strict=True):
        assert len(pair.sentences) == 5
        assert stock or len(set(pair.sentences)) == 5
        assert stock == (not read_facts(pair))
        assert describe(pair) == pair.sentences


def test_numbers_are_true(drawn: list[ScenePair]) -> None:
    checked = 0
    for pair in drawn:
        counts = {(f.thing == "road", f.appeared): f.count for f in read_facts(pair)
                  if f.thing in ("house", "building", "warehouse", "road")}  # fmt: skip
        for text in pair.sentences:
            for word, noun, verb in re.findall(
                r"(two|three|four|five|several) (?:\w+ )?(houses|villas|buildings|roads) "
                r"(?:have been |are )?(\w+)", text,
            ):  # fmt: skip
                gone = verb in ("removed", "disappear", "demolished")
                low, high = QUANTITY[word]
                assert low <= counts[noun == "roads", not gone] <= high, text
                checked += 1
    assert checked > 5


def test_built_or_gone_is_true(drawn: list[ScenePair]) -> None:
    for pair in drawn:
        actions = {(o["class"], o["action"]) for o in pair.objects}
        for text in pair.sentences:
            if re.search(r"(house|villa|building)s? (are|is|have been|has been) built", text):
                assert ("building", "appeared") in actions
            if re.search(r"(house|villa|building)s? (are|is) (removed|demolished)", text):
                assert ("building", "disappeared") in actions
