"""The GDAL settings every read of the engine runs under.

GDAL's block cache would take 5 % of the machine's memory, and a process started from a desktop GIS
inherits that program's PROJ and GDAL data folders, which do not fit the libraries of this one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio

CACHE_MB = 256
"""GDAL's block cache, MiB: enough for a row of full-width strips of a 32k raster."""

FOREIGN = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")
"""Variables that point libraries at another installation's data."""


def strip_foreign_data() -> list[str]:
    """Drop inherited data folders where rasterio brings its own.

    Returns
    -------
    list of str
        Names of the variables that were removed from ``os.environ``.
    """
    bundled = Path(rasterio.__file__).parent
    if not (bundled / "proj_data").is_dir():
        return []
    own = str(bundled)
    foreign = [name for name in FOREIGN if not os.environ.get(name, own).startswith(own)]
    for name in foreign:
        del os.environ[name]
    return foreign


@contextmanager
def gdal_env(**options: str | int | bool) -> Iterator[rasterio.Env]:
    """Read rasters under the engine's GDAL settings.

    Parameters
    ----------
    **options
        Further GDAL configuration options (``--config KEY=VAL``); they win over the engine's own.

    Yields
    ------
    rasterio.Env
    """
    strip_foreign_data()
    settings: dict[str, str | int | bool] = {
        # As a number GDAL_CACHEMAX is handed on as bytes, not megabytes.
        "GDAL_CACHEMAX": CACHE_MB * 2**20,
        "GDAL_HTTP_MAX_RETRY": 3,
        "GDAL_HTTP_RETRY_DELAY": 1,
    }
    with rasterio.Env(**(settings | options)) as env:
        yield env
