"""``tune``, ``merge`` and ``pack``: the large language model's commands."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from engine.models.registry import DEFAULT_MODEL


def add_commands(commands: Any) -> None:
    """Add the three commands to ``python -m training language``."""
    tune = commands.add_parser(
        "tune", help="tune an adapter of Qwen2.5-VL, going on where it stopped"
    )
    tune.add_argument("--config", required=True, type=Path, help="TOML file of settings")
    tune.add_argument(
        "--data-json", required=True, action="append", type=Path, metavar="FILE",
        help="train/TASK.json or train.jsonl of change-imti; repeatable",
    )  # fmt: skip
    tune.add_argument(
        "--val-json", default=[], action="append", type=Path, metavar="FILE",
        help="the same for the validation loss; repeatable",
    )  # fmt: skip
    tune.add_argument("--images", type=Path, help="folder that the data's image paths start from")
    _add_base(tune)
    tune.add_argument("--steps", type=int, help="optimiser steps, instead of whole epochs")
    tune.add_argument("--out", required=True, type=Path, help="run folder; its `adapter` is made")
    tune.set_defaults(run=_tune)
    merge = commands.add_parser("merge", help="put an adapter into its model, for servers")
    merge.add_argument("--adapter", required=True, type=Path, help="folder of an adapter")
    _add_base(merge)
    merge.add_argument("--out", required=True, type=Path, help="folder to make")
    merge.set_defaults(run=_merge)
    pack = commands.add_parser("pack", help="make a model folder for the engine")
    what = pack.add_mutually_exclusive_group(required=True)
    what.add_argument("--adapter", type=Path, help="folder of an adapter")
    what.add_argument("--merged", type=Path, help="folder that merge made")
    what.add_argument("--nano", type=Path, help="folder that export made")
    _add_base(pack)
    pack.add_argument("--guide", default=DEFAULT_MODEL, help="model whose guide it takes")
    pack.add_argument("--id", help="id of the new model (changevg-7b; with --nano the guide's)")
    pack.add_argument("--out", required=True, type=Path, help="folder to make")
    pack.set_defaults(run=_pack)


def _add_base(command: argparse.ArgumentParser) -> None:
    command.add_argument("--base", help="the model: a folder, or a name on the hub")
    command.add_argument("--revision", help="commit of the hub's model, 40 hex digits")


def _tune(options: argparse.Namespace) -> int:
    from training.language.tune import TuneData, tune
    from training.language.tune_config import load_tuning

    config = load_tuning(options.config)
    if options.base is not None or options.revision is not None:
        # A commit belongs to the model that it was written beside.
        config = dataclasses.replace(config, revision=options.revision)
    if options.steps is not None:
        config = dataclasses.replace(
            config, fit=dataclasses.replace(config.fit, steps=options.steps)
        )
    data = TuneData(tuple(options.data_json), tuple(options.val_json), options.images)
    print(tune(config, data, options.out, options.base))
    return 0


def _merge(options: argparse.Namespace) -> int:
    from training.language.merge import merge

    print(merge(options.adapter, options.out, options.base, options.revision))
    return 0


def _pack(options: argparse.Namespace) -> int:
    from training.language.pack import pack

    made = pack(
        options.out, options.id, options.guide, options.adapter, options.merged, options.nano,
        options.base, options.revision,
    )  # fmt: skip
    print(made)
    return 0
