"""``python -m training evaluate``: JSON on stdout, or a page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.evaluate.language import command as language
from training.evaluate.targets import PARTS
from training.guide.config import data_root


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m training evaluate", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    layers = commands.add_parser("layers", help="measure layers against truth polygons")
    layers.add_argument("layers", type=Path, help="GeoPackage with a layer `outlines`")
    layers.add_argument("truth", type=Path, nargs="?", help="polygons of true building change")
    layers.add_argument("--grid", required=True, type=Path, help="raster whose grid to use")
    layers.add_argument("--swapped", type=Path, help="layers of the same pair, dates swapped")
    _all(commands.add_parser("all", help="every measure, as a page and JSON"))
    ablate = commands.add_parser("ablations", help="runs that differ in one thing each, compared")
    ablate.add_argument("--runs", required=True, type=Path, help="folder of the run folders")
    ablate.add_argument("--config", required=True, type=Path, help="TOML they were trained with")
    ablate.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    ablate.add_argument("--out", required=True, type=Path, help="the page; JSON is beside it")
    ablate.add_argument("--limit", type=int, help="so many places of each at most; no result")
    choice = commands.add_parser("choose", help="thresholds, filters and temperature")
    choice.add_argument("--model", required=True, type=Path, help="run, checkpoint or folder")
    choice.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    choice.add_argument(
        "--set", required=True, nargs="+", dest="sets", help="LEVIR groups, roads, scenes"
    )
    choice.add_argument("--limit", type=int, help="so many places of each at most")
    told = commands.add_parser("readings", help="what a guide reads of crops, for change-imti")
    told.add_argument("--model", required=True, type=Path, help="model folder or run folder")
    told.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    told.add_argument("--set", required=True, nargs="+", dest="sets", help="LEVIR groups")
    told.add_argument("--trained-on", nargs="*", default=[], help="groups the guide has seen")
    told.add_argument("--out", required=True, type=Path, help="JSON file")
    run = commands.add_parser("run", help="curves, confusion and worst crops of a training run")
    run.add_argument("--model", required=True, type=Path, help="run folder or model folder")
    run.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    run.add_argument("--set", required=True, nargs="+", dest="sets", help="LEVIR groups")
    run.add_argument("--out", required=True, type=Path, help="folder of the report")
    stop = commands.add_parser("stop", help="whether the stop of a review keeps its promise")
    stop.add_argument("--model", required=True, type=Path, help="model folder or run folder")
    stop.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    stop.add_argument("--set", required=True, nargs="+", dest="sets", help="LEVIR groups")
    stop.add_argument("--scenes", type=int, default=8, help="generated scenes, 0 for none")
    stop.add_argument("--repeats", type=int, default=2000, help="samples drawn of each list")
    stop.add_argument("--readings", type=Path, help="JSON file that keeps what was read")
    worded = commands.add_parser("wordings", help="how a description is chosen from several")
    worded.add_argument("--model", required=True, type=Path, help="model folder")
    worded.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    worded.add_argument("--set", required=True, nargs="+", dest="sets", help="LEVIR groups")
    worded.add_argument("--limit", type=int, help="so many tiles at most")
    language.add_options(commands.add_parser("language", help="what the language model says"))
    return top


def _all(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", required=True, type=Path, nargs="+", help="several are seeds of one"
    )
    command.add_argument("--against", type=Path, help="model for the paired bootstrap")
    command.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    command.add_argument("--set", default="report", help="report, or another LEVIR group")
    command.add_argument("--out", type=Path, help="the page; JSON and plot are written beside it")
    command.add_argument("--only", nargs="+", default=list(PARTS), metavar="PART", help=f"{PARTS}")
    command.add_argument("--edits", type=int, default=2000, help="counterfactuals")
    command.add_argument("--scenes", type=int, default=24, help="generated scenes")
    command.add_argument("--paper", type=Path, help="graph of the paper configuration, for speed")
    command.add_argument("--limit", type=int, help="so many places of each at most; no result")


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(argv)
    try:
        report = _run(options)
    except (ValueError, KeyError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return 0


def _run(options: argparse.Namespace) -> dict[str, Any]:
    if options.command == "layers":
        from training.evaluate.layers import evaluate_layers

        return evaluate_layers(options.layers, options.truth, options.grid, options.swapped)
    root = data_root(options.data)
    if options.command == "language":
        return language.run(options, root)
    if options.command == "wordings":
        from training.evaluate.language.wordings import compare_wordings

        return compare_wordings(options.model, root, options.sets, options.limit)
    if options.command == "choose":
        from training.evaluate.choose import choose

        return choose(options.model, root, tuple(options.sets), options.limit)
    if options.command == "run":
        from training.evaluate.run_report import report_run

        return report_run(options.model, root, tuple(options.sets), options.out)
    if options.command == "readings":
        from training.evaluate.readings import write_readings

        return write_readings(options.model, root, options.sets, options.out, options.trained_on)
    if options.command == "stop":
        from training.evaluate.stop import evaluate_stop

        return evaluate_stop(
            options.model, root, options.sets, options.scenes, options.repeats, options.readings
        )
    if options.command == "ablations":
        from training.evaluate.ablation_page import compare_ablations

        return compare_ablations(options.runs, options.config, root, options.out, options.limit)
    from training.evaluate.everything import Plan
    from training.evaluate.results import results

    plan = Plan(
        root,
        options.set,
        tuple(options.only),
        options.edits,
        options.scenes,
        options.limit,
        options.paper,
    )
    return results(options.model, plan, options.against, options.out)


if __name__ == "__main__":
    sys.exit(main())
