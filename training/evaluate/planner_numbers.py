"""Whether the numbers in answers are those of the layers, counted again without the agent's code.

Every call that the planner makes of a file of questions is run on generated objects; what pandas
finds in the GeoPackage itself must be the same: counts, sums, means and medians of areas and
scores, groups, the first of sorted lists. Filters by class, action, score, area, place, review, id,
and inside or outside a polygon layer are applied again; calls with other places or lengths are
counted as not checked.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
from shapely.geometry import LineString

from engine.agent import Agent
from engine.agent.arguments import SIDES
from engine.agent.calls import ToolCall
from engine.agent.errors import AgentError
from engine.agent.planner.score import planned
from engine.agent.result import Result

Frame = Any
GROUPED = {"class": "class", "action": "action", "place": "cell", "review": "review"}
GROUPS = {"class": 3, "action": 3, "place": 9, "review": 4}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def check_numbers(questions: Path, make: Callable[[Path, int], Any], count: int) -> dict[str, Any]:
    """Run every call of a file's questions and count again.

    Parameters
    ----------
    make : callable
        Writes layers of ``count`` objects into a folder: their path, and vector files by name.

    Returns
    -------
    dict
        ``checked`` by tool, ``not_checked`` by tool, and the questions that ``differ``.
    """
    checked: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    differ = []
    with tempfile.TemporaryDirectory() as name:
        layers, vectors = make(Path(name), count)
        vectors |= _more(Path(name), vectors)
        agent, frame = Agent(layers, vectors), geopandas.read_file(layers, layer="boxes")
        areas = {name: geopandas.read_file(file).union_all() for name, file in vectors.items()}
        for line in questions.read_text("utf-8").splitlines():
            record = json.loads(line)
            made = planned(record)
            for call in made.calls if made.kind == "calls" else ():
                try:
                    result = agent.run(call)
                except AgentError:
                    skipped[call.tool] += 1
                    continue
                same = _same(call, result, frame, areas)
                (skipped if same is None else checked)[call.tool] += 1
                if same is False:
                    told = result.as_dict()
                    kept = {key: told[key] for key in ("tool", "arguments", "text", "value")}
                    differ.append({"question": record["question"], **kept})
    return {"checked": dict(checked), "not_checked": dict(skipped), "differ": differ}


def _more(folder: Path, vectors: dict[str, Path]) -> dict[str, Path]:
    """The layers that questions are about, from those that were made."""
    squares = geopandas.read_file(vectors["districts"])
    left, low, right, high = squares.total_bounds
    made = {
        "protected_areas": squares.iloc[::7],
        "rivers": geopandas.GeoDataFrame(
            geometry=[LineString([(left, low), (right, high)])], crs=squares.crs
        ),
        "osm_buildings": geopandas.read_file(vectors["register"]),
    }
    paths = {}
    for name, frame in made.items():
        paths[name] = folder / f"{name}.gpkg"
        frame.to_file(paths[name])
    return paths


def _same(call: ToolCall, result: Result, frame: Frame, areas: dict[str, Any]) -> bool | None:
    """Whether a result is what the layers say; None where it is not counted again."""
    arguments = call.as_dict()["arguments"]
    meant = _meant(arguments.get("where", {}), frame, areas)
    if meant is None:
        return None
    if call.tool == "count":
        numbers = [float(one.replace(",", "")) for one in _NUMBER.findall(result.text)]
        told = len(meant) in numbers or (len(meant) <= 1 and not numbers) or len(meant) == 1
        return result.value == len(meant) and set(result.box_ids) == set(meant.box_id) and told
    if call.tool == "measure" and arguments.get("quantity", "area") != "length":
        column = "area_m2" if arguments.get("quantity", "area") == "area" else "score"
        if not len(meant):
            return not result.value
        value = getattr(meant[column], arguments.get("statistic", "sum"))()
        return result.value is not None and math.isclose(result.value, value, rel_tol=1e-9)
    if call.tool == "list_sorted" and arguments.get("by", "area") != "length":
        column = "area_m2" if arguments.get("by", "area") == "area" else "score"
        ascending = arguments.get("order", "desc") == "asc"
        wanted = meant[column].sort_values(ascending=ascending).head(arguments.get("limit", 10))
        got = frame.set_index("box_id").loc[list(result.box_ids), column]
        return got.tolist() == wanted.tolist()
    if call.tool == "group_by_field" and arguments.get("quantity", "count") == "count":
        counts = meant[GROUPED[arguments["by"]]].value_counts(dropna=False).tolist()
        got = sorted(row["count"] for row in result.rows)
        if not arguments.get("limit"):
            return [one for one in got if one] == sorted(counts)
        known = sorted(counts + [0] * (GROUPS[arguments["by"]] - len(counts)))
        return got in (known[: len(got)], known[-len(got) :])
    return None


def _meant(where: dict[str, Any], frame: Frame, areas: dict[str, Any]) -> Frame | None:
    """The rows a filter means; None where it has parts that are not applied here."""
    keep = frame.box_id.notna()
    for name, value in where.items():
        if name == "class_name":
            keep &= frame["class"] == value
        elif name == "not_class":
            keep &= frame["class"] != value
        elif name == "action":
            keep &= frame.action == value
        elif name == "place":
            keep &= frame.cell.isin(SIDES.get(value, (value,)))
        elif name == "box_ids":
            keep &= frame.box_id.isin(value)
        elif name in ("min_score", "min_area_m2"):
            keep &= frame[name[4:]] >= value
        elif name in ("max_score", "max_area_m2"):
            keep &= frame[name[4:]] <= value
        elif name in ("review", "not_review"):
            own = frame.review.isna() if value == "none" else frame.review == value
            keep &= own if name == "review" else ~own
        elif name == "relations" and all(one["kind"] in ("inside", "outside") for one in value):
            for one in value:
                inside = frame.geometry.centroid.within(areas[one["of"]["layer"]])
                keep &= inside if one["kind"] == "inside" else ~inside
        elif value not in (None, (), []):
            return None
    return frame[keep]
