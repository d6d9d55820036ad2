"""Measuring models and writing the results: page, numbers and plot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.models.folder import sha256_of
from training.evaluate.everything import Plan, against, measure_all, spread
from training.evaluate.models import folder_settings
from training.evaluate.page import Head, page
from training.evaluate.plot import drawing
from training.evaluate.section import Section
from training.evaluate.speed import guide_file
from training.evaluate.targets import PARTS, ROWS
from training.files import write_text
from training.guide.card import measured


def results(
    paths: list[Path], plan: Plan, rival: Path | None = None, out: Path | None = None
) -> dict[str, Any]:
    """Measure and, where ``out`` is given, write the page with JSON and plot beside it.

    Parameters
    ----------
    paths : list of Path
        The model; more than one are seeds of one training, of which the first is told in full.
    rival : Path, optional
        Model that the first is compared with, place by place.

    Returns
    -------
    dict
        All numbers, or, with ``out``, only the rows of the targets.
    """
    partial = out.with_suffix(".partial.json") if out else None

    def keep(section: Section) -> None:
        if partial:
            write_text(partial, json.dumps(section.report(), indent=1, ensure_ascii=False) + "\n")

    sections = [measure_all(path, plan, keep) for path in paths]
    other = measure_all(rival, plan) if rival else None
    head = _head(paths, plan, rival, out)
    report: dict[str, Any] = {"model": head.model, "version": head.version, "date": head.date}
    report |= {"sha256": head.checksum, "remark": head.remark} | measured(paths[0])
    report |= {"targets": rows(sections[0], head)}
    report |= sections[0].report()
    if other and rival:
        report["against"] = {"model": str(rival)} | {"measures": against(sections[0], other)}
    if len(sections) > 1:
        report["seeds"] = {"models": [str(path) for path in paths], "spread": spread(sections)}
    if out is None:
        return report
    write_text(out.with_suffix(".json"), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    plot = _plot(sections[0], out)
    compared = (str(rival), report["against"]["measures"]) if "against" in report else None
    if partial:
        partial.unlink(missing_ok=True)
    write_text(out, page(head, sections[0], plot, compared, report.get("seeds", {}).get("spread")))
    return {"page": str(out), "targets": report["targets"]}


def rows(section: Section, head: Head) -> list[dict[str, Any]]:
    """Each target with what was measured, whether it is met, on what data, and by which command."""
    table = []
    for row in ROWS:
        for target in row.targets:
            measure = section.measures.get(target.measure)
            value = measure.value if measure else None
            table.append(
                {
                    "row": row.name,
                    "measure": target.measure,
                    "target": target.text,
                    "value": value,
                    "interval": measure.interval() if measure else None,
                    "met": target.met(value),
                    "data": row.data,
                    "command": f"{head.start} {head.again[row.part]}",
                }
            )
    return table


def _head(paths: Sequence[Path], plan: Plan, rival: Path | None, out: Path | None) -> Head:
    path = paths[0]
    settings, file = folder_settings(path), guide_file(path)
    checksum = sha256_of(file) if file.is_file() else ""
    remarks = []
    if plan.group != "report":
        remarks.append(f"measured on the group {plan.group}, not on the report set")
    if plan.limit is not None:
        remarks.append(f"at most {plan.limit} places of each kind: a quick look, no result")
    if plan.edits < Plan.edits and "edits" in plan.only:
        remarks.append(f"{plan.edits:,} edits instead of {Plan.edits:,}")
    if plan.scenes < Plan.scenes and "scenes" in plan.only:
        remarks.append(f"{plan.scenes} scenes instead of {Plan.scenes}")
    if set(plan.only) != set(PARTS):
        remarks.append(f"only {', '.join(plan.only)}")
    remark = "; ".join(remarks)
    weights = str(settings.get("measured_weights", ""))
    date = dt.date.today().isoformat()
    start = "python -m training evaluate all --model"
    whole = [start, *map(str, paths), *(["--against", str(rival)] if rival else [])]
    whole += [*plan.options(plan.only), *(["--out", str(out)] if out else [])]
    again = {part: " ".join(plan.options((part,))) for part in PARTS}
    return Head(
        str(path),
        str(settings.get("version", "")),
        checksum,
        weights,
        date,
        " ".join(whole),
        f"{start} {path}",
        again,
        remark,
    )


def _plot(section: Section, out: Path) -> str | None:
    tables = {f"building {key}": rows for key, rows in section.facts.get("reliability", {}).items()}
    if "reliability.roads" in section.facts:
        tables["road pixels, composed pairs"] = section.facts["reliability.roads"]
    if not tables:
        return None
    name = f"{out.stem}-reliability.svg"
    write_text(out.with_name(name), drawing(tables))
    return name
