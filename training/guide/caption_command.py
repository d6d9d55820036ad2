"""``python -m training guide captions``: options of the caption stage."""

from __future__ import annotations

import argparse
import dataclasses
import tomllib
from pathlib import Path
from typing import Any

from training.guide.caption_fit import CaptionConfig
from training.guide.config import data_root


def add_captions(commands: Any) -> None:
    """Add the command to the sub-parsers of ``python -m training guide``."""
    captions = commands.add_parser("captions", help="train the caption decoder on a frozen guide")
    captions.add_argument("--run", required=True, type=Path, help="run folder of the guide")
    captions.add_argument("--out", required=True, type=Path, help="folder of the caption run")
    captions.add_argument("--config", type=Path, help="TOML file of settings (CaptionConfig)")
    captions.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    captions.add_argument("--export", type=Path, help="also write caption.onnx and vocab.json here")


def caption_config(path: Path | None) -> CaptionConfig:
    """Settings of a TOML file, or the usual ones.

    Raises
    ------
    ValueError
        The file has a setting that does not exist.
    """
    values = tomllib.loads(path.read_text("utf-8")) if path else {}
    unknown = sorted(set(values) - {field.name for field in dataclasses.fields(CaptionConfig)})
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    return CaptionConfig(**frozen)


def run_captions(options: argparse.Namespace) -> int:
    """Train, and export where asked; returns the exit code."""
    from training.guide.caption_run import read_decoder, train_captions

    config = caption_config(options.config)
    print(train_captions(options.run, options.out, data_root(options.data), config))
    if options.export:
        from training.guide.caption_export import export_captions

        for path in export_captions(*read_decoder(options.out), options.export):
            print(path)
    return 0
