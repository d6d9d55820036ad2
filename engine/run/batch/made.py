"""What a batch made itself, and may therefore replace.

The ledger names it, pair by pair: what stood there when a pair's checks had passed was ours or was
not there, so what is there when the pair has ended is ours. That a pair was tried says nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path

from engine.errors import LedgerError
from engine.layers.reading import read_provenance
from engine.layers.stac import item_path
from engine.run.ledger import Ledger
from engine.run.settings import RunSettings


def name_in(folder: Path, path: Path) -> str:
    """A path as the ledger of a batch in ``folder`` keeps it: the folder may be moved."""
    place, folder = path.parent.resolve() / path.name, folder.resolve()
    return place.relative_to(folder).as_posix() if place.is_relative_to(folder) else str(place)


def places_of(settings: RunSettings) -> list[Path]:
    """Where a pair's run writes: its work directory, then its outputs."""
    beside = (settings.mask_out, settings.report, settings.picture)
    item = [item_path(settings.output)] if settings.stac else []
    return [settings.work_dir, settings.output, *(path for path in beside if path), *item]


def could_make(folder: Path, made: Collection[str], settings: RunSettings) -> list[str]:
    """What is ours from the moment a pair's checks have passed; to be asked before it begins."""
    work, *outputs = places_of(settings)
    names = {*made, *(name_in(folder, path) for path in outputs)}
    # Somebody else's unfinished run is refused later than somebody else's output.
    if settings.resume or settings.overwrite or not Ledger.is_in(work):
        names.add(name_in(folder, work))
    return sorted(names)


def still_there(folder: Path, made: Collection[str]) -> list[str]:
    """What of it exists: anything that appears in the place of the rest is not ours."""
    return sorted(name for name in made if _is_there(folder / name))


def taken_up(
    settings: RunSettings, folder: Path, made: Collection[str], run: str | None
) -> RunSettings:
    """Settings that go on with what is there, or replace it, as far as it is ours.

    Parameters
    ----------
    made : collection of str
        What the ledger names.
    run : str, optional
        Fingerprint of the run that may go on in the work directory.
    """
    work, *outputs = places_of(settings)
    there = [path for path in outputs if _is_there(path)]
    ours = settings.overwrite or (
        all(name_in(folder, path) in made for path in there)
        # Somebody may have put something else in its place since.
        and (settings.output not in there or read_provenance(settings.output) is not None)
    )
    unfinished = Ledger.is_in(work)
    resume = ours and unfinished and run is not None and _is_run(work, run)
    anew = ours and (not unfinished or resume or name_in(folder, work) in made)
    return dataclasses.replace(
        settings,
        resume=resume,
        overwrite=settings.overwrite or (anew and bool(there or unfinished)),
    )


def _is_there(path: Path) -> bool:
    """As far as can be seen: what a share has that is away is not lost."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _is_run(work: Path, run: str) -> bool:
    """Whether a work directory is that of a run; one that does not say is not."""
    try:
        return Ledger.fingerprint_in(work) == run
    except LedgerError:
        return False
