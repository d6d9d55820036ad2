"""``python -m training guide fit|stages|ablations|captions|export|card``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.guide.caption_command import add_captions, run_captions
from training.guide.config import data_root, load


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m training guide", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="train a guide")
    fit.add_argument("--config", required=True, type=Path, help="TOML file of settings")
    fit.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    fit.add_argument("--out", required=True, type=Path, help="run folder; an old run goes on")
    # It had to be said once.
    fit.add_argument("--resume", action="store_true", help=argparse.SUPPRESS)
    fit.add_argument("--workers", type=int, default=1, help="threads that prepare crops")
    stages = commands.add_parser("stages", help="train both branches in three stages")
    stages.add_argument("--config", required=True, type=Path, help="TOML file of settings")
    stages.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    stages.add_argument("--out", required=True, type=Path, help="run folder; an old run goes on")
    add_captions(commands)
    ablate = commands.add_parser("ablations", help="train runs that differ in one thing each")
    ablate.add_argument("--config", required=True, type=Path, help="TOML with base and runs")
    ablate.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    ablate.add_argument("--out", required=True, type=Path, help="folder of the run folders")
    ablate.add_argument("names", nargs="*", help="which runs (default all)")
    export = commands.add_parser("export", help="write a model folder from a checkpoint")
    export.add_argument("--checkpoint", required=True, type=Path)
    export.add_argument("--out", required=True, type=Path, help="model folder")
    export.add_argument("--card", type=Path, help="TOML of model.json values to keep or change")
    export.add_argument("--data", type=Path, help="data folder, for the stretch")
    export.add_argument("--captions", type=Path, help="run folder of the caption branch")
    bits = export.add_mutually_exclusive_group()
    bits.add_argument("--single", action="store_true", help="keep the weights in float32")
    bits.add_argument(
        "--eight-bits", action="store_true", help="the encoder's convolutions in 8 bits"
    )
    card = commands.add_parser("card", help="put measured numbers into a model folder")
    card.add_argument("--model", required=True, type=Path, help="model folder")
    card.add_argument("--results", required=True, type=Path, help="JSON of evaluate all --out")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(argv)
    if options.command == "fit":
        from training.guide.data import Crops
        from training.guide.fit import fit
        from training.guide.sources import draws
        from training.guide.twins import twin_draw

        config, root = load(options.config), data_root(options.data)
        last = fit(
            config,
            Crops(draws(config, root), config, twin_draw(config, root)),
            options.out,
            workers=options.workers,
        )
        print(last)
        return 0
    if options.command == "ablations":
        from training.guide.ablations import run_ablations

        names = tuple(options.names)
        print(*run_ablations(options.config, data_root(options.data), options.out, names), sep="\n")
        return 0
    if options.command == "stages":
        from training.guide import stage_fit

        staged = stage_fit.load(options.config)
        print(stage_fit.fit_stages(staged, data_root(options.data), options.out))
        return 0
    if options.command == "captions":
        return run_captions(options)
    if options.command == "card":
        from training.guide.card import tell_results

        print(len(tell_results(options.model, options.results)), "numbers")
        return 0
    from training.guide.bundle import write_bundle

    folder = write_bundle(
        options.checkpoint,
        options.out,
        options.card,
        data_root(options.data),
        options.single,
        options.captions,
        options.eight_bits,
    )
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
