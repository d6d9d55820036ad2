"""Layers that no pattern has used: what they are for, by where and how they are named."""

from __future__ import annotations

import re
from typing import Any

from engine.agent.planner.concepts import read
from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.mentions import Mentions
from engine.agent.planner.reading import Reading

_NAME = re.compile(r"§[lbp]\d+")
_COMPARE = "compare_with_layer"
_OF_ALL = {"select", "describe", "densest", "nearest", "whether"}
"""Tools that ask for objects, or for one answer, not for one of each polygon."""


def placed(
    reading: Reading, text: str, names: Mentions, follows: bool, lexicon: Lexicon
) -> Reading:
    """A reading whose left over layers and points have found their use.

    A layer said again needs none. Else it is what is compared with, what a distance counts from,
    what things are near to; what is divided by, if each of its polygons is asked for; and, where it
    stands before the question like a heading, the place.

    Parameters
    ----------
    text : str
        The clause, without signs.
    follows : bool
        Whether there is an earlier question, to which a relation may belong.
    """
    if "list_sorted" in reading.intents and "unit" in reading.args:
        _summed(reading, lexicon)
    left = [word for word in reading.unknown if _NAME.fullmatch(word)]
    for token in dict.fromkeys(left):
        if _used(reading, token, names) or _target(reading, token, names, follows):
            reading.unknown = tuple(word for word in reading.unknown if word != token)
        elif token.startswith("§l") and _topic(token, text, lexicon):
            layer = names.target(token)
            if "layer" not in reading.args and _divides(reading, text, layer, lexicon):
                return read(text.replace(token, f"{lexicon.per} {token}", 1), names, lexicon)
            reading.relations.append({"kind": "inside", "of": layer})
            reading.unknown = tuple(word for word in reading.unknown if word != token)
    return reading


def _used(reading: Reading, token: str, names: Mentions) -> bool:
    target = names.target(token)
    targets = [one["of"] for one in reading.relations] + [reading.args.get("to", {})]
    return target in targets or reading.args.get("layer", "") == target.get("layer")


def _target(reading: Reading, token: str, names: Mentions, follows: bool) -> bool:
    target = names.target(token)
    if _COMPARE in reading.intents and "layer" in target:
        if "layer" in reading.args:
            return False
        reading.args |= target
    elif reading.open_relation is not None and not follows:
        reading.relations.append({"kind": "", "of": target} | reading.open_relation)
        reading.open_relation = None
    elif "nearest" in reading.intents and "to" not in reading.args:
        reading.args["to"] = target
    else:
        return False
    return True


def _topic(token: str, text: str, lexicon: Lexicon) -> bool:
    found = lexicon.topic.search(text) if lexicon.topic else None
    return found is not None and token in found[0]


def _divides(reading: Reading, text: str, layer: dict[str, Any], lexicon: Lexicon) -> bool:
    if lexicon.each is not None and lexicon.each.search(text):
        return True
    named = lexicon.partitions is not None and lexicon.partitions.search(layer["layer"].lower())
    return bool(named) and not _OF_ALL & set(reading.intents)


def _summed(reading: Reading, lexicon: Lexicon) -> None:
    """Put "in the districts the km of road, biggest first" as one sum for each district."""
    inside = [one["of"] for one in reading.relations if one["kind"] == "inside"]
    if len(inside) != 1 or lexicon.partitions is None or "best" in reading.intents:
        return
    if not lexicon.partitions.search(str(inside[0].get("layer", "")).lower()):
        return
    reading.relations = [one for one in reading.relations if one["kind"] != "inside"]
    reading.intents.append("group_by_polygons")
    reading.args |= inside[0]
