"""Boxes on their way to the writer, with the reviews of the result they replace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.layers import BoxRecord
from engine.layers.reading import lost_reviews_path

if TYPE_CHECKING:
    from engine.layers.reviews import CarriedReviews


class Reviews:
    """Passes records on; holds them until the end where older reviews have to be matched.

    Partners are found over all boxes, best overlap first, so none may be written before the last
    one is known. Without reviews in an older result nothing is held.

    Parameters
    ----------
    output : Path
        The result; when it exists, its reviews are carried over.
    crs : CRS
        CRS of the records.
    write : callable
        Takes lists of records.
    """

    def __init__(self, output: Path, crs: Any, write: Callable[[list[BoxRecord]], None]) -> None:
        self._output, self._crs, self._write = output, crs, write
        # Looked at first: an old result whose reviews cannot be read is told of now, not at last.
        # Its state first, so that no review is saved unnoticed between the two.
        self._looked = _state(output)
        self._old = _reviewed(output)
        self._held: list[BoxRecord] = []
        self._result: CarriedReviews | None = None
        self._aside: Path | None = None

    def write(self, records: list[BoxRecord]) -> None:
        """Write or hold records."""
        if self._old is None:
            self._write(records)
        else:
            self._held += records

    def finish(self, warn: Callable[[str], None]) -> None:
        """Match and write what is held; tell of reviews without an object.

        Reviews that the old result got while this one was made are matched where others were
        there before. Else no box was held for them: they count as lost, and the next run takes
        them up.
        """
        if self._old is None and _state(self._output) != self._looked:
            self._old = _reviewed(self._output)
        if self._old is None:
            return
        self._result = self._old.carry_over(self._output, self._held, self._crs)
        self._write(self._held)
        self._aside = self._old.set_aside(self._output, self._result)
        said = self._old.describe_lost(self._result)
        if said:
            warn(f"{said} They are kept in {lost_reviews_path(self._output)}.")

    def keep_lost(self) -> None:
        """Put the reviews without an object into a file of their own.

        To be called when the new result is in place: until then the old one has them.
        """
        if self._old is not None and self._result is not None:
            self._old.keep_lost(self._output, self._result, self._aside)

    @property
    def carried(self) -> int:
        """Reviews that found their object."""
        return self._result.carried if self._result else 0


def _state(output: Path) -> list[tuple[int, int] | None]:
    """What tells that somebody wrote to a result since."""
    files = sorted(output.iterdir()) if output.is_dir() else [output]
    files += [output.with_name(f"{output.name}-wal"), lost_reviews_path(output)]
    states: list[tuple[int, int] | None] = []
    for file in files:
        try:
            found = file.stat()
            states.append((found.st_mtime_ns, found.st_size))
        except OSError:
            states.append(None)
    return states


def _reviewed(output: Path) -> ModuleType | None:
    """What matches reviews, where an older result has any."""
    if not output.exists() and not lost_reviews_path(output).is_file():
        return None
    # Late: loading pandas takes longer than reading a small pair does.
    from engine.layers import reviews

    return reviews if reviews.has_reviews(output) else None
