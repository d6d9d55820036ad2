"""What a client may do for an answer: zoom, select, filter, swipe, open the report, export.

The service itself does none of it. Actions come from the user's words and from checked tool calls,
never from a caption, a layer's name or a model's text.
"""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from engine.agent import Result
from engine.agent.arguments import Where
from engine.chat.layers import RunLayers
from engine.chat.steps import IDS_MOST

Name = Literal["zoom", "select", "filter", "swipe", "report", "export"]
_ZOOM = re.compile(
    r"^(?:please )?(?:zoom|go|fly|pan|jump|move|take me)(?: in| over)? (?:to|on|onto)(?: the map to)? (.+)$"
)
_FILTER = re.compile(
    r"^(?:please )?(?:filter(?: the (?:map|layer|table))?(?: (?:by|to|for|on))?|(?:show|display|keep) "
    r"only|only (?:show|display|keep)|hide (?:everything|all)(?: else)? (?:but|except))(?: the)? (.+)$"
)  # fmt: skip
_UNFILTER = re.compile(
    r"^(?:please )?(?:(?:clear|remove|reset|drop) (?:the |all )?filters?|show (?:everything|all)(?: again)?)$"
)
_SWIPE = re.compile(
    r"^(?:please )?(?:swipe(?: (?:the )?(?:map|images|dates))?|(?:open|show|start|use)(?: me)? (?:the |a )?"
    r"swipe(?: tool| view)?|(?:compare|swipe between) (?:the )?(?:before and (?:the )?after|two (?:images|dates)|"
    r"(?:images|dates))(?: images?)?)$"
)
_REPORT = re.compile(r"^(?:please )?(?:open|show)(?: me)? (?:the |a )?report$")
_ALL = re.compile(
    r"^(?:the )?(?:(?:whole|entire|full) )?(?:everything|layers?|extent|area|map|result|all)$"
)
_SAID: dict[Name, str] = {
    "swipe": "Swipe between the two dates on the map.",
    "report": "The report can be opened if one was made for this result.",
    "filter": "All objects are shown.",
    "zoom": "The map can show the whole result.",
}


@dataclass(frozen=True)
class Command:
    """An action that a user's words ask for.

    Attributes
    ----------
    objects : str
        Words for the objects it is about; empty where it is about none.
    """

    name: Name
    objects: str = ""

    @property
    def question(self) -> str:
        """What is put to the planner."""
        return f"show {self.objects}"

    @property
    def text(self) -> str:
        """What is said of a command without objects."""
        return _SAID[self.name]


def read_command(message: str) -> Command | None:
    """The action that a message asks for, None where it is a question like others.

    >>> read_command("Zoom to the largest new house").question
    'show the largest new house'
    >>> read_command("How many?") is None
    True
    """
    text = " ".join(message.lower().split()).strip(" .!?")
    alone: tuple[tuple[re.Pattern[str], Name], ...] = (
        (_SWIPE, "swipe"), (_REPORT, "report"), (_UNFILTER, "filter"),
    )  # fmt: skip
    for pattern, name in alone:
        if pattern.match(text):
            return Command(name)
    if match := _ZOOM.match(text):
        return Command("zoom", "" if _ALL.match(match[1]) else match[1])
    if match := _FILTER.match(text):
        return Command("filter", match[1])
    return None


def plain_action(command: Command, layers: RunLayers) -> dict[str, Any]:
    """The action of a command without objects."""
    arguments: dict[str, Any] = {}
    if command.name == "zoom":
        arguments = {"bbox": list(layers.extent or ()) or None, "crs": layers.crs, "box_ids": []}
    if command.name == "filter":
        arguments = {"layer": "boxes", "clear": True, "box_ids": [], "expression": None}
    return _action(command.name, arguments)


def actions(
    command: Command | None, result: Result, layers: RunLayers, limited: bool = False
) -> list[dict[str, Any]]:
    """What a client may do with a tool's answer.

    Parameters
    ----------
    limited : bool
        The tool saw a part of the layers, which no condition on their fields describes.
    """
    tool = result.call.tool
    names: tuple[Name, ...] = ()
    if command is not None:
        names = (command.name,) if result.box_ids else ()
    elif tool == "export_selection":
        names = ("export",)
    elif result.box_ids and tool == "select":
        names = ("select", "zoom")
    elif result.box_ids and tool in ("list_sorted", "nearest", "densest"):
        names = ("zoom",)
    return [_of(name, result, layers, limited) for name in names]


def expression(where: Where) -> str | None:
    r"""The filter as an SQL condition on the layer ``boxes``; None where its fields do not do.

    >>> expression(Where(class_name="building", min_area_m2=200))
    '"class" = \'building\' AND "area_m2" >= 200.0'
    """
    if where.relations or where.box_ids or where.min_length_m or where.max_length_m:
        return None
    if where.place is not None or where.review == "none" or where.not_review is not None:
        return None
    parts = [
        f"\"{name}\" {sign} '{value}'"
        for name, sign, value in (
            ("class", "=", where.class_name), ("class", "<>", where.not_class),
            ("action", "=", where.action), ("review", "=", where.review),
        )
        if value is not None
    ]  # fmt: skip
    parts += [
        f'"{name}" {sign} {float(value)!r}'
        for name, sign, value in (
            ("score", ">=", where.min_score), ("score", "<=", where.max_score),
            ("area_m2", ">=", where.min_area_m2), ("area_m2", "<=", where.max_area_m2),
        )
        if value is not None
    ]  # fmt: skip
    return " AND ".join(parts) or None


def _of(name: Name, result: Result, layers: RunLayers, limited: bool) -> dict[str, Any]:
    ids = list(result.box_ids[:IDS_MOST])
    arguments: dict[str, Any] = {
        "layer": "boxes",
        "box_ids": ids,
        "n_features": len(result.box_ids),
    }
    if name == "zoom":
        arguments |= {"bbox": layers.bbox(result.box_ids), "crs": layers.crs}
    where = getattr(result.call.arguments, "where", None)
    if name in ("select", "filter", "export") and isinstance(where, Where):
        whole = result.call.tool in ("select", "count", "export_selection")
        arguments |= {
            "where": where.model_dump(mode="json", exclude_defaults=True),
            "expression": expression(where) if whole and not limited else None,
            "truncated": len(result.box_ids) > IDS_MOST,
        }
    if name == "filter":
        arguments["clear"] = False
    return _action(name, arguments)


def _action(name: Name, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}
