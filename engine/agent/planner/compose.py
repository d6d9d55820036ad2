"""From a reading to one call that was checked, with what an earlier call left it at."""

from __future__ import annotations

from typing import Any

from engine.agent.calls import ToolCall
from engine.agent.errors import ToolCallError
from engine.agent.planner.reading import Reading

_FIRST = (
    "export_selection", "compare_with_layer", "change_per_year", "densest", "nearest",
    "group_by_polygons", "group_by_field", "best", "list_sorted", "locate", "measure", "area",
    "unit", "count", "describe", "select", "which", "whether", "wish",
)  # fmt: skip
"""Where words hint at several tools, the one that says most counts."""
_TOOLS = {
    "best": "list_sorted", "area": "measure", "unit": "measure", "which": "select",
    "whether": "count", "wish": "select",
}  # fmt: skip
_WEAK = ("which", "whether", "wish", "unit", "by", "area")
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
_CARRIES = {
    "change_per_year": ("quantity", "unit"),
    "group_by_polygons": ("quantity", "unit"),
}
"""What a follow-up with another tool keeps of the call before."""
_GROUPED = ("group_by_field", "group_by_polygons", "change_per_year")
_LIMITED = ("group_by_field", "group_by_polygons", "nearest")
_AMOUNTS = {"densest": "radius_m", "compare_with_layer": "tolerance_m"}
_ORDERS = {"desc": "most", "asc": "fewest"}
_BARE = (
    "describe",
    "compare_with_layer",
    "export_selection",
    "change_per_year",
    "densest",
    "group_by_field",
)
"""Tools that mean all objects where none are named."""


def compose(
    reading: Reading, last: ToolCall | None, *, bare: bool = True
) -> tuple[ToolCall | None, str]:
    """The call, or None and the reason to ask back.

    Parameters
    ----------
    bare : bool
        Objects alone, without a word of what to do with them, are shown.
    """
    hints = [one for one in _FIRST if one in reading.intents]
    where, args = dict(reading.where), dict(reading.args)
    relations = [one for n, one in enumerate(reading.relations) if one not in reading.relations[:n]]
    before = last.as_dict()["arguments"] if last else {}
    follows = last is not None and _follows(reading, hints)
    if reading.back and not (reading.subject or follows or _narrows(reading)):
        return None, "back"
    if follows and not (hints or reading.says_something or reading.subject or reading.amount):
        return None, "back"
    if "radius_m" in reading.args and "densest" not in hints and not follows:
        hints = ["densest", *hints]
    if "statistic" in reading.args and set(hints) <= {"which", "whether", "wish", "select"}:
        hints = ["measure", *hints]
    if bare and not hints and not follows and _names_objects(reading):
        hints = ["select"]
    if not hints and not follows:
        return None, "intent" if reading.says_something or reading.subject else "subject"
    tool = _TOOLS.get(hints[0], hints[0]) if hints else ""
    if follows and last is not None:
        # "And per hectare?": what only colours an answer stays with the tool before.
        args, hints = _of_the_groups(last.tool, args, hints)
        if not (tool and hints) or (
            set(hints) <= set(_WEAK) and not reading.back and _fits(last.tool, args)
        ):
            tool = last.tool
        if tool == last.tool:
            args = {key: value for key, value in before.items() if key != "where"} | args
            if "unit" not in reading.args and "quantity" in reading.args:
                args.pop("unit", None)
        elif "count" not in hints and tool in _CARRIES:
            args = {key: before[key] for key in _CARRIES[tool] if key in before} | args
        old = {
            key: one for key, one in before.get("where", {}).items() if key not in reading.widens
        }
        where, relations = _merged(old, where, relations)
    if reading.amount is not None:
        relations = [dict(one) for one in relations]
        if not _amount(reading.amount, tool, args, relations if follows else []):
            return None, "numbers"
    if reading.other_target is not None and not _retargeted(reading.other_target, args, relations):
        return None, "target" if follows else "intent"
    if reading.bound is not None and not _rebound(reading.bound, where):
        return None, "numbers"
    if reading.reverses and not _reversed(tool, args):
        return None, "rank"
    if reading.open_relation is not None:
        closed = _closed(reading.open_relation, before)
        if closed is None:
            return None, "target"
        relations = _with(relations, closed)
    # "The mean score", "sort by size": of all objects.
    scores = (tool == "measure" and args.get("quantity") == "score") or "by" in hints
    if not (follows or reading.subject or where or relations or tool in _BARE or scores):
        return None, "subject"
    if hints[:1] == ["best"] and "limit" not in reading.args and not reading.plural:
        args["limit"] = 1
    if tool == "measure" and args.get("statistic") is None and args.get("quantity") is None:
        args["quantity"] = "area"
    if tool.startswith("group_by"):
        args = _ranked(tool, args, hints)
    if tool.startswith("group_by") and "limit" in args:
        args.setdefault("order", "most")
    if tool in _NEEDS and _NEEDS[tool][0] not in args:
        return None, _NEEDS[tool][1]
    if relations:
        where["relations"] = relations
    if tool == "change_per_year" and args.get("statistic") == "mean":
        args.pop("statistic")  # a rate is a mean
        reading.args.pop("statistic", None)
    taken = {key: value for key, value in args.items() if key in _TAKES.get(tool, ())}
    # A list tells areas and lengths in the units that read best.
    dropped = {"quantity", "unit"} if tool == "list_sorted" else {"quantity"}
    dropped |= {"by"} if tool == "group_by_polygons" else set()
    if set(reading.args) - set(taken) - dropped:
        return None, "intent"
    try:
        return ToolCall.of(tool, taken | ({"where": where} if where else {})), ""
    except ToolCallError:
        return None, "numbers"


def _names_objects(reading: Reading) -> bool:
    """Whether it is no sentence, but says which objects are meant, more closely than by class."""
    any_class = "class_name" in reading.where and not reading.classes
    return _narrows(reading) or (reading.subject and ("action" in reading.where or any_class))


def _narrows(reading: Reading) -> bool:
    return bool(set(reading.where) - {"class_name", "action"} or reading.relations)


def _follows(reading: Reading, hints: list[str]) -> bool:
    """Whether a clause leaves something to the call before it."""
    if reading.back or reading.open_relation is not None:
        return True
    if reading.changes_before:
        return True
    if hints == ["describe"] and not reading.says_where:
        return False  # "What changed here?" asks for everything, whatever came before
    strong = [one for one in hints if one not in ("which", "unit", "by", "wish")]
    return not strong or ("class_name" not in reading.where and not reading.subject)


def _fits(tool: str, args: dict[str, Any]) -> bool:
    return tool in _TAKES and set(args) <= set(_TAKES[tool])


def _of_the_groups(
    tool: str, args: dict[str, Any], hints: list[str]
) -> tuple[dict[str, Any], list[str]]:
    """After groups, "by area instead" and "only the top 3" speak of the groups."""
    if tool in _GROUPED and args.get("by") == "area":
        args = {key: value for key, value in args.items() if key != "by"} | {"quantity": "area"}
    ranked = hints[:1] in (["list_sorted"], ["best"]) and set(args) <= {"limit", "order"}
    if tool in _LIMITED and ranked:
        if "order" in args and "limit" not in args and hints[:1] == ["list_sorted"]:
            return {"order": _ORDERS[args["order"]]}, []
        return {"limit": args.get("limit", 1)}, []
    return args, hints


def _ranked(tool: str, args: dict[str, Any], hints: list[str]) -> dict[str, Any]:
    """Groups ranked with words that rank objects: "by length", "biggest first"."""
    args = dict(args)
    if tool == "group_by_polygons" and args.get("by") in ("area", "length"):
        args.setdefault("quantity", args.pop("by"))
        args.pop("by", None)
    if args.get("order") in _ORDERS:
        args["order"] = _ORDERS[args["order"]]
        if "best" in hints:
            args.setdefault("limit", 1)
    elif "best" in hints:
        args.setdefault("order", "most")
        args.setdefault("limit", 1)
    return args


def _retargeted(
    target: dict[str, Any], args: dict[str, Any], relations: list[dict[str, Any]]
) -> bool:
    """Put a target in place of that of the call before; False if it had none, or several."""
    if "to" in args:
        args["to"] = target
    elif "layer" in args and "layer" in target:
        args["layer"] = target["layer"]
    elif len(relations) == 1:
        relations[0] = relations[0] | {"of": target}
    else:
        return False
    return True


def _rebound(bound: tuple[str, float], where: dict[str, Any]) -> bool:
    """Put a limit in place of the one of its field; False if there was none, or two."""
    held = [key for key in (f"min_{bound[0]}", f"max_{bound[0]}") if key in where]
    if len(held) != 1:
        return False
    where[held[0]] = bound[1]
    return True


def _reversed(tool: str, args: dict[str, Any]) -> bool:
    if tool == "list_sorted":
        args["order"] = "desc" if args.get("order") == "asc" else "asc"
    elif "order" in args:
        args["order"] = "fewest" if args["order"] == "most" else "most"
    else:
        return False
    return True


def _amount(
    metres: float, tool: str, args: dict[str, Any], relations: list[dict[str, Any]]
) -> bool:
    """Put metres in place of those of the call before; False if it had none."""
    if tool in _AMOUNTS:
        args[_AMOUNTS[tool]] = metres
        return True
    for one in relations:
        if "distance_m" in one:
            one["distance_m"] = metres
            return True
    return False


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
            return one | relation
    return None
