"""Tables OGR does not write for us: aliases, value lists, default styles, metadata.

They are the GeoPackage extensions *schema* and *metadata*, and QGIS's own ``layer_styles``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from pyproj import CRS

from .geopackage_columns import Column, describe_columns, make_tables, register
from .provenance import METADATA_URI, Provenance
from .qmd import layer_title, metadata_xml
from .schema import Field, Layer
from .styles import style_xml
from .table import GEOMETRY

QMD_URI = "http://mrcc.com/qgis.dtd"
"""By this name QGIS finds its own metadata among others."""

_TABLES = """
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', 'Default styles for QGIS', 0);
"""

_METADATA = "http://www.geopackage.org/spec121/#extension_metadata"


def describe_layers(path: Path, layers: Sequence[Layer], provenance: Provenance, crs: CRS) -> None:
    """Add aliases, value lists, default styles and metadata to a GeoPackage just written.

    Parameters
    ----------
    path : Path
        The GeoPackage; its layers exist.
    layers : sequence of Layer
        With the answer fields of this run.
    provenance : Provenance
        Becomes one JSON for the file and a QGIS metadata record for each layer.
    crs : CRS
        CRS of the layers.
    """
    with closing(sqlite3.connect(path)) as db, db:
        make_tables(db)
        db.executescript(_TABLES)
        names = ("gpkg_metadata", "gpkg_metadata_reference")
        register(db, ((name, "gpkg_metadata", _METADATA) for name in names))
        _metadata(db, provenance.as_json(), METADATA_URI, "application/json", None)
        for layer in layers:
            describe_columns(db, layer.name, map(_column, layer.fields))
            _style(db, layer)
            db.execute(
                "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
                (layer_title(layer, provenance), layer.description, layer.name),
            )
            _metadata(db, metadata_xml(layer, provenance, crs), QMD_URI, "text/xml", layer.name)


def _column(field: Field) -> Column:
    comment = f"{field.comment}. Unit: {field.unit}." if field.unit else field.comment
    return Column(field.name, field.title, comment, field.values)


def _style(db: sqlite3.Connection, layer: Layer) -> None:
    db.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner)"
        " VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')",
        (layer.name, GEOMETRY, f"ChangeVG {layer.name}", style_xml(layer), layer.title),
    )


def _metadata(db: sqlite3.Connection, text: str, uri: str, mime: str, table: str | None) -> None:
    row = db.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('dataset', ?, ?, ?)",
        (uri, mime, text),
    ).lastrowid
    db.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id)"
        " VALUES (?, ?, ?)",
        ("table" if table else "geopackage", table, row),
    )
