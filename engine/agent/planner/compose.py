"""From a reading to one call that was checked, with what an earlier call left it at."""

from __future__ import annotations

from typing import Any

from engine.agent.calls import ToolCall
from engine.agent.errors import ToolCallError
from engine.agent.planner.reading import Reading

_FIRST = (
    "export_selection", "compare_with_layer", "change_per_year", "densest", "nearest",
    "group_by_polygons", "group_by_field", "best", "list_sorted", "locate", "measure", "area",
    "unit", "count", "describe", "select", "which", "whether",
)  # fmt: skip
"""Where words hint at several tools, the one that says most counts."""
_TOOLS = {
    "best": "list_sorted", "area": "measure", "unit": "measure", "which": "select",
    "whether": "count",
}  # fmt: skip
_WEAK = ("which", "whether", "unit", "by", "area")
_TAKES = {
    "measure": ("quantity", "statistic", "unit"),
    "list_sorted": ("by", "order", "limit"),
    "nearest": ("to", "limit"),
    "densest": ("radius_m",),
    "group_by_field": ("by", "quantity", "unit", "order", "limit"),
    "group_by_polygons": ("layer", "quantity", "unit", "order", "limit"),
    "compare_with_layer": ("layer", "find", "tolerance_m"),
    "change_per_year": ("quantity", "unit"),
}
_NEEDS = {
    "nearest": ("to", "target"),
    "group_by_polygons": ("layer", "layer"),
    "compare_with_layer": ("layer", "layer"),
}
_BARE = ("describe", "export_selection", "change_per_year", "densest", "group_by_field")
"""Tools that mean all objects where none are named."""


def compose(reading: Reading, last: ToolCall | None) -> tuple[ToolCall | None, str]:
    """The call, or None and the reason to ask back."""
    hints = [one for one in _FIRST if one in reading.intents]
    where, args = dict(reading.where), dict(reading.args)
    relations = list(reading.relations)
    before = last.as_dict()["arguments"] if last else {}
    follows = last is not None and _follows(reading, hints)
    if reading.back and not reading.subject and not follows:
        return None, "back"
    if not hints and not follows:
        return None, "intent" if reading.says_something or reading.subject else "subject"
    tool = _TOOLS.get(hints[0], hints[0]) if hints else ""
    if follows and last is not None:
        # "And per hectare?": what only colours an answer stays with the tool before.
        if not tool or (set(hints) <= set(_WEAK) and not reading.back and _fits(last.tool, args)):
            tool = last.tool
        if tool == last.tool:
            args = {key: value for key, value in before.items() if key != "where"} | args
            if "unit" not in reading.args and "quantity" in reading.args:
                args.pop("unit", None)
        where, relations = _merged(before.get("where", {}), where, relations)
    if reading.open_relation is not None:
        closed = _closed(reading.open_relation, before)
        if closed is None:
            return None, "target"
        relations = _with(relations, closed)
    if not (follows or reading.subject or where or relations or tool in _BARE):
        return None, "subject"
    if hints[:1] == ["best"] and "limit" not in reading.args and not reading.plural:
        args["limit"] = 1
    if tool == "measure" and args.get("statistic") is None and args.get("quantity") is None:
        args["quantity"] = "area"
    if tool in _NEEDS and _NEEDS[tool][0] not in args:
        return None, _NEEDS[tool][1]
    if relations:
        where["relations"] = relations
    taken = {key: value for key, value in args.items() if key in _TAKES.get(tool, ())}
    if set(reading.args) - set(taken) - {"quantity"}:
        return None, "intent"
    try:
        return ToolCall.of(tool, taken | ({"where": where} if where else {})), ""
    except ToolCallError:
        return None, "numbers"


def _follows(reading: Reading, hints: list[str]) -> bool:
    """Whether a clause leaves something to the call before it."""
    if reading.back or reading.open_relation is not None:
        return True
    if hints == ["describe"] and not reading.says_where:
        return False  # "What changed here?" asks for everything, whatever came before
    strong = [one for one in hints if one not in ("which", "unit", "by")]
    return not strong or ("class_name" not in reading.where and not reading.subject)


def _fits(tool: str, args: dict[str, Any]) -> bool:
    return tool in _TAKES and set(args) <= set(_TAKES[tool])


def _merged(
    before: dict[str, Any], now: dict[str, Any], relations: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    where = {key: value for key, value in before.items() if key != "relations"}
    for one, other in (("class_name", "not_class"), ("review", "not_review")):
        if one in now:
            where.pop(other, None)
        if other in now:
            where.pop(one, None)
    kept = list(before.get("relations", ()))
    for relation in relations:
        kept = _with(kept, relation)
    return where | now, kept


_FAMILY = {
    "north": 0, "south": 0, "east": 0, "west": 0, "within": 1, "beyond": 1,
    "inside": 2, "outside": 2,
}  # fmt: skip


def _with(relations: list[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Relations with a new one, in place of one of its family about the same thing."""
    kept = [
        one
        for one in relations
        if _FAMILY[one["kind"]] != _FAMILY[new["kind"]] or one["of"] != new["of"]
    ]
    return [*kept, new]


def _closed(relation: dict[str, Any], before: dict[str, Any]) -> dict[str, Any] | None:
    """A relation that does not say to what, with the target of the last one of its family."""
    known = before.get("where", {}).get("relations", ())
    for one in reversed(known):
        if _FAMILY[one["kind"]] == _FAMILY[relation["kind"]]:
            return relation | {"of": one["of"]}
    return None
