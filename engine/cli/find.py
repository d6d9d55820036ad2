"""``engine find``: a phrase looked for in an archive of runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson


def find(
    phrase: Annotated[str, typer.Argument(help='What to look for: "new road in forest".')],
    runs: Annotated[
        list[Path], typer.Argument(help="Outputs of tile-infer, or folders with such in them.")
    ],
    limit: Annotated[int, typer.Option("--limit", help="Most tiles to give.", min=1)] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", help="Also write the tiles: .gpkg or .geojson.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace that file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find tiles in finished runs, best first.

    What the phrase says of objects (class, what happened, size, place) filters the boxes; all its
    words are looked for in the captions (house finds villa, wood finds forest).

    $ engine find "new road in forest" archive --output found.gpkg
    """
    from engine.find import find_runs, read_phrase, search
    from engine.find.output import check_output, write_found

    wanted = read_phrase(phrase)
    files = find_runs(runs)
    if output is not None:
        check_output(output, files, overwrite)
    found = search(
        wanted, files, limit=limit, warn=lambda text: print(f"warning: {text}", file=sys.stderr)
    )
    if output is not None:
        write_found(output, found)
    if as_json:
        told = {
            "phrase": wanted.text,
            "understood": wanted.understood,
            "runs": len(files),
            "found": [one.as_dict() for one in found],
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    print(f"Looked for: {wanted.understood} ({len(files)} runs)", file=sys.stderr)
    for one in found:
        west, south, east, north = one.bbox
        place = f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}"
        print(f"{one.score:.2f}  {one.file}  {one.tile_id}  {place}  {one.caption}")
    if not found:
        print("Nothing found.")
