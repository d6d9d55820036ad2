"""``python -m training.evaluate.planner``: the planner's questions, and the tools' time.

``QUESTIONS`` is a file of questions with the calls they mean (``tests/engine/agent``).
``--boxes 100000`` times every tool on as many generated objects, median of five calls.
``--numbers 5000`` runs the questions' calls on as many and counts again without the agent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
from shapely.geometry import box

from engine.agent import Agent
from engine.agent.planner.score import score
from engine.layers import BoxRecord, Provenance, open_writer
from training.evaluate.planner_numbers import check_numbers

CRS, CORNER = "EPSG:32633", (500_000.0, 4_600_000.0)
ROUNDS = 5
SPACING_M = 90.0
"""Mean distance of generated objects."""
NEW = {"class_name": "building", "action": "appeared"}
ROAD = {"class_name": "road", "action": "appeared"}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("count", {"where": NEW}),
    ("count", {"where": NEW | {"relations": [{"kind": "within", "of": ROAD, "distance_m": 200}]}}),
    ("count", {"where": NEW | {"relations": [{"kind": "east", "of": ROAD}]}}),
    ("count", {"where": {"relations": [{"kind": "inside", "of": {"layer": "districts"}}]}}),
    ("measure", {}),
    ("measure", {"quantity": "length"}),
    ("list_sorted", {}),
    ("nearest", {"to": ROAD, "where": NEW}),
    ("densest", {}),
    ("densest", {"radius_m": 1000}),
    ("locate", {}),
    ("group_by_field", {"by": "class"}),
    ("group_by_polygons", {"layer": "districts"}),
    ("compare_with_layer", {"layer": "register", "where": {"class_name": "building"}}),
    ("change_per_year", {}),
    ("describe", {}),
    ("select", {}),
)


def generated(folder: Path, count: int, seed: int = 0) -> tuple[Path, dict[str, Path]]:
    """Layers of `count` objects strewn over a square, with districts and a register beside."""
    rng = np.random.default_rng(seed)
    side = SPACING_M * count**0.5
    corners = rng.uniform(0, side, (count, 2)) + CORNER
    sizes = rng.uniform(6, 28, (count, 2))
    kinds = rng.integers(0, 3, count)
    records = []
    for index in range(count):
        (x, y), (width, height) = corners[index], sizes[index]
        name = ("building", "road", "other")[kinds[index]]
        shape = box(x, y, x + width, y + height)
        action = "changed" if name == "other" else ("appeared", "disappeared")[index % 2]
        records.append(
            BoxRecord(
                box_id=f"{name}-{index:08d}", class_name=name, action=action, box=shape,
                outline=shape, score=float(rng.uniform(0.4, 1)), area_m2=float(width * height),
                cell=("top", "center", "lower")[int(3 * (y - CORNER[1]) / side) % 3],
            )
        )  # fmt: skip
    layers = folder / "layers.gpkg"
    dated = Provenance(
        "before", "after", date_before=dt.date(2021, 1, 1), date_after=dt.date(2025, 1, 1)
    )
    with open_writer(layers, CRS, "gpkg", dated) as writer:
        writer.write_boxes(records)
        writer.commit()
    step = side / 10
    squares = [
        box(CORNER[0] + i * step, CORNER[1] + j * step, CORNER[0] + (i + 1) * step,
            CORNER[1] + (j + 1) * step)
        for i in range(10) for j in range(10)
    ]  # fmt: skip
    vectors = {"districts": folder / "districts.gpkg", "register": folder / "register.gpkg"}
    geopandas.GeoDataFrame(geometry=squares, crs=CRS).to_file(vectors["districts"])
    known = [record.box for record in records if record.class_name == "building"][::2]
    geopandas.GeoDataFrame(geometry=known, crs=CRS).to_file(vectors["register"])
    return layers, vectors


def times(count: int) -> list[dict[str, Any]]:
    """First and median time of each call, milliseconds; the layers are read before.

    ``processor_ms`` is the processor's time: on a busy machine it says more.
    """
    with tempfile.TemporaryDirectory() as name:
        layers, vectors = generated(Path(name), count)
        start = time.perf_counter()
        agent = Agent(layers, vectors)
        told = [{"tool": "open", "first_ms": _since(start), "median_ms": None}]
        for tool, arguments in CALLS:
            taken, busy = [], []
            for _ in range(ROUNDS):
                start, work = time.perf_counter(), time.process_time()
                agent.call(tool, arguments)
                busy.append(1000 * (time.process_time() - work))
                taken.append(_since(start))
            told.append(
                {"tool": tool, "arguments": arguments, "first_ms": taken[0],
                 "median_ms": round(float(np.median(taken)), 1),
                 "processor_ms": round(float(np.median(busy)), 1)}
            )  # fmt: skip
        return told


def _since(start: float) -> float:
    return round(1000 * (time.perf_counter() - start), 1)


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate.planner")
    parser.add_argument("questions", type=Path, help="file of questions (JSON lines)")
    parser.add_argument("--boxes", type=int, help="time the tools on so many generated objects")
    parser.add_argument("--numbers", type=int, help="count again on so many generated objects")
    asked = parser.parse_args()
    for name, share in score(asked.questions).items():
        print(share.line(name))
    if asked.numbers:
        print(json.dumps(check_numbers(asked.questions, generated, asked.numbers), indent=1))
    if asked.boxes:
        for one in times(asked.boxes):
            print(json.dumps(one))


if __name__ == "__main__":
    main()
