"""Write ``docs/conversation.md``: a whole conversation about a result, its numbers checked.

    python scripts/guide_conversation.py changes.gpkg docs/conversation.md

puts the questions below to ``engine chat --json``, works every number out again from the layers
(none of the agent's code is used), and writes the transcript. Code 1, and nothing
written, where a number of an answer is not the layers'. The result is that of the demo pair
(``scripts/run.py`` without arguments); ``--engine PROGRAM`` names the engine.
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

NORTH = ("top left corner", "top", "top right corner")
# A GeoPackage's geometry is WKB behind 8 bytes and an envelope of so many bytes.
ENVELOPES = (0, 32, 48, 48, 64)

Row = dict[str, Any]


class Layers:
    """What the layers say, read without the engine.

    Parameters
    ----------
    package : Path
        A GeoPackage with ``boxes`` and ``outlines``.
    """

    def __init__(self, package: Path) -> None:
        with closing(sqlite3.connect(package)) as base:
            base.row_factory = sqlite3.Row
            self.boxes = [dict(row) for row in base.execute("SELECT * FROM boxes")]
            self.outlines = [dict(row) for row in base.execute("SELECT * FROM outlines")]

    def built(self) -> list[Row]:
        """New buildings."""
        return _of(self.boxes, "building", "appeared")

    def built_north(self) -> list[Row]:
        """Those in the upper row of the 3×3 grid."""
        return [row for row in self.built() if row["cell"] in NORTH]

    def gone(self) -> list[Row]:
        """Buildings that disappeared."""
        return _of(self.boxes, "building", "disappeared")

    def roads(self) -> list[Any]:
        """Outlines of new roads."""
        return [_shape(row) for row in _of(self.outlines, "road", "appeared")]

    def near_roads(self) -> float:
        """New buildings within 30 m of a new road."""
        roads = self.roads()
        shapes = [_shape(row) for row in _of(self.outlines, "building", "appeared")]
        return float(sum(min(map(one.distance, roads)) <= 30 for one in shapes))

    def road_length(self) -> float:
        """Metres: of each road the long side of the rectangle with its area and perimeter."""
        total = 0.0
        for shape in self.roads():
            half = shape.length / 2
            total += (half + math.sqrt(max(half**2 - 4 * shape.area, 0))) / 2
        return total

    def per_year(self) -> float:
        """New buildings in a year of 365.2425 days."""
        first, last = (
            date.fromisoformat(str(self.boxes[0][name])[:10])
            for name in ("date_before", "date_after")
        )
        return len(self.built()) / ((last - first).days / 365.2425)


def _of(rows: list[Row], class_: str, action: str) -> list[Row]:
    return [row for row in rows if (row["class"], row["action"]) == (class_, action)]


def _shape(row: Row) -> Any:
    """A geometry, in the layer's CRS (metres)."""
    import shapely  # QGIS's Python, which reads the questions above, may have none

    blob = row["geom"]
    return shapely.from_wkb(blob[8 + ENVELOPES[blob[3] >> 1 & 7] :])


def _area(rows: list[Row]) -> float:
    return float(sum(row["area_m2"] for row in rows))


@dataclass(frozen=True)
class Check:
    """A question, and how its number follows from the layers.

    Attributes
    ----------
    number : callable or None
        None where the answer has no number.
    how : str
        In a reader's words.
    tolerance : float
        Relative: here outlines are measured in the layer's CRS, there on the ellipsoid.
    """

    question: str
    number: Callable[[Layers], float] | None = None
    how: str = ""
    tolerance: float = 0.0


CHECKS = (
    Check("What changed?", lambda on: len(on.boxes), "objects in `boxes`"),
    Check("How many buildings were built?", lambda on: len(on.built()),
          "`class` building, `action` appeared"),
    Check("And in the north?", lambda on: len(on.built_north()), "the same, `cell` at the top"),
    Check("How much ground do they take?", lambda on: _area(on.built_north()),
          "their `area_m2`, added up", 1e-6),
    Check("Which is the largest?", lambda on: max(row["area_m2"] for row in on.built_north()),
          "their largest `area_m2`", 1e-6),
    Check("How many buildings were torn down?", lambda on: len(on.gone()),
          "`class` building, `action` disappeared"),
    Check("Which new buildings are within 30 m of a new road?", Layers.near_roads,
          "distances between `outlines`, in the layer's CRS"),
    Check("How long are the new roads?", Layers.road_length,
          "area and perimeter of `outlines`, in the layer's CRS", 2e-3),
    Check("How many new buildings per year?", Layers.per_year,
          "new buildings, `date_before` and `date_after`", 1e-3),
    Check("Show only the new roads", lambda on: len(on.roads()), "`class` road, `action` appeared"),
    Check("Who built them?"),
)  # fmt: skip
QUESTIONS = tuple(check.question for check in CHECKS)


@dataclass
class Turn:
    """One answer, from its events."""

    sentences: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    kind: str = ""

    @property
    def number(self) -> float | None:
        """What the last tool found: its value, else the number of objects."""
        if not self.results:
            return None
        last = self.results[-1]
        if last["value"] is not None:
            return float(last["value"])
        return float(last["n_features"])


def converse(engine: str, package: Path, questions: Iterable[str]) -> list[Turn]:
    """Put questions to the engine, one conversation.

    Raises
    ------
    subprocess.CalledProcessError
        The engine failed.
    """
    with tempfile.TemporaryDirectory() as state:
        said = subprocess.run(
            [engine, "chat", str(package), "--json", "--state-dir", state],
            input="\n".join(questions) + "\n", capture_output=True, text=True, check=True,
        )  # fmt: skip
    turns: list[Turn] = []
    for line in said.stdout.splitlines():
        event = json.loads(line)
        kind = event["event"]
        if kind == "session":
            turns.append(Turn())
        elif kind in ("sentence", "step", "result", "action"):
            getattr(turns[-1], f"{kind}s").append(event)
        elif kind in ("done", "error", "stopped"):
            turns[-1].kind = event.get("kind", kind)
    return turns


def wrong(check: Check, turn: Turn, layers: Layers) -> str:
    """Why an answer is not what the layers say; empty where it is."""
    if check.number is None:
        return "" if turn.kind == "beyond" else f"answered as {turn.kind}"
    wanted, found = check.number(layers), turn.number
    if found is None or not math.isclose(found, wanted, rel_tol=check.tolerance, abs_tol=1e-9):
        return f"{found} in the answer, {wanted} in the layers"
    return next(filter(None, (unfounded(one, layers) for one in turn.sentences)), "")


def unfounded(sentence: dict[str, Any], layers: Layers) -> str:
    """Why a sentence does not rest on its objects: their number, their ids, their area in all."""
    text, ids = sentence["text"], set(sentence["box_ids"])
    rows = [row for row in layers.boxes if row["box_id"] in ids]
    if not len(rows) == len(ids) == sentence["n_features"]:
        return f"{text!r} names objects that are not there"
    area = _area(rows)
    amount = f"{area:,.0f} m²" if area < 10_000 else f"{area / 10_000:.2f} ha"
    if "in total" in text and not text.startswith(f"{len(rows)} "):
        return f"{text!r}: {len(rows)} objects in the layers"
    if "in total" in text and f", {amount} in total" not in text:
        return f"{text!r}: {amount} in the layers"
    return ""


def transcript(turns: list[Turn], layers: Layers) -> str:
    """The page."""
    lines = [PREFACE]
    for check, turn in zip(CHECKS, turns, strict=True):
        lines += ["", f"> **{check.question}**", ""]
        for sentence in turn.sentences:
            count = sentence["n_features"]
            objects = f" *[{count:,} object{'s' * (count != 1)}]*" if count else ""
            lines.append(f"{sentence['text']}{objects}  ")
        lines[-1] = lines[-1].rstrip()
        calls = [f"`{step['tool']}({arguments(step['arguments'])})`" for step in turn.steps]
        offers = [f"`{one['name']}`" for one in turn.actions]
        notes = []
        if calls:
            notes.append(f"tool: {', '.join(calls)}")
        if offers:
            notes.append(f"offered: {', '.join(offers)}")
        if notes:
            lines += ["", f"<sub>{'; '.join(notes)}</sub>"]
    lines += ["", TABLE]
    for check, turn in zip(CHECKS, turns, strict=True):
        if check.number is not None:
            found, wanted = turn.number or 0.0, check.number(layers)
            lines.append(f"| {check.question} | {found:,.6g} | {wanted:,.6g} | {check.how} |")
    return "\n".join(lines) + "\n"


def arguments(given: dict[str, Any]) -> str:
    """Arguments of a tool as ``where={…}``, without those that were not given."""
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items())


PREFACE = """# A conversation

About the demo pair (`python3 scripts/run.py` draws and reads it: 512 × 512 m at 0.5 m), put to the
engine by `scripts/guide_conversation.py`. Nothing is edited. The script works every number out
again from the layers, and writes this page only where all agree; both stand [at the end](#checked).
What can be asked: [agent.md](agent.md). Terminal and HTTP: [chat.md](chat.md).

![The same questions in the chat panel of QGIS](images/conversation.png)

In QGIS a click on *[30 objects]* zooms to them."""
TABLE = """## Checked

| question | answer | layers | worked out from |
|---|---|---|---|"""


def main(given: list[str]) -> int:
    """Ask, check, write.

    Returns
    -------
    int
        0, or 1 where a number is wrong.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("--engine", default="engine")
    options = parser.parse_args(given)
    turns = converse(options.engine, options.package, QUESTIONS)
    layers = Layers(options.package)
    faults = [
        f"{check.question} {fault}"
        for check, turn in zip(CHECKS, turns, strict=True)
        if (fault := wrong(check, turn, layers))
    ]
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    options.page.write_text(transcript(turns, layers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
