"""``engine models``: list, show, verify and add model folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson
from engine.models import add_model, find_model, list_models, load_model, read_model

app = typer.Typer(help="Models: list, show, verify, add.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Model id or model folder.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every model the engine can find."""
    models = list_models()
    if as_json:
        print(json.dumps([info.summary() for info in models], indent=2, ensure_ascii=False))
        return
    for info in models:
        adapted = f"  adapted from {info.parent['id']}" if info.parent else ""
        print(f"{info.id}  {info.version}  {', '.join(info.classes)}  {info.path}{adapted}")


@app.command("show")
def show(name: Name) -> None:
    """A model's description as JSON: parts, classes, GSD range, thresholds, licences, metrics."""
    print(json.dumps(read_model(find_model(name)).summary(), indent=2, ensure_ascii=False))


@app.command("verify")
def verify(name: Name) -> None:
    """Compare every file of a model with the checksum its folder promises."""
    info = load_model(name)
    print(f"{info.id} {info.version}: {len(info.sha256)} files as promised.")
    captions = "of its own" if info.caption_paths else "measured on the map"
    judged = "judged" if info.range_section else "not judged"
    print(f"Classes: {', '.join(info.classes)}; captions {captions}; range of imagery {judged}.")


@app.command("add")
def add(
    folder: Annotated[Path, typer.Argument(help="A model folder.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the same id.")] = False,
) -> None:
    """Verify a model folder and copy it to where the engine finds it."""
    info = add_model(folder, overwrite=overwrite)
    print(f"{info.id} {info.version} added: {info.path}")
