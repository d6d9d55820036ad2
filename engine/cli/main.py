"""``engine``: the console script."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from engine import __version__
from engine.cli import (
    ask,
    batch,
    chat,
    doctor,
    find,
    info,
    models,
    review_stop,
    schema,
    serve,
    tile_infer,
)
from engine.cli.text import say_error
from engine.errors import CODES, Cancelled, EngineError

app = typer.Typer(
    name="engine",
    help="ChangeVG: what changed between two georeferenced rasters, as vector layers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("tile-infer")(tile_infer.tile_infer)
app.command("ask")(ask.ask)
app.command("batch")(batch.batch)
app.command("chat")(chat.chat)
app.command("find")(find.find)
app.command("info")(info.info)
app.command("review-stop")(review_stop.review_stop)
app.command("doctor")(doctor.doctor)
app.command("schema")(schema.schema)
app.command("serve")(serve.serve)
app.add_typer(models.app, name="models")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"engine {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """ChangeVG: what changed between two georeferenced rasters, as vector layers."""


def main() -> None:
    """Run the command line; every error of the engine ends in its own exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A file or pipe on Windows has a code page that lacks "m²" and other people's names.
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except EngineError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(CODES[Cancelled][0])


if __name__ == "__main__":
    main()
