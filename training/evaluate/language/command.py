"""``python -m training evaluate language``: options and their plan."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_options(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    cards = "released, figure, full, none, shuffled, oracle, global, fine"
    command.add_argument("--model", required=True, type=Path, help="model folder with the guide")
    command.add_argument(
        "--language-model", nargs="+", type=Path, default=[], help="folders; several are seeds"
    )
    command.add_argument("--language-url", help="a server instead of the folder's language model")
    command.add_argument("--language-name", help="the model's name on the server")
    command.add_argument("--card", default="full", help=f"{cards} (default: full)")
    command.add_argument("--no-images", action="store_true", help="grey images")
    command.add_argument(
        "--conditions", nargs="+", default=[], help=f"more rows: {cards}, no-images"
    )
    command.add_argument(
        "--rival", action="append", default=[], metavar="NAME=FOLDER",
        help="a model trained in another way, a row among the conditions",
    )  # fmt: skip
    command.add_argument("--generated", type=int, default=0, help="generated tiles (10000)")
    command.add_argument("--set", default="report", help="report, or another LEVIR group")
    command.add_argument("--limit", type=int, help="so many tiles at most; no result")
    command.add_argument("--device", default="cpu", help="auto, cpu or cuda")
    command.add_argument("--threads", type=int, help="of one inference")
    command.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    command.add_argument("--out", type=Path, help="the page; JSON is written beside it")


def run(options: argparse.Namespace, root: Path) -> dict[str, Any]:
    """Measure what the options say.

    Raises
    ------
    ValueError, FileNotFoundError
    """
    from training.evaluate.language.results import LanguagePlan, language_results

    plan = LanguagePlan(
        root,
        options.model,
        tuple(options.language_model),
        tuple(_rival(text) for text in options.rival),
        options.card,
        not options.no_images,
        tuple(options.conditions),
        options.set,
        options.limit,
        options.generated,
        options.device,
        options.threads,
        options.language_url,
        options.language_name,
    )
    return language_results(plan, options.out)


def _rival(text: str) -> tuple[str, Path]:
    name, sign, folder = text.partition("=")
    if not (name and sign and folder):
        raise ValueError(f"--rival {text!r} is not NAME=FOLDER")
    return name, Path(folder)
