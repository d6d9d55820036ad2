"""Tools: each takes a scene and arguments that were checked, and answers with evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from engine.agent.calls import TOOLS, ToolCall
from engine.agent.errors import ToolCallError
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.tools.comparing import compare_with_layer
from engine.agent.tools.counting import count, locate, select
from engine.agent.tools.describing import describe
from engine.agent.tools.grouping import group_by_field, group_by_polygons
from engine.agent.tools.measuring import change_per_year, measure
from engine.agent.tools.nearness import densest, nearest_to
from engine.agent.tools.ordering import list_sorted

_READING: dict[str, Callable[[Scene, ToolCall, Any], Result]] = {
    "count": count,
    "measure": measure,
    "list_sorted": list_sorted,
    "nearest": nearest_to,
    "densest": densest,
    "locate": locate,
    "group_by_field": group_by_field,
    "group_by_polygons": group_by_polygons,
    "compare_with_layer": compare_with_layer,
    "change_per_year": change_per_year,
    "describe": describe,
    "select": select,
}
"""What each tool runs. The tool that writes is not among them."""


def answer(scene: Scene, call: ToolCall) -> Result:
    """Run a tool that only reads.

    Raises
    ------
    ToolCallError
        The tool writes.
    AgentError
        The layers do not hold what is asked.
    """
    if TOOLS[call.tool].writes:
        raise ToolCallError(f"{call.tool} writes a file and is not run from a question.")
    result = _READING[call.tool](scene, call, call.arguments)
    where = getattr(call.arguments, "where", None)
    if where is not None and where.review is not None:
        return result
    found = set(result.box_ids)
    rejected = scene.objects.box_id[scene.objects.review == "rejected"]
    among = tuple(one for one in ids(rejected) if one in found)
    if not among:
        return result
    # They count like others: whoever passes the number on must know.
    told = Sentence(f"A person has rejected {len(among):,} of them.", among)
    return dataclasses.replace(result, sentences=(*result.sentences, told))


__all__ = ["answer"]
