"""Which format an output has: by its extension, or as the user says."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UsageError

FORMATS = {
    ".gpkg": "gpkg",
    ".fgb": "fgb",
    ".parquet": "parquet",
    ".geojson": "geojson",
}
"""Format by extension."""


def choose_format(path: str | Path, fmt: str | None = None) -> str:
    """Return the format of the output `path`.

    Parameters
    ----------
    path : path
        ``changes.gpkg``, or a folder: ``changes.fgb``.
    fmt : str, optional
        ``--format``; wins over the extension, with or without its dot.

    Raises
    ------
    UsageError
        The format is not known.
    """
    suffix = f".{fmt.lower().lstrip('.')}" if fmt else Path(path).suffix.lower()
    if suffix not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(
            f"'{fmt or path}' names no output format.",
            hint=f"End the output with one of {known}, or give --format.",
        )
    return FORMATS[suffix]
