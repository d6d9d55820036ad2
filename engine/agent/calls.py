"""The closed list of tools, their arguments' JSON schema, and calls that were checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.agent.arguments import (
    Arguments,
    CompareArguments,
    DensestArguments,
    GroupFieldArguments,
    GroupPolygonsArguments,
    ListArguments,
    MeasureArguments,
    NearestArguments,
    PerYearArguments,
    WhereArguments,
)
from engine.agent.errors import ToolCallError


@dataclass(frozen=True)
class Tool:
    """One thing that can be asked of the layers.

    Attributes
    ----------
    writes : bool
        It makes a file. Such a tool runs only through :meth:`engine.agent.Agent.export`, with a
        path that the caller's code gives.
    """

    name: str
    description: str
    arguments: type[Arguments]
    writes: bool = False

    def schema(self) -> dict[str, Any]:
        """Name, description and JSON schema, as language models' tool calling takes them."""
        return {
            "name": self.name,
            "description": self.description,
            "parameters": self.arguments.model_json_schema(),
        }


_ALL = (
    Tool("count", "How many changed objects.", WhereArguments),
    Tool("measure", "Area, length or score: sum, mean or median.", MeasureArguments),
    Tool("list_sorted", "Objects by area, length or score, the first of them.", ListArguments),
    Tool("nearest", "The objects nearest to a point, a layer or objects.", NearestArguments),
    Tool("densest", "The circle with the most objects.", DensestArguments),
    Tool("locate", "Where objects lie: counts by cell of a 3×3 grid.", WhereArguments),
    Tool("group_by_field", "Counts or areas by class, action, place, review.", GroupFieldArguments),
    Tool("group_by_polygons", "Counts or sums by polygons of a layer.", GroupPolygonsArguments),
    Tool("compare_with_layer", "New, gone and already mapped, by a layer.", CompareArguments),
    Tool("change_per_year", "A rate over the time between the dates.", PerYearArguments),
    Tool("describe", "What changed, in sentences.", WhereArguments),
    Tool("select", "The objects themselves, to be shown on the map.", WhereArguments),
    Tool("export_selection", "A file of the objects.", WhereArguments, writes=True),
)

TOOLS: dict[str, Tool] = {tool.name: tool for tool in _ALL}
"""By name. There are no others, and nothing adds one."""


@dataclass(frozen=True)
class ToolCall:
    """A tool with arguments that were checked.

    Attributes
    ----------
    tool : str
        One of :data:`TOOLS`.
    arguments : Arguments
        Of the class that the tool takes.
    """

    tool: str
    arguments: Arguments

    @classmethod
    def of(cls, tool: str, arguments: dict[str, Any]) -> ToolCall:
        """Check a call from outside (a planner, a language model, a request).

        Raises
        ------
        ToolCallError
            There is no such tool, or it does not take these arguments.
        """
        if tool not in TOOLS:
            raise ToolCallError(
                f"There is no tool {tool[:60]!r}.", hint=f"The tools are: {', '.join(TOOLS)}."
            )
        try:
            return cls(tool, TOOLS[tool].arguments.model_validate(arguments))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ToolCallError(
                f"{tool} does not take these arguments: {where} {first['msg']}.".replace("  ", " "),
                hint="Its JSON schema says which it takes.",
            ) from error

    def as_dict(self) -> dict[str, Any]:
        """Tool and arguments as JSON; arguments that have their default are left out."""
        return {
            "tool": self.tool,
            "arguments": self.arguments.model_dump(mode="json", exclude_defaults=True),
        }


def schemas() -> list[dict[str, Any]]:
    """JSON schemas of all tools, in a fixed order."""
    return [tool.schema() for tool in _ALL]
