"""Reading our own outputs back: what a rerun, the service or a newer engine wants to know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.ogr import pyogrio

from .flat import DESCRIPTION
from .provenance import METADATA_URI
from .table import GEOMETRY

READ_ERRORS = (
    OSError,
    ValueError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
)
"""What :func:`layer_file` and :func:`read_layer` raise where there is no such layer."""


def read_provenance(path: str | Path) -> dict[str, Any] | None:
    """Return the provenance of an output (with its ``schema`` version), or None if not ours."""
    path = Path(path)
    try:
        if path.is_dir():
            found = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))["provenance"]
            return dict(found)
        # mode=ro: looking must not make an empty file, nor leave a log next to it.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            row = db.execute(
                "SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ?", (METADATA_URI,)
            ).fetchone()
    except (OSError, sqlite3.Error, ValueError, KeyError):
        return None
    return dict(json.loads(row[0])) if row else None


def layer_file(path: str | Path, layer: str) -> tuple[Path, str | None]:
    """Return the file that holds `layer` of an output, and the layer's name inside it.

    Raises
    ------
    FileNotFoundError
        The output has no such layer.
    """
    path = Path(path)
    if not path.is_dir():
        if not path.is_file():
            raise FileNotFoundError(path)
        return path, layer
    for suffix in (".fgb", ".parquet", ".geojson"):
        if (path / f"{layer}{suffix}").is_file():
            return path / f"{layer}{suffix}", None
    raise FileNotFoundError(path / layer)


def read_layer(
    file: Path,
    layer: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    geometry: bool = True,
) -> Any:
    """Return a layer as a data frame, from any format the engine writes.

    Parameters
    ----------
    file, layer
        What :func:`layer_file` found.
    columns : sequence of str, optional
        Fields to read; those that are not there are left out.
    geometry : bool
        Whether to read the geometry too.
    """
    if file.suffix != ".parquet":
        return pyogrio.read_dataframe(file, layer=layer, columns=columns, read_geometry=geometry)
    # pyogrio's GDAL has no Parquet. Imported here: a run needs no data frames.
    import geopandas as gpd
    import pandas as pd
    import pyarrow.parquet as pq

    if columns is not None:
        shape = (GEOMETRY, "geometry") if geometry else ()  # geopandas calls it so
        columns = [name for name in pq.read_schema(file).names if name in (*columns, *shape)]
    return (gpd if geometry else pd).read_parquet(file, columns=columns)


def lost_reviews_path(output: str | Path) -> Path:
    """Where reviews without a partner are kept: ``changes.gpkg.lost-reviews.geojson``."""
    output = Path(output)
    return output.with_name(f"{output.name}.lost-reviews.geojson")
