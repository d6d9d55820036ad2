"""Five sentences about a pair, in the words people used for real ones, true to its objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from training.scenes.facts import Fact, read_facts
from training.scenes.hashing import generator
from training.scenes.scene import ScenePair

_Item = TypeVar("_Item")

UNCHANGED = (
    "there is no difference",
    "the two scenes seem identical",
    "the scene is the same as before",
    "no change has occurred",
    "almost nothing has changed",
)
"""What the human sentences say of every unchanged pair."""

# thing: one of it, several of it
_NOUNS = {
    "house": (
        ("a house", "houses"),
        ("a villa", "villas"),
        ("a detached house", "detached houses"),
    ),
    "building": (("a building", "buildings"), ("a large building", "large buildings")),
    "warehouse": (("a warehouse", "warehouses"), ("a building", "buildings")),
    "road": (("a road", "roads"), ("a new road", "new roads")),
    "tree": (("a tree", "trees"),),
    "pond": (("a pond", "ponds"), ("a lake", "lakes")),
    "pool": (("a swimming pool", "swimming pools"),),
    "parking": (("a parking lot", "parking lots"),),
}
_GONE = {"road": ("disappears", "disappear"), "pond": ("vanishes", "vanish")}
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}
_COME = (("is built", "are built"), ("appears", "appear"), ("is constructed", "are constructed"),
         ("has been built", "have been built"), ("shows up", "show up"))  # fmt: skip
_GO = (("is removed", "are removed"), ("disappears", "disappear"),
       ("has been removed", "have been removed"), ("is demolished", "are demolished"))  # fmt: skip
_PLACES = {
    "top left corner": ("at the top left corner of the scene", "in the top left corner"),
    "top": ("at the top of the scene",),
    "top right corner": ("at the top right corner of the scene", "in the top right corner"),
    "left": ("on the left side of the scene", "on the left"),
    "center": ("in the middle of the scene", "in the center of the scene"),
    "right": ("on the right side of the scene", "on the right"),
    "lower left corner": ("at the bottom left corner of the scene", "in the lower left corner"),
    "lower": ("at the bottom of the scene",),
    "lower right corner": ("at the bottom right corner of the scene", "in the lower right corner"),
}
_GROUNDS = {
    "bare": ("on the bareland", "in the bareland"),
    "ground": ("in the open space", "on the open space"),
    "vegetation": ("in the woods", "among the trees"),
}


def describe(pair: ScenePair) -> list[str]:
    """Five sentences about a pair; the five stock ones where nothing changed.

    The same pair always gets the same sentences.
    """
    facts = read_facts(pair)
    if not facts:
        return list(UNCHANGED)
    rng = generator(pair.seed, 11, round(pair.x / pair.gsd), round(pair.y / pair.gsd), pair.width)
    found: list[str] = []
    for _ in range(60):
        text = sentence(rng, facts)
        if text not in found:
            found.append(text)
        if len(found) == 5:
            return found
    return [found[k % len(found)] for k in range(5)]


def sentence(rng: np.random.Generator, facts: list[Fact]) -> str:
    """One or two clauses, the most telling fact first more often than not.

    Parameters
    ----------
    rng : numpy Generator
    facts : list of Fact
        At least one; the most telling first.
    """
    first = facts[0] if len(facts) == 1 or rng.random() < 0.75 else _choice(rng, facts)
    if first.thing not in ("tree", "soil") and first.appeared and rng.random() < 0.12:
        replaced = _replaced(rng, first)
        if replaced:
            return replaced
    others = [fact for fact in facts if fact is not first]
    clause = _clause(rng, first)
    if not others or rng.random() < 0.4:
        return clause
    return f"{clause} and {_clause(rng, others[0] if rng.random() < 0.6 else _choice(rng, others))}"


def _choice(rng: np.random.Generator, items: Sequence[_Item]) -> _Item:
    return items[int(rng.integers(len(items)))]


def _clause(rng: np.random.Generator, fact: Fact) -> str:
    if fact.thing == "tree":
        return _trees(rng, fact)
    if fact.thing == "soil":
        piece = _choice(rng, ("some land is cleared", "the land is cleared",
                              "a bareland appears", "some bare land appears"))  # fmt: skip
        return _join(piece, _where(rng, fact, 0.5))
    noun, many = _subject(rng, fact)
    if fact.appeared:
        verb = _choice(rng, _COME if fact.thing != "pond" else _COME[1:2] + _COME[4:])[many]
    else:
        ways = list(_GO) if fact.thing not in _GONE else [*_GO[:3], _GONE[fact.thing]]
        if fact.thing == "pond":
            ways = [_GO[1], _GONE["pond"]]
        verb = _choice(rng, ways)[many]
    return _join(f"{noun} {verb}", _where(rng, fact))


def _subject(rng: np.random.Generator, fact: Fact) -> tuple[str, bool]:
    """A noun with its number or quantity, and whether it is more than one."""
    nouns = _NOUNS[fact.thing]
    # What was there before is not new.
    single, plural = _choice(rng, nouns if fact.appeared or fact.thing != "road" else nouns[:1])
    if fact.count == 1:
        return single, False
    words = [_NUMBERS[fact.count]] if fact.count in _NUMBERS else []
    if fact.count >= 3:
        words += ["some"] + ["several"] * (fact.count <= 9)
    if fact.count >= 9:
        words += ["many", "many", "lots of"]
    if fact.count < 2:
        words = ["some"]
    return f"{_choice(rng, words)} {plural}", True


def _trees(rng: np.random.Generator, fact: Fact) -> str:
    much = "many" if fact.count > 40 else "some"
    if fact.count == 1:
        return f"a tree {'is planted' if fact.appeared else 'is removed'}"
    if fact.appeared:
        text = _choice(rng, (f"{much} trees are planted", f"{much} trees appear",
                             f"{much} trees have grown up"))  # fmt: skip
    else:
        text = _choice(
            rng,
            (
                f"{much} trees are removed",
                f"{much} trees disappear",
                f"{much} trees are cut down",
                f"{much} trees have been removed",
            ),
        )
        if fact.share > 0.12 and rng.random() < 0.5:
            text = _choice(rng, ("the woods are cleared", "the woods are removed",
                                 "some of the woods disappear"))  # fmt: skip
    return _join(text, _where(rng, fact, 0.4))


def _replaced(rng: np.random.Generator, fact: Fact) -> str | None:
    """What stands where something else was."""
    noun, many = _subject(rng, fact)
    lost = {"vegetation": "the trees", "bare": "the bareland"}.get(fact.was)
    return f"{noun} {'replace' if many else 'replaces'} {lost}" if lost else None


def _where(rng: np.random.Generator, fact: Fact, share: float = 0.7) -> str:
    """Where it is, or nothing."""
    if rng.random() > share:
        return ""
    ways: list[str] = []
    if len(fact.cells) == 1:
        ways += _PLACES[fact.cells[0]]
    if fact.by_road:
        ways += ["along the road", "beside the road", "along the road"]
        ways += ["next to the road"] if fact.count < 9 else ["along the roads"] * (fact.count > 19)
    if fact.was in _GROUNDS and fact.appeared and fact.thing not in ("tree", "soil"):
        ways += _GROUNDS[fact.was]
    return _choice(rng, ways) if ways else ""


def _join(clause: str, place: str) -> str:
    return f"{clause} {place}" if place else clause
