"""The tables behind the results page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from training.evaluate.perturb import KINDS
from training.evaluate.section import Section

HALVED = "half changed (mean of 1,000 resamples)"


def perturbations(section: Section) -> list[str]:
    """False objects on unchanged crops, one table per kind of perturbation."""
    kinds = section.facts.get("perturbations")
    if not kinds:
        return []
    parts = [
        "## False objects where nothing changed",
        "Unchanged captioned crops read alone: real pairs as they are, and with one kind of "
        "difference put on the after date that is no change.",
    ]
    for kind in KINDS:
        key, facts = f"quiet.{kind.replace(' ', '_')}", kinds[kind]
        rate = section.measures[f"{key}.false_objects_per_km2"]
        flagged = section.measures[f"{key}.flagged"]
        title = "as they are" if kind == "none" else kind
        columns = ["false building objects", "km²", "per km²", "95 %", "crops called changed"]
        row = [number(facts["false_objects"]), number(facts["km2"]), number(rate.value)]
        row += [interval(rate.interval()), number(flagged.value)]
        parts += [f"### {title[0].upper()}{title[1:]}", table(columns, [row])]
    return parts


def roads(section: Section) -> list[str]:
    """Composed road pairs by kind and source."""
    rows = []
    for kind in ("crossed", "painted"):
        for source in ("epfl", "cil"):
            facts = section.facts.get(f"roads.{kind}.{source}")
            if facts:
                names = ("iou", "f1", "relaxed_f1", "relaxed_precision", "relaxed_recall")
                values = [number(facts[f"roads.{name}"]) for name in names]
                rows.append([kind, source, *values])
    if not rows:
        return []
    columns = ["pairs", "source", "IoU", "F1", "relaxed F1", "relaxed precision", "relaxed recall"]
    return ["## Composed roads by kind and source", table(columns, rows)]


def calibration(section: Section, plot: str | None) -> list[str]:
    """Reliability as numbers, and the plot."""
    tables = section.facts.get("reliability")
    if not tables:
        return []
    parts = [
        "## Calibration",
        "Building probabilities of pixels, and of objects (mean probability against being "
        "matched); the expected calibration errors stand among all measures, for pixels also "
        "without the first bin.",
    ]
    if plot:
        parts.append(f"![Reliability diagram]({plot})")
    columns = ["probability", "pixels", "share changed", "objects", "share matched"]
    rows = [
        [
            f"{pixel['from']:.2f}–{pixel['to']:.2f}",
            f"{pixel['count']:,.0f}",
            number(pixel["share_true"]),
            f"{thing['count']:,.0f}",
            number(thing["share_true"]),
        ]
        for pixel, thing in zip(tables["pixels"], tables["objects"], strict=True)
    ]
    parts.append(table(columns, rows))
    roads = section.facts.get("reliability.roads")
    if roads:
        parts.append("Road pixels of the composed pairs:")
        columns = ["probability", "pixels", "share changed"]
        rows = [
            [
                f"{row['from']:.2f}–{row['to']:.2f}",
                f"{row['count']:,.0f}",
                number(row["share_true"]),
            ]
            for row in roads
        ]
        parts.append(table(columns, rows))
    return parts


def edits(section: Section) -> list[str]:
    """Counterfactuals by class and action."""
    rows = []
    for prefix in ("edits", "edits_roads"):
        for kind, facts in section.facts.get(prefix, {}).get("by kind", {}).items():
            values = [number(facts[name]) for name in ("exact", "own", "clean")]
            rows.append([kind, f"{facts['count']:,}", *values])
    if not rows:
        return []
    columns = ["edit", "count", "exactly its own claim", "its own claim", "nothing else"]
    return ["## Counterfactuals by kind", table(columns, rows)]


def captions(section: Section) -> list[str]:
    """Caption scores of the decoder and of the template."""
    rows = []
    for prefix, name in (("captions", "decoder"), ("captions.template", "template from the map")):
        for part in ("changed", "all"):
            facts = section.facts.get(f"{prefix}.{part}")
            if facts:
                keys = ("bleu4", "meteor", "rouge_l", "cider_d", "s_m")
                measure = section.measures[f"{prefix}.{part}.s_m"]
                values = [number(facts[key]) for key in keys]
                span = interval(measure.interval())
                rows.append([name, part, str(facts["crops"]), *values, span])
        half = section.measures.get(f"{prefix}.balanced.s_m")
        if half:
            mean = section.facts[f"{prefix}.balanced"]["mean"]
            row = [*[""] * 5, halved(half.value, mean), interval(half.interval())]
            rows.append([name, HALVED, *row])
    if not rows:
        return []
    columns = [
        "sentences",
        "crops",
        "count",
        "BLEU-4",
        "METEOR",
        "ROUGE-L",
        "CIDEr-D",
        "S*m",
        "95 %",
    ]
    return ["## Captions", table(columns, rows)]


def halved(value: float | None, mean: float | None) -> str:
    """S*m of :data:`HALVED`, with the mean over resamples."""
    return f"{number(value)} ({number(mean)})"


def by_tile(section: Section) -> list[str]:
    """Pixel F1 tile by tile."""
    tiles = section.facts.get("by_tile")
    if not tiles:
        return []
    values = ", ".join(f"{name.split('_')[-1]}: {number(value)}" for name, value in tiles.items())
    return ["## Building pixel F1 by tile", values]


def all_measures(section: Section) -> str:
    """Every measure with its interval."""
    rows = [
        [f"`{name}`", number(measure.value), interval(measure.interval()), len(measure.units)]
        for name, measure in section.measures.items()
    ]
    return table(["measure", "value", "95 %", "places"], rows)


def rival(comparisons: dict[str, Any]) -> str:
    """Differences to another model."""
    rows = [
        [f"`{name}`", number(item["difference"]), interval(item["interval"]), item["units"]]
        for name, item in comparisons.items()
    ]
    note = "This model minus the other, paired bootstrap: the same places are drawn for both.\n\n"
    return note + table(["measure", "difference", "95 %", "places"], rows)


def spread(values: dict[str, Any]) -> str:
    """Mean and spread over seeds."""
    rows = [
        [
            f"`{name}`",
            number(item["mean"]),
            number(item["sd"]),
            f"{number(item['least'])}–{number(item['greatest'])}",
            item["models"],
        ]
        for name, item in values.items()
    ]
    return table(["measure", "mean", "standard deviation", "range", "models"], rows)


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    lines = [list(columns)]
    lines += [["---"] * len(lines[0]), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None) -> str:
    """Four significant figures, a dash for nothing."""
    if value is None:
        return "–"
    return f"{value:.4g}" if abs(value) >= 10 else f"{round(value, 4):g}"


def interval(edges: list[float] | None) -> str:
    """The two ends of an interval."""
    return "–" if edges is None else f"{number(edges[0])} to {number(edges[1])}"
