"""Pairs from a CSV file: ``before``, ``after``, ``output``, and options of ``tile-infer``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from engine.errors import UsageError
from engine.run.batch.jobs import Job

PATHS = ("before", "after", "aoi")
"""Columns whose relative paths are looked for beside the CSV file."""
_NAMES = ("output", "name")
_TRUE, _FALSE = {"true", "yes", "1", "x", "on"}, {"false", "no", "0", "off"}
SWITCHES = {"coregister", "force", "guide-only", "stac", "allow-partial"}
"""Columns that hold yes or no."""
_OURS = {
    "resume": "the batch continues its pairs by itself (--resume)",
    "overwrite": "--overwrite holds for the whole batch",
    "dry-run": "--dry-run holds for the whole batch",
    "progress": "--progress holds for the whole batch",
    "log-json": "--log-json holds for the whole batch",
    "json": "--json holds for the whole batch",
    "quiet": "--quiet holds for the whole batch",
    "verbose": "--verbose holds for the whole batch",
    "help": "it is no option of a pair",
}
"""Options that a pair cannot have, and why."""


def jobs_of(text: str, path: Path) -> list[Job]:
    """Read the table.

    The first line names the columns, in any order: ``before`` and ``after`` (needed), ``output``
    or ``name``, and long options of ``engine tile-infer`` (dashes or underscores). Columns whose
    name begins with ``#`` and empty cells are skipped. Separated by comma, semicolon or tab.

    Raises
    ------
    UsageError
        Naming the line.
    """
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    jobs: list[Job] = []
    columns: list[str] | None = None
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path.name} line {rows.line_num}"
            if columns is None:
                columns = _columns(cells, path)
                continue
            if len(cells) > len(columns):
                raise UsageError(
                    f"{where} has {len(cells)} cells for {len(columns)} columns.",
                    hint="Put cells that hold the separator in quotation marks.",
                )
            given = {
                name: cell.strip() for name, cell in zip(columns, cells, strict=False)
                if cell.strip() and not name.startswith("#")
            }  # fmt: skip
            jobs.append(_job(given, where, len(jobs) + 1, path.resolve().parent))
    except csv.Error as error:
        raise UsageError(
            f"{path} line {rows.line_num}: {error}.", hint="Check the file."
        ) from error
    return jobs


def _columns(cells: list[str], path: Path) -> list[str]:
    columns = [cell.strip().lower().lstrip("-").replace("_", "-") for cell in cells]
    for needed in ("before", "after"):
        if needed not in columns:
            raise UsageError(
                f"{path} has no column '{needed}'.",
                hint="Its first line names the columns: before,after,output,…",
            )
    for name in columns:
        if name in _OURS:
            raise UsageError(f"{path}: no column '{name}': {_OURS[name]}.")
        if name and not name.startswith("#") and columns.count(name) > 1:
            raise UsageError(f"{path} has two columns '{name}'.", hint="Keep one.")
    return [name or "#" for name in columns]


def _job(given: dict[str, str], where: str, number: int, folder: Path) -> Job:
    for needed in ("before", "after"):
        if needed not in given:
            raise UsageError(f"{where} has no '{needed}'.", hint="Fill it in.")
    for name in PATHS:
        if name in given and (folder / given[name]).exists():
            given[name] = str(folder / given[name])
    before, after = given.pop("before"), given.pop("after")
    names = [given.pop(column) for column in _NAMES if column in given]
    options: list[tuple[str, str | None]] = []
    for flag, value in given.items():
        if flag == "question":
            options += [("question", one.strip()) for one in value.split("|") if one.strip()]
        elif flag not in SWITCHES:
            options.append((flag, value))
        elif value.lower() in _TRUE:
            options.append((flag, None))
        elif value.lower() not in _FALSE:
            raise UsageError(f"{where}: '{flag}' is {value!r}.", hint="Write yes or no.")
    return Job(names[0] if names else f"pair-{number:05d}", before, after, tuple(options), where)
