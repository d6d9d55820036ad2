"""A result GeoPackage: its layers, what made it, and what a person rejected in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingException,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..translation import tr

LAYERS = ("tiles", "boxes", "outlines")
PROVENANCE = "urn:changevg:provenance:1"


def layer_uri(package: str, name: str) -> str:
    """Source of one layer of a GeoPackage, as OGR's provider takes it."""
    return f"{package}|layername={name}"


def package_of(layer: QgsVectorLayer) -> str | None:
    """The GeoPackage a layer lies in, or None where it lies in something else."""
    if layer.providerType() != "ogr":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = parts.get("path", "")
    return path if path.lower().endswith(".gpkg") and Path(path).is_file() else None


def provenance(package: str) -> dict[str, Any] | None:
    """What made a result (before, after, dates, model …), or None: not a result of ChangeVG."""
    query = "SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ?"
    try:
        with closing(_open(package)) as db:
            row = db.execute(query, (PROVENANCE,)).fetchone()
            found: dict[str, Any] | None = json.loads(row[0]) if row else None
    except (sqlite3.Error, ValueError):
        return None  # no database, no such table or no JSON: somebody else's file
    return found


def end_editing(project: QgsProject | None, package: Path) -> None:
    """Let go of a result that a run will replace: edits after that would go to the old file.

    Raises
    ------
    QgsProcessingException
        A layer of it holds edits that are not saved.
    """
    for layer in [] if project is None else project.mapLayers().values():
        if not isinstance(layer, QgsVectorLayer) or not layer.isEditable():
            continue
        found = package_of(layer)
        if found is None or Path(found).resolve() != package.resolve():
            continue
        if layer.isModified():
            raise QgsProcessingException(
                tr("“{}” is being edited: save or drop the edits first.").format(layer.name())
            )
        layer.rollBack()


def group_title(made: dict[str, Any], place: str) -> str:
    """``Change 2012-03-18 → 2018-10-05 · district 4``."""
    dates = [made.get("date_before") or "?", made.get("date_after") or "?"]
    when = "" if dates == ["?", "?"] else " " + " → ".join(dates)
    return tr("Change{} · {}").format(when, place)


def rejected_ids(package: str | None) -> set[str]:
    """``box_id`` of the objects that a person rejected; empty for other files."""
    if package is None or provenance(package) is None:
        return set()
    with closing(_open(package)) as db:
        rows = db.execute("SELECT box_id FROM boxes WHERE review = 'rejected'").fetchall()
    return {row[0] for row in rows}


def describe_column(package: str, layer: str, column: str, alias: str, comment: str) -> None:
    """Give a column its alias and comment, as the engine does for its own.

    GDAL before 3.7, in QGIS's own packages, cannot write comments.
    """
    with closing(sqlite3.connect(package)) as db, db:
        found = "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_data_columns'"
        if db.execute(found).fetchone() is None:
            return
        db.execute(
            "INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, name, title, "
            "description) VALUES (?, ?, ?, ?, ?)",
            (layer, column, alias, alias, comment),
        )


def _open(package: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(package).absolute().as_uri()}?mode=ro", uri=True)
