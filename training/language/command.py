"""``python -m training language train|export|tune|merge|pack``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from engine.errors import EngineError
from engine.guide.tile_reading import TileReading
from training.guide.config import data_root
from training.language.tune_command import add_commands


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m training language", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a nano model, going on where one stopped")
    train.add_argument("--config", required=True, type=Path, help="TOML file of settings")
    train.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    train.add_argument(
        "--readings",
        type=Path,
        nargs="*",
        default=[],
        help="guides' readings of the tiles (evaluate readings)",
    )
    train.add_argument("--seed", type=int, help="instead of the file's, for all lessons")
    train.add_argument("--threads", type=int, help="CPU threads, instead of the file's")
    train.add_argument("--out", required=True, type=Path, help="run folder")
    train.set_defaults(run=_train)
    export = commands.add_parser("export", help="write the graphs the engine runs without torch")
    export.add_argument("--run", dest="done", required=True, type=Path, help="run folder")
    export.add_argument("--config", required=True, type=Path, help="its TOML file, for the card")
    export.add_argument("--seed", type=int, help="of a run that does not say it, for the card")
    export.add_argument("--results", type=Path, help="JSON of evaluate language, for the card")
    export.add_argument(
        "--drawn", type=int, default=0, help="descriptions drawn by lot beside the likeliest"
    )
    export.add_argument("--temperature", type=float, default=0.8, help="of the lot")
    export.add_argument("--out", required=True, type=Path, help="folder `language` of a model")
    export.set_defaults(run=_export)
    add_commands(commands)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (ValueError, FileNotFoundError, EngineError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _train(options: argparse.Namespace) -> int:
    from training.language.readings import load_readings
    from training.language.recipe import again, load, train

    readings: dict[str, TileReading] = {}
    for path in options.readings:
        readings |= load_readings(path)
    recipe = again(load(options.config), options.seed, options.threads)
    print(train(recipe, data_root(options.data), options.out, readings))
    return 0


def _export(options: argparse.Namespace) -> int:
    from tokenizers import Tokenizer
    from transformers import Qwen2_5_VLForConditionalGeneration

    from training.language.card import write_card
    from training.language.export import export_language
    from training.language.network import SIDE_PX
    from training.language.recipe import FOLDER, TOKENS, load, seed_of
    from training.language.tokens import save

    seed = seed_of(options.done, load(options.config), options.seed)
    folder = options.done / FOLDER  # a local one: nothing is downloaded
    network = Qwen2_5_VLForConditionalGeneration.from_pretrained(folder).eval()  # nosec B615
    lot = (options.drawn, options.temperature)
    export_language(network, SIDE_PX, options.out, lot=lot)
    save(Tokenizer.from_file(str(options.done / TOKENS)), options.out)
    weights = sum(parameter.numel() for parameter in network.parameters())
    write_card(options.out, options.config, weights, options.results, seed)
    sizes = {file.name: file.stat().st_size for file in sorted(options.out.iterdir())}
    print(json.dumps(sizes, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
