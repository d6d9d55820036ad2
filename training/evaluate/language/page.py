"""The page of a language model's results, as Markdown."""

from __future__ import annotations

from typing import Any

from engine.language.candidates import GUIDE_VOTES
from training.evaluate.language import ablations, published
from training.evaluate.language.systems import GREEDY, LANGUAGE, NAMES, PRODUCT
from training.evaluate.tables import HALVED, halved, interval, number, table

DRAWN = """\
* **Best liked wording**: a description is said {times} times, once in the likeliest words and
  {drawn} times by lot at temperature {temperature:g}. Of those that end, the one closest to all is
  taken, with the sentence on the card counted {votes} times among them: it is not the model's
  alone, the card votes. The product starts from it, before it looks at the map.
* **Greedy**: the likeliest words alone, without a vote. Where they do not end, the first by lot
  that do stand for them.
"""
ALONE = """\
* **Best liked wording** and **greedy** are the same here: the model says a description once, in
  its likeliest words.
"""
ABOUT = """\
* **Asked** as the engine asks, about every crop: the same prompts and card, the objects that are
  kept in the layers cut by the crop. Yes or no, counts and places are said in the likeliest words.
{wordings}* **What the layers show**: the best liked wording that agrees with the map, with the
  map's words for what it leaves out; the guide's words where none does, or where its sentence is
  liked better. The product asks about crops whose layers show a change (`--language changed`).
* **Captions**: words against five human sentences; S*m is the mean of BLEU-4, METEOR, ROUGE-L and
  CIDEr-D, times 100. *Half changed*: changed and unchanged crops weigh alike; beside it the mean of
  1,000 balanced resamples of the crops.
* **Stated**: the model's answers to the tasks; one that cannot be read counts as wrong. **Final**:
  what the layers say after all. The language model changes no number there.
* **Text against the map**: the classes, numbers and places a sentence names against the layers
  (*map*) and against the mask and all five human sentences (*there*). Of numbers and places, shares
  of the sentences that name any.
* **Degenerate**: loops, fragments, copies of the prompt, stock words where objects are, in the
  wording that the layers would take. **Fallback** adds sentences that the map contradicts or that
  are liked less than the guide's. **Copied**: equal to the sentence on the card, of crops whose
  card has one.
* **Roads** are on no mask: whether one was built, by the sentences of changed crops.
* **Intervals**: 95 % of a bootstrap of 1,000 draws over tiles; differences are paired by tile.
"""
CONDITIONS = """\
`released`, `figure`, `full`: cards by their fields. `none`: no card. `shuffled`: another crop's
card. `oracle`: the true buildings and a human sentence on the card, to see whether the model
copies. `global`, `fine`: one branch of the guide alone. `no-images`: grey images. A rival has a
name of its own. The sentence on the card votes among the wordings, whosesoever it is; `none` and
`fine` have no such vote. With several seeds: mean ± standard deviation; differences are those of
the first, which all other sections are about.
"""
EXAMPLES = 12
"""Crops that are shown, about."""


def page(report: dict[str, Any], command: str) -> str:
    """The whole page, from the numbers that stand in the JSON beside it."""
    parts = ["# Results of the language model", _head(report, command)]
    parts += ["## What it must reach", _targets(report["targets"])]
    parts += ["## How it is measured", _about(report["wordings"])]
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


def _about(lot: dict[str, Any]) -> str:
    """``lot``: how many wordings are drawn, and at which temperature."""
    said = DRAWN.format(times=1 + lot["drawn"], votes=GUIDE_VOTES, **lot) if lot["drawn"] else ALONE
    return ABOUT.replace("{wordings}", said).rstrip("\n")


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
            shown = halved(measure["value"], resampled["mean"])
            span = interval(measure["interval"])
            rows.append([name, HALVED, "", *[""] * 7, shown, "", span])
    if not rows:
        return []
    columns = ["sentences", "crops", "count", *published.CAPTION_COLUMNS, "words", "95 % of S*m"]
    return ["## Captions", table(columns, rows)]


def _gains(report: dict[str, Any]) -> list[str]:
    rows = [
        [NAMES[system], NAMES[other], part, number(item["difference"]), interval(item["interval"])]
        for system, key in ((LANGUAGE, "gains"), (GREEDY, "gains_greedy"))
        for other, parts in report[key].items()
        for part, item in parts.items()
    ]
    if not rows:
        return []
    note = "S*m of the language model's sentences less the other's, the same tiles drawn."
    return ["## Gain over simpler sentences", note,
            table(["of", "over", "crops", "gain", "95 %"], rows)]  # fmt: skip


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
    names = {LANGUAGE: "best liked wording", GREEDY: "greedy", PRODUCT: "product"}
    ours = [
        (f"ours, {name}, {part}", report["facts"][f"captions.{system}.{part}"])
        for system, name in names.items()
        for part in ("all", "changed")
        if f"captions.{system}.{part}" in report["facts"]
    ]
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
    columns = ["crop", "guide", "best liked wording", "shown"]
    clean = [[" ".join(str(cell).replace("|", "¦").split()) for cell in row] for row in rows]
    return [
        "## Some crops",
        "All of them stand beside this page as `.texts.json`, with people's own.",
        table(columns, clean),
    ]
