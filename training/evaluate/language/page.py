"""The page of a language model's results, as Markdown."""

from __future__ import annotations

from typing import Any

from training.evaluate.language import ablations, published
from training.evaluate.language.systems import LANGUAGE, NAMES, PRODUCT
from training.evaluate.tables import interval, number, table

ABOUT = """\
* **Asked** as the engine asks: the same prompts and card, the objects that are kept in the layers
  cut by the crop, greedy answers. The benchmark asks about every crop and takes the model's own
  words, whatever they are; the product asks about crops whose layers show a change
  (`--language changed`) and shows the guide's words where the map contradicts the model's.
* **Captions**: words against five human sentences; S*m is the mean of BLEU-4, METEOR, ROUGE-L and
  CIDEr-D, times 100. *Half changed*: changed and unchanged crops weigh alike; beside it the mean of
  1,000 balanced resamples of the crops.
* **Stated**: the model's answers to the tasks; one that cannot be read counts as wrong. **Final**:
  what the layers say after all. The language model changes no number there.
* **Text against the map**: the classes, numbers and places a sentence names against the layers
  (*map*) and against the mask and all five human sentences (*there*). Of numbers and places, shares
  of the sentences that name any.
* **Degenerate**: loops, fragments, copies of the prompt, stock words where objects are.
  **Fallback** adds sentences that the map contradicts or that are liked less than the guide's.
* **Roads** are on no mask: whether one was built, by the sentences of changed crops.
* **Intervals**: 95 % of a bootstrap of 1,000 draws over tiles; differences are paired by tile.
"""
CONDITIONS = """\
`released`, `figure`, `full`: cards by their fields. `none`: no card. `shuffled`: another crop's
card. `oracle`: the true buildings and a human sentence on the card, to see whether the model
copies. `global`, `fine`: one branch of the guide alone. `no-images`: grey images. A rival has a
name of its own. With several seeds: mean ± standard deviation; differences are those of the first,
which all other sections are about.
"""
EXAMPLES = 12
"""Crops that are shown, about."""


def page(report: dict[str, Any], command: str) -> str:
    """The whole page, from the numbers that stand in the JSON beside it."""
    parts = ["# Results of the language model", _head(report, command)]
    parts += ["## What it must reach", _targets(report["targets"])]
    parts += ["## How it is measured", ABOUT.rstrip("\n")]
    if report["missing"]:
        rows = [f"* {name}: {why}" for name, why in report["missing"].items()]
        parts += ["## Not measured", "\n".join(rows)]
    parts += _captions(report) + _gains(report) + _tasks(report) + _text(report)
    parts += ["## Conditions", CONDITIONS.rstrip("\n")]
    parts += ablations.tables(report["condition"]["name"], report["conditions"])
    parts += _published(report) + _examples(report)
    every = [
        [f"`{name}`", number(item["value"]), interval(item["interval"]), item["units"]]
        for name, item in report["measures"].items()
    ]
    parts += ["## All measures", table(["measure", "value", "95 %", "places"], every)]
    return "\n\n".join(parts) + "\n"


def _head(report: dict[str, Any], command: str) -> str:
    seeds = ", ".join(f"`{name}`" for name in report["language"])
    lines = [
        f"{seeds} with the guide in `{report['model']}`, card `{report['condition']['name']}`; "
        f"{report['crops']} crops, {report['changed']} of them changed; measured {report['date']}.",
        f"This page is the output of `{command}`; the JSON beside it holds the same numbers. These "
        "are no LEVIR-CC benchmark results: the crops are a part of its test split, by place.",
    ]
    if report["facts"].get("unanswered"):
        lines.append(f"**{report['facts']['unanswered']} questions were not answered.**")
    if report["remark"]:
        lines.append(f"**{report['remark']}**")
    return "\n\n".join(lines)


def _targets(lines: list[dict[str, Any]]) -> str:
    rows = []
    for line in lines:
        value = number(line["value"]) if line["value"] is not None else line["why"] or "–"
        met = {True: "yes", False: "**no**", None: "–"}[line["met"]]
        span = interval(line["interval"])
        rows.append([line["row"], line["label"], line["target"] or "–", value, span, met])
    return table(["measure", "", "target", "measured", "95 %", "met"], rows)


def _captions(report: dict[str, Any]) -> list[str]:
    rows = []
    for system, name in NAMES.items():
        for part in ("changed", "all"):
            facts = report["facts"].get(f"captions.{system}.{part}")
            if facts:
                measure = report["measures"][f"captions.{system}.{part}.s_m"]
                values = [number(facts[key]) for key in (*published.CAPTION_KEYS, "words")]
                span = interval(measure["interval"])
                rows.append([name, part, facts["crops"], *values, span])
        resampled = report["facts"].get(f"captions.{system}.balanced")
        if resampled:
            measure = report["measures"][f"captions.{system}.balanced.s_m"]
            shown = f"{number(measure['value'])} ({number(resampled['mean'])})"
            blank = [""] * 7
            rows.append([name, "half changed (mean of 1,000 resamples)", "", *blank, shown, "",
                         interval(measure["interval"])])  # fmt: skip
    if not rows:
        return []
    columns = ["sentences", "crops", "count", *published.CAPTION_COLUMNS, "words", "95 % of S*m"]
    return ["## Captions", table(columns, rows)]


def _gains(report: dict[str, Any]) -> list[str]:
    rows = [
        [NAMES[other], part, number(item["difference"]), interval(item["interval"])]
        for other, parts in report["gains"].items()
        for part, item in parts.items()
    ]
    if not rows:
        return []
    note = "S*m of the language model's own sentences less the other's, the same tiles drawn."
    return ["## Gain over simpler sentences", note,
            table(["over", "crops", "gain", "95 %"], rows)]  # fmt: skip


def _tasks(report: dict[str, Any]) -> list[str]:
    rows = []
    for name in ("flag.accuracy", "flag.f1", "building.count_relative_mae", "building.count_mae",
                 "building.count_exact", "building.cells_f1", "building.cells_subset",
                 "road.balanced_accuracy"):  # fmt: skip
        row = [f"`{name}`"]
        for side in ("stated", "final"):
            item = report["measures"].get(f"{side}.{name}")
            shown = [number(item["value"]), interval(item["interval"])] if item else ["–", "–"]
            row += shown
        rows.append(row)
    columns = ["measure", "stated", "95 %", "final", "95 %"]
    read = report["measures"]["stated.readable"]["value"]
    note = f"Share of answers that can be read: {number(read)}."
    return ["## Answers, stated and final", note, table(columns, rows)]


def _text(report: dict[str, Any]) -> list[str]:
    rows = []
    keys = ("map.object", "map.number", "map.place", "map.whole", "there.object", "there.number",
            "there.place")  # fmt: skip
    for system, name in NAMES.items():
        found = [report["measures"].get(f"text.{system}.{key}") for key in keys]
        if any(found):
            rows.append([name, *(number(item["value"]) if item else "–" for item in found)])
    columns = ["sentences", *(key.replace(".", ": ") for key in keys)]
    parts = ["## Text against the map", table(columns, rows)]
    faults = report["facts"].get("text.language.faults")
    if faults:
        told = "; ".join(f"{why}: {count}" for why, count in faults.items())
        parts.append(f"Why texts are not shown: {told}.")
    return parts


def _published(report: dict[str, Any]) -> list[str]:
    ours = [
        (f"ours, {'benchmark' if system == LANGUAGE else 'product'}, {part}",
         report["facts"][f"captions.{system}.{part}"])
        for system in (LANGUAGE, PRODUCT)
        for part in ("all", "changed")
        if f"captions.{system}.{part}" in report["facts"]
    ]  # fmt: skip
    values = {name: item["value"] for name, item in report["measures"].items()}
    return ["## Beside published numbers", published.WARNING, published.captions_table(ours),
            published.tasks_table(values)]  # fmt: skip


def _examples(report: dict[str, Any]) -> list[str]:
    texts = report["texts"]
    rows = [
        [
            one["crop"],
            one["guide"] or "–",
            one["model"] or "–",
            one["shown"] + ("" if one["source"] == "language" else f" (guide: {one['why']})"),
        ]
        for one in texts[:: max(1, len(texts) // EXAMPLES)]
    ]
    columns = ["crop", "guide", "language model", "shown"]
    clean = [[" ".join(str(cell).replace("|", "¦").split()) for cell in row] for row in rows]
    return [
        "## Some crops",
        "All of them stand beside this page as `.texts.json`, with people's own.",
        table(columns, clean),
    ]
