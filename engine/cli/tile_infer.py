"""``engine tile-infer``: the main job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli import options as o
from engine.cli.run_settings import check_choice, settings_of
from engine.cli.stop import stop_on_signals
from engine.cli.text import area_text
from engine.errors import CODES, EngineError, PartialResultError
from engine.models import DEFAULT_MODEL
from engine.run.events import PROGRESS, Events, choose_sink
from engine.run.log_json import log_sink


def tile_infer(
    before: o.Before,
    after: o.After,
    output: Annotated[
        Path, typer.Argument(help="GeoPackage, or a folder for .fgb, .parquet and .geojson.")
    ],
    aoi: o.Aoi = None,
    bbox: o.Bbox = None,
    bidx: o.Bidx = None,
    after_bidx: o.AfterBidx = None,
    before_date: o.BeforeDate = None,
    after_date: o.AfterDate = None,
    nodata: o.Nodata = None,
    stretch: o.Stretch = "auto",
    res: o.Res = None,
    resampling: o.Resampling = "bilinear",
    coregister: o.Coregister = False,
    force: o.Force = False,
    dst_crs: Annotated[
        str | None, typer.Option("--dst-crs", help="CRS of the layers; the before raster's if not.")
    ] = None,
    model: o.Model = DEFAULT_MODEL,
    device: o.Device = "auto",
    guide_only: Annotated[
        bool, typer.Option("--guide-only", help="Captions from the guide, no language model.")
    ] = False,
    language: Annotated[
        str,
        typer.Option(
            "--language",
            help="Tiles the language model sees: changed, all or none.",
            rich_help_panel=o.WORDS,
        ),
    ] = "changed",
    language_url: o.LanguageUrl = None,
    language_model: o.LanguageModel = None,
    card: o.Card = "full",
    question: Annotated[
        list[str] | None,
        typer.Option(
            "--question",
            help="Becomes a field with its answer; repeatable.",
            rich_help_panel=o.WORDS,
        ),
    ] = None,
    tile_size: Annotated[
        int | None, typer.Option("--tile-size", help="Pixels; the model's own if not given.")
    ] = None,
    overlap: Annotated[
        int | None, typer.Option("--overlap", help="Pixels shared by neighbouring tiles.")
    ] = None,
    tile_origin: Annotated[
        str, typer.Option("--tile-origin", help="Move the tiling by X,Y pixels.")
    ] = "0,0",
    threshold: Annotated[
        float | None, typer.Option("--threshold", help="Change probability of a changed pixel.")
    ] = None,
    min_area: Annotated[
        float | None, typer.Option("--min-area", help="Smallest object, m².")
    ] = None,
    min_score: Annotated[
        float | None, typer.Option("--min-score", help="Lowest score of an object, 0–1.")
    ] = None,
    batch_size: Annotated[
        int, typer.Option("--batch-size", help="Tiles per inference.", min=1, max=256)
    ] = 4,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", help="Threads of an inference; all cores. With ray: workers.", min=1
        ),
    ] = None,
    executor: Annotated[
        str,
        typer.Option(
            "--executor",
            help="threads; inline (one thread, for debugging); ray (workers on this machine, or "
            "on the cluster of RAY_ADDRESS).",
        ),
    ] = "threads",
    format_: Annotated[
        str | None,
        typer.Option("--format", help="gpkg, fgb, parquet or geojson; by extension if not given."),
    ] = None,
    mask_out: Annotated[
        Path | None, typer.Option("--mask-out", help="Also write the change mask, a COG.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Also write a report, one HTML file.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Also write a before/after picture, PNG.")
    ] = None,
    stac: Annotated[
        bool, typer.Option("--stac", help="Also write a STAC Item beside the output.")
    ] = False,
    tmp_dir: Annotated[
        Path | None, typer.Option("--tmp-dir", help="Where the unfinished run is kept.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the output (reviews are carried over).")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue a stopped or killed run.")
    ] = False,
    allow_partial: Annotated[
        bool,
        typer.Option("--allow-partial", help="Write layers even if tiles failed; exit code 6."),
    ] = False,
    only_plan: Annotated[
        bool, typer.Option("--dry-run", help="Print tiles, memory, disk and time; write nothing.")
    ] = False,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile", help="Also write a trace, JSON for Perfetto or chrome://tracing."
        ),
    ] = None,
    log_json: o.LogJson = False,
    progress: o.Progress = "auto",
    quiet: o.Quiet = False,
    verbose: o.Verbose = 0,
    as_json: o.AsJson = False,
) -> None:
    """Find what changed between two rasters and write it as vector layers.

    Writes three layers: tiles (what changed, in words), boxes (one per changed object) and
    outlines. Prints the totals.

    $ engine tile-infer before.tif after.tif changes.gpkg

    $ engine tile-infer before.tif after.tif changes.gpkg --aoi district.gpkg --report report.html
    """
    given = locals()
    # Imported here so that help, usage errors and other commands answer at once.
    from engine.run.dry_run import dry_run
    from engine.run.pipeline import run

    check_choice("--progress", progress, PROGRESS)
    verbosity = -1 if quiet or progress == "none" else verbose
    events = Events(log_sink(verbosity) if log_json else choose_sink(progress, verbosity))
    try:
        settings = settings_of(given)
        if only_plan:
            plan = dry_run(settings, events)
            print(json.dumps(plan.as_dict(), indent=2) if as_json else plan.text())
            return
        with stop_on_signals() as cancelled:
            result = run(settings, events, cancelled)
    except EngineError as error:
        events.error(error)
        raise typer.Exit(error.exit_code) from error
    finally:
        events.close()
    print(json.dumps(result.as_dict(), indent=2) if as_json else _summary(result.as_dict()))
    if result.partial:
        raise typer.Exit(CODES[PartialResultError][0])


def _summary(result: dict[str, Any]) -> str:
    lines = [
        f"{total['objects']} {total['class']} {total['action']}, {area_text(total['area_m2'])}"
        for total in result["by_class"]
    ] or ["No change found."]
    lines += [f"{name}: {path}" for name, path in result["files"].items()]
    return "\n".join(lines)
