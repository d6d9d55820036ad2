"""Which rasters reviewed results were made of, and how these were opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.layers.reading import read_provenance
from engine.run.settings import PairOptions

_AREA = frozenset(("aoi", "bbox"))
_NOT_IN_PIXELS = frozenset(("before_date", "after_date", "force"))


class Source(NamedTuple):
    """A raster pair.

    Attributes
    ----------
    before, after : str
    options : dict
        Of :meth:`engine.raster.RasterPair.open`, without an area.
    """

    before: str
    after: str
    options: dict[str, Any]


def source_of(results: Sequence[Path], before: str = "", after: str = "") -> Source:
    """The pair that all of some results were made of.

    Parameters
    ----------
    before, after : str
        Rasters to read instead of those that the results name, for all of them.

    Raises
    ------
    ValueError
        A result names no rasters and none are given, or the results are of several pairs: all
        reviews are read on one.
    """
    first: Source | None = None
    for path in results:
        found = _named(path, before, after)
        if found is None:
            continue
        if first is None:
            first, named_by = found, path
        elif others := _differences(first, found):
            raise ValueError(
                f"{path} was made with other {', '.join(others)} than {named_by}: reviews are read "
                "on one raster pair, opened in one way; adapt once for each pair"
            )
    return first or Source(before, after, {})


def _named(path: Path, before: str, after: str) -> Source | None:
    """The pair of one result; None where it says nothing and the rasters are given."""
    made = read_provenance(path)
    told = made or {}
    before = before or _beside(path, told.get("before", ""))
    after = after or _beside(path, told.get("after", ""))
    if not before or not after:
        raise ValueError(f"{path} does not name its rasters: give --before and --after")
    return None if made is None else Source(before, after, _options(made))


def _differences(one: Source, other: Source) -> list[str]:
    """What of two results is not the same, in words of the command line."""
    rasters = {"before": (one.before, other.before), "after": (one.after, other.after)}
    found = [date for date, pair in rasters.items() if not _same(*pair)]
    # An option that came later had its default before.
    usual = dataclasses.asdict(PairOptions())
    first, second = usual | one.options, usual | other.options
    return found + [
        name for name in usual if name not in _NOT_IN_PIXELS and first[name] != second[name]
    ]


def _same(one: str, other: str) -> bool:
    """Whether two names are of one raster; GDAL's own (``/vsicurl/…``) are compared as they are."""
    files = Path(one), Path(other)
    if all(file.is_file() for file in files):
        return files[0].samefile(files[1])
    return one == other


def _beside(result: Path, name: str) -> str:
    """A raster as a result names it: from the result's folder where it lies there."""
    file = result.parent / name
    return str(file) if name and file.is_file() else name


def _options(made: Mapping[str, Any]) -> dict[str, Any]:
    """How the run that made a result opened its rasters, without its area."""
    known = made.get("parameters", {}).get("pair", {})
    names = {field.name for field in dataclasses.fields(PairOptions)} - _AREA
    return {name: value for name, value in known.items() if name in names}
