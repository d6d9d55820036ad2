"""What a client is told of a tool's work: a phrase before, and numbers after it."""

from __future__ import annotations

from typing import Any

from engine.agent import Result, ToolCall
from engine.agent.arguments import Where
from engine.agent.wording import noun

ROWS_MOST, IDS_MOST = 50, 1000
_DOING = {
    "count": "Counting", "select": "Selecting", "measure": "Measuring", "list_sorted": "Sorting",
    "nearest": "Looking for the nearest of the", "densest": "Looking for the densest",
    "locate": "Locating", "group_by_field": "Grouping", "group_by_polygons": "Grouping",
    "compare_with_layer": "Comparing", "change_per_year": "Working out a rate of",
    "describe": "Describing", "export_selection": "Preparing to save",
}  # fmt: skip


def step(number: int, call: ToolCall) -> dict[str, Any]:
    """A tool call that begins."""
    told = call.as_dict()
    where = getattr(call.arguments, "where", None)
    what = noun(where) if isinstance(where, Where) else "changed objects"
    doing = _DOING.get(call.tool, call.tool.replace("_", " ").capitalize() + ":")
    return {
        "n": number,
        "tool": call.tool,
        "arguments": told["arguments"],
        "text": f"{doing} {what}",
    }


def outcome(number: int, result: Result, seconds: float) -> dict[str, Any]:
    """What a tool call found; of many rows and objects the first."""
    return {
        "n": number,
        "tool": result.call.tool,
        "seconds": round(seconds, 4),
        "value": result.value,
        "unit": result.unit,
        "rows": list(result.rows[:ROWS_MOST]),
        "n_features": len(result.box_ids),
        "box_ids": list(result.box_ids[:IDS_MOST]),
        "truncated": len(result.box_ids) > IDS_MOST or len(result.rows) > ROWS_MOST,
    }
