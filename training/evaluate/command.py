"""``python -m training evaluate guide|layers``; JSON on stdout."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from training.guide.config import data_root


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m training evaluate", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    guide = commands.add_parser("guide", help="measure a guide on tiles")
    guide.add_argument("--model", required=True, type=Path, help="folder, .onnx or checkpoint")
    guide.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    guide.add_argument(
        "--set", default="report", help="report, demo, mixed, scenes, fold, middle or train"
    )
    guide.add_argument("--threshold", type=float, help="instead of the model's own")
    guide.add_argument("--other-sensor", action="store_true", help="after date as 16 bit, 0.6 m")
    guide.add_argument("--sweep", action="store_true", help="threshold sweep (fold only)")
    layers = commands.add_parser("layers", help="measure layers against truth polygons")
    layers.add_argument("layers", type=Path, help="GeoPackage with a layer `outlines`")
    layers.add_argument("truth", type=Path, nargs="?", help="polygons of true building change")
    layers.add_argument("--grid", required=True, type=Path, help="raster whose grid to use")
    layers.add_argument("--swapped", type=Path, help="layers of the same pair, dates swapped")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(argv)
    try:
        if options.command == "guide":
            from training.evaluate.guide import evaluate

            report = evaluate(
                options.model,
                data_root(options.data),
                options.set,
                options.threshold,
                options.other_sensor,
                options.sweep,
            )
        else:
            from training.evaluate.layers import evaluate_layers

            report = evaluate_layers(options.layers, options.truth, options.grid, options.swapped)
    except (ValueError, KeyError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
