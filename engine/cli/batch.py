"""``engine batch``: many pairs from a table or a STAC search result."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import options as o
from engine.cli.run_settings import check_choice, settings_of
from engine.cli.stop import stop_on_signals
from engine.cli.text import area_text
from engine.errors import CODES, Cancelled, EngineError, UsageError
from engine.run.events import PROGRESS, Events, choose_sink
from engine.run.log_json import log_sink

if TYPE_CHECKING:
    from engine.run.batch.jobs import Job, Pair

_REFUSED: tuple[type[Exception], ...] = typer.BadParameter.__bases__
_OUTPUTS = ("mask_out", "report", "picture", "profile")
_OURS = ("resume", "overwrite", "only_plan", "quiet", "verbose", "as_json", "log_json")


def batch(
    jobs: Annotated[Path, typer.Argument(help="CSV file, or STAC ItemCollection (JSON).")],
    output_dir: Annotated[Path, typer.Argument(help="Folder of the layers and the summary.")],
    common: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-- OPTIONS]",
            help="Behind --: options of tile-infer for every pair; a column of the CSV file wins. "
            "{name} in an output's name stands for the pair's.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Pairs at a time.", min=1)] = 1,
    pairs: Annotated[
        str,
        typer.Option("--pairs", help="STAC: first-last date of each place, or consecutive dates."),
    ] = "first-last",
    asset: Annotated[
        str | None, typer.Option("--asset", help="STAC: key of the asset that is the picture.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Do what is left of a batch; failed pairs again.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Do all again (reviews are carried over).")
    ] = False,
    allow_partial: Annotated[
        bool,
        typer.Option(
            "--allow-partial", help="Write layers even if tiles failed; exit code 6 at the end."
        ),
    ] = False,
    only_plan: Annotated[
        bool, typer.Option("--dry-run", help="Open every pair, print the plan, write nothing.")
    ] = False,
    log_json: o.LogJson = False,
    progress: o.Progress = "auto",
    quiet: o.Quiet = False,
    verbose: o.Verbose = 0,
    as_json: o.AsJson = False,
) -> None:
    """Find what changed in many pairs: one output each, a ledger, a summary.

    A CSV file has the columns before, after, output (a name in OUTPUT_DIR) and, if needed, one for
    each long option of tile-infer. Relative paths start at the CSV file. Of a STAC search result,
    pairs are items of one collection and place (grid code, else the same footprint) at two dates.

    A pair that fails stops no other. Exit code 0 only when all are done.

    $ engine batch jobs.csv results --workers 2 -- --min-area 20 --report {name}.html
    """
    from engine.run.batch import Batch, read_jobs

    check_choice("--progress", progress, PROGRESS)
    listed = read_jobs(jobs, pairs=pairs, asset=asset)
    made = pairs_of(listed, output_dir, common or [])
    work = Batch(
        made, output_dir, workers=workers, resume=resume, overwrite=overwrite,
        allow_partial=allow_partial,
    )  # fmt: skip
    verbosity = -1 if quiet or progress == "none" else verbose
    events = Events(log_sink(verbosity) if log_json else choose_sink(progress, verbosity))
    try:
        with stop_on_signals() as cancelled:
            if only_plan:
                from engine.run.batch.rehearsal import rehearse

                plan = rehearse(work, events, cancelled)
                print(json.dumps(plan.as_dict(), indent=2) if as_json else plan.text())
                raise typer.Exit(plan.exit_code)
            result = work.run(events, cancelled)
        summary, code = result.as_dict(), result.exit_code(allow_partial)
        if code == CODES[Cancelled][0]:
            raise Cancelled("Stopped by the user.", hint="Do what is left with --resume.")
        events.done(summary)
    except EngineError as error:
        events.error(error)
        raise typer.Exit(error.exit_code) from error
    finally:
        events.close()
    print(json.dumps(summary, indent=2) if as_json else _lines(summary))
    raise typer.Exit(code)


def pairs_of(jobs: list[Job], folder: Path, common: list[str]) -> list[Pair]:
    """Settings of every pair, all checked before the first begins.

    Raises
    ------
    UsageError
        An option makes no sense; says in which line.
    ModelError
        A model is missing or damaged.
    """
    from engine.models import load_model
    from engine.run.batch.jobs import Pair
    from engine.run.batch.key import job_key
    from engine.run.settings import fingerprint

    models: dict[str, Any] = {}
    pairs: list[Pair] = []
    taken: dict[Path, str] = {}
    for job in jobs:
        try:
            settings = settings_of(_given(job, folder, common))
        except UsageError as error:
            raise UsageError(f"{job.where}: {error.message}", hint=error.hint) from error
        for path in (settings.output, *(getattr(settings, kind) for kind in _OUTPUTS)):
            if path is not None and (other := taken.setdefault(path, job.where)) != job.where:
                raise UsageError(
                    f"{job.where}: {path} is written by {other} too.",
                    hint="Put {name} into the name.",
                )
        if settings.model not in models:
            models[settings.model] = load_model(settings.model)
        model = models[settings.model]
        run = fingerprint(settings, model)
        pairs.append(Pair(job, settings, job_key(settings, model, run), run))
    return pairs


@cache
def _command() -> Any:
    """``tile-infer`` as the command line has it; making it takes longer than a pair's options."""
    from engine.cli.main import app

    return typer.main.get_command(app).commands["tile-infer"]  # type: ignore[attr-defined]


def _given(job: Job, folder: Path, common: list[str]) -> dict[str, Any]:
    """Values of the options of ``tile-infer`` for one pair."""
    arguments = [*common, *job.arguments(), "--", job.before, job.after, job.name]
    try:
        given: dict[str, Any] = dict(_command().make_context("tile-infer", arguments).params)
    except typer.Exit as error:  # --help
        raise UsageError("This is no option of a pair.") from error
    except _REFUSED as error:
        raise UsageError(
            _said(error), hint="`engine tile-infer --help` lists the options."
        ) from error
    for name in _OURS:
        if given[name]:
            raise UsageError(
                "An option of the whole batch stands behind --.", hint="Move it before."
            )
    name = job.name
    output = Path(name)
    if not output.suffix or output.suffix.lower() not in (".gpkg", ".fgb", ".parquet", ".geojson"):
        output = Path(f"{name}.{given['format_'] or 'gpkg'}")
    given["output"] = folder / output
    for kind in _OUTPUTS:
        if given[kind] is not None:
            given[kind] = folder / str(given[kind]).replace("{name}", output.stem)
    return given


def _said(error: Exception) -> str:
    return str(error.format_message()) if hasattr(error, "format_message") else str(error)


def _lines(summary: dict[str, Any]) -> str:
    lines = [f"{count} pairs {status}" for status, count in summary["status"].items()]
    lines += [
        f"{one['objects']} {one['class']} {one['action']}, {area_text(one['area_m2'])}"
        for one in summary["by_class"]
    ]
    lines += [f"{name}: {path}" for name, path in summary["files"].items()]
    return "\n".join(lines)
