"""What is to be done: pairs from a table or from a STAC search result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from engine.errors import UsageError
from engine.run.settings import RunSettings

MOST_BYTES = 512 * 2**20
"""A larger file is no list of jobs."""
_RESERVED = ("summary.csv", "summary.json", ".batch")


@dataclass(frozen=True)
class Job:
    """One pair as it is asked for.

    Attributes
    ----------
    name : str
        Name of its output in the batch's folder, with the ending of its format.
    before, after : str
        Files or GDAL names.
    options : tuple of (str, str or None)
        Long options of ``engine tile-infer`` without dashes; None for a switch.
    where : str
        Line or items it comes from, for messages.
    """

    name: str
    before: str
    after: str
    options: tuple[tuple[str, str | None], ...] = ()
    where: str = ""

    def arguments(self) -> list[str]:
        """The options as arguments of the command line."""
        return [
            f"--{flag}" if value is None else f"--{flag}={value}" for flag, value in self.options
        ]


@dataclass(frozen=True)
class Pair:
    """A job with its settings made and checked.

    Attributes
    ----------
    key : str
        The same as long as the pair's inputs, options, model and engine are the same.
    fingerprint : str
        Of its run: what an unfinished one must share to be gone on with.
    """

    job: Job
    settings: RunSettings
    key: str
    fingerprint: str = ""


def read_jobs(path: Path, *, pairs: str = "first-last", asset: str | None = None) -> list[Job]:
    """Read a list of pairs.

    Parameters
    ----------
    path : Path
        CSV (:mod:`engine.run.batch.table`) or STAC ItemCollection
        (:mod:`engine.run.batch.stac`).
    pairs : {"first-last", "consecutive"}
        Which dates of a place make pairs; STAC only.
    asset : str, optional
        Key of the asset to read; STAC only.

    Raises
    ------
    UsageError
        It cannot be read, holds no pair, or two pairs have one output.
    """
    from engine.run.batch import stac, table

    text = _text(path)
    if text.lstrip()[:1] in ("{", "["):
        jobs = stac.jobs_of(_json(path, text), path, pairs=pairs, asset=asset)
    else:
        jobs = table.jobs_of(text, path)
    if not jobs:
        raise UsageError(f"{path} names no pair.", hint="`engine batch --help` shows the columns.")
    _check_names(jobs)
    return jobs


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large for a list of jobs.", hint="Split it.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no UTF-8 text.", hint="Save it as CSV UTF-8.") from error


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is no JSON: {error}.", hint="Give a STAC ItemCollection, or a CSV file."
        ) from error


def _check_names(jobs: Sequence[Job]) -> None:
    taken: dict[str, str] = {}
    for job in jobs:
        name = job.name
        if (
            PurePath(name).name != name
            or name in (".", "..")
            or "\\" in name
            or any(ord(sign) < 32 for sign in name)
        ):
            raise UsageError(
                f"{job.where}: the output name {name!r} is no plain file name.",
                hint="Outputs lie in OUTPUT_DIR itself.",
            )
        # Some file systems know no capitals.
        low = name.casefold()
        if low in _RESERVED or low.endswith(".work"):
            raise UsageError(f"{job.where}: the output name {name!r} is taken.", hint="Change it.")
        if low in taken:
            raise UsageError(
                f"{job.where}: the output name {name!r} is that of {taken[low]} too.",
                hint="Give each pair its own name.",
            )
        taken[low] = job.where
