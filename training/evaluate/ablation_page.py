"""What each part of the recipe is worth: runs that differ in one thing, measured alike."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from training.evaluate.everything import Plan, against, measure_all, spread
from training.evaluate.section import Section
from training.evaluate.tables import interval, number, table
from training.files import write_text
from training.guide.ablations import ablations
from training.guide.checkpoint import read
from training.guide.runs import plain, with_defaults

BASE = "all"
SHOWN = {
    "building.pixel_f1": "building F1",
    "building.object_recall": "object recall",
    "building.object_precision": "object precision",
    "flag.accuracy": "flag",
    "building.cells_f1": "cells F1",
    "roads.composed.iou": "composed roads, IoU",
}
PARTS = ("tiles", "roads")
ABOUT = """\
Runs of {config}: {steps} steps each, from the same start, alike in all but what their name says.
They are far shorter than the training of the bundled weights and compare parts of the recipe; no
threshold was chosen for any of them (0.5 throughout). Building and flag: LEVIR tiles 35–47; roads:
pairs composed from the held-out third of EPFL and CIL.

    python -m training guide ablations --config {config} --out {runs}
    python -m training evaluate ablations --config {config} --runs {runs} --out {out}
"""


def compare_ablations(
    runs: Path, config: Path, root: Path, out: Path, limit: int | None = None
) -> dict[str, Any]:
    """Measure every run of an ablation file that there is, and write page and JSON.

    Parameters
    ----------
    runs : Path
        Folder with a run folder for each name of ``config``, as ``guide ablations`` writes them.
    limit : int, optional
        So many places of each kind at most, for a quick look; no result.

    Raises
    ------
    FileNotFoundError
        The base run is missing.
    ValueError
        A run was stopped before its end, or trained with other settings.
    """
    configs = ablations(config)
    names = [name for name in configs if (runs / name / "last.pt").exists()]
    if BASE not in names:
        raise FileNotFoundError(f"no finished run {BASE} in {runs}")
    for name in names:
        state = read(runs / name)
        if state["step"] != configs[name].last_step:
            raise ValueError(f"{runs / name} is not a whole run of {config}")
        then, now = with_defaults(state["config"]), plain(configs[name])
        if others := sorted(key for key in then | now if then.get(key) != now.get(key)):
            raise ValueError(
                f"{runs / name} was trained with another {', '.join(others)} than {config} says"
            )
    plan = Plan(root, only=PARTS, limit=limit)
    sections = {name: measure_all(runs / name, plan) for name in names}
    seeds = [name for name in names if name == BASE or name.startswith("seed-")]
    report = {
        "date": dt.date.today().isoformat(),
        "limit": limit,
        "steps": configs[BASE].last_step,
        "runs": {name: section.report()["measures"] for name, section in sections.items()},
        "against": {
            name: _shown(against(section, sections[BASE]))
            for name, section in sections.items()
            if name != BASE
        },
        "seeds": {"runs": seeds, "spread": _shown(spread([sections[name] for name in seeds]))},
    }
    write_text(out.with_suffix(".json"), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    about = ABOUT.format(config=config, steps=configs[BASE].last_step, runs=runs, out=out)
    write_text(out, _page(about, report, sections))
    return {"page": str(out), "runs": names}


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in SHOWN if name in values}


def _page(about: str, report: dict[str, Any], sections: dict[str, Section]) -> str:
    parts = ["# Ablations", about.rstrip("\n"), f"Measured {report['date']}."]
    if report["limit"] is not None:
        parts.append(f"**At most {report['limit']} places of each kind: a quick look, no result.**")
    rows = [[f"`{name}`", *_values(section)] for name, section in sections.items()]
    parts.append(table(["run", *SHOWN.values()], rows))
    parts += ["## Against `all`", "The run less `all` with the 95 % interval of a paired bootstrap "
              "over the same places."]  # fmt: skip
    rows = [
        [f"`{name}`", *(_difference(values.get(key)) for key in SHOWN)]
        for name, values in report["against"].items()
    ]
    parts.append(table(["run", *SHOWN.values()], rows))
    if report["seeds"]["spread"]:
        parts += ["## Three seeds", f"`{'`, `'.join(report['seeds']['runs'])}`: mean ± standard "
                  "deviation, and range."]  # fmt: skip
        rows = [
            [
                label,
                f"{number(item['mean'])} ± {number(item['sd'])}",
                f"{number(item['least'])}–{number(item['greatest'])}",
            ]
            for name, label in SHOWN.items()
            for item in [report["seeds"]["spread"].get(name)]
            if item
        ]
        parts.append(table(["measure", "mean ± sd", "range"], rows))
    return "\n\n".join(parts) + "\n"


def _values(section: Section) -> list[str]:
    return [
        number(section.measures[name].value) if name in section.measures else "–" for name in SHOWN
    ]


def _difference(item: dict[str, Any] | None) -> str:
    if item is None or item["difference"] is None:
        return "–"
    return f"{item['difference']:+.4g} ({interval(item['interval'])})"
