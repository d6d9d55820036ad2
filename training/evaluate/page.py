"""The results page: what must be reached, what was measured, and the tables behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from training.evaluate import tables
from training.evaluate.section import Section
from training.evaluate.targets import ROWS, Target

WHAT = """\
* **Objects**: 8-connected components of at least 6 pixels of a class, after the thresholds and
  filters of `model.json`; matched one to one at IoU ≥ 0.5. A false object touches no true change.
* **Counts and cells**: the same components cut by a captioned crop of 256 pixels, cells by thirds.
* **Flag**: any object left in the crop, which is what `changed` says in the layers; beside it the
  network's own output from 0.5. A crop is changed when its five sentences are not the stock ones.
* **Direction after date swap**: the tiles are read with their dates swapped; of the objects that
  match, those that are said to have disappeared. An object that is only said to have changed is
  wrong.
* **Composed roads**: two images of one source with the exclusive or of their roads as the change,
  and one image against itself with its roads painted over. An image is crossed within its group of
  three (the last of a source: up to five) only. Relaxed: a pixel counts within 3 px.
* **Roads by sentences**: a road was built where two or more of the five sentences say so, none
  where no sentence does; crops with a single such sentence are left out.
* **Captions**: BLEU-4, METEOR, ROUGE-L and CIDEr-D of words against five sentences, their mean
  times 100.
* **Counterfactuals**: objects of the two readings are matched at IoU ≥ 0.5 with the same class and
  action; exactly the edited object's claim may come or go, at IoU ≥ 0.5 with its mask.
* **Intervals**: 95 % of a bootstrap of 1,000 draws over tiles (groups of road images,
  CLCD pairs, scenes). Edits are drawn with the place they were made in.
"""


@dataclasses.dataclass(frozen=True)
class Head:
    """What the page says of itself.

    Attributes
    ----------
    model : str
        The model's path as it was given.
    version, checksum : str
        Of the weights; empty where they have none.
    weights : str
        What ``model.json`` says of the weights that are measured.
    date : str
        ISO date.
    command : str
        What wrote the page.
    start : str
        The beginning of what measures a part again.
    again : mapping of str to str
        By part, its options.
    remark : str
        Anything that makes these numbers no result, such as a limit.
    """

    model: str
    version: str
    checksum: str
    weights: str
    date: str
    command: str
    start: str
    again: Mapping[str, str]
    remark: str = ""


def page(
    head: Head,
    section: Section,
    plot: str | None = None,
    rival: tuple[str, dict[str, Any]] | None = None,
    spread: dict[str, Any] | None = None,
) -> str:
    """The whole page as Markdown.

    Parameters
    ----------
    plot : str, optional
        Path of the reliability plot, relative to the page.
    rival : tuple, optional
        Name of another model and the paired comparisons with it.
    spread : dict, optional
        Mean and spread over several models.
    """
    parts = [_head(head), "## What it must reach", _targets(head, section)]
    parts += ["## How it is measured", WHAT]
    if section.missing:
        rows = [f"* {name}: {why}" for name, why in section.missing.items()]
        parts += ["## Not measured", "\n".join(rows)]
    parts += tables.perturbations(section) + tables.roads(section)
    parts += tables.calibration(section, plot) + tables.edits(section)
    parts += tables.captions(section) + tables.by_tile(section)
    parts += ["## All measures", tables.all_measures(section)]
    if rival:
        parts += [f"## Against {rival[0]}", tables.rival(rival[1])]
    if spread:
        parts += ["## Several seeds", tables.spread(spread)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _head(head: Head) -> str:
    lines = ["# Results", f"The guide in `{head.model}`"]
    if head.version:
        lines[1] += f", version {head.version}"
    if head.checksum:
        lines[1] += f", `guide.onnx` with the SHA-256 `{head.checksum}`"
    lines[1] += f"; measured {head.date}."
    lines.append(
        f"This page is the output of `{head.command}`; the JSON beside it holds the same numbers. "
        "These are no LEVIR-CD or LEVIR-CC benchmark results: the tiles are a part of the test "
        "split, grouped by place."
    )
    if head.weights:
        lines.append(f"Measured weights: {head.weights}.")
    if head.remark:
        lines.append(f"**{head.remark}**")
    return "\n\n".join(lines)


def _targets(head: Head, section: Section) -> str:
    rows = [
        [row.name, target.label, target.text or "–", *_found(section, target), row.data,
         f"`{head.again[row.part]}`", head.date]
        for row in ROWS
        for target in row.targets
    ]  # fmt: skip
    columns = ["measure", "", "target", "measured", "95 %", "met", "data", "command", "date"]
    note = f"Each row again: `{head.start}` with the options in its line."
    return tables.table(columns, rows) + "\n\n" + note


def _found(section: Section, target: Target) -> list[str]:
    measure = section.measures.get(target.measure)
    if measure is None:
        return [_reason(section, target.measure), "–", "–"]
    met = target.met(measure.value)
    return [
        tables.number(measure.value),
        tables.interval(measure.interval()),
        "–" if met is None else "yes" if met else "**no**",
    ]


def _reason(section: Section, name: str) -> str:
    for key, why in section.missing.items():
        if name.startswith(key):
            return why
    return "not measured"
