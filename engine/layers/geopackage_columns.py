"""What QGIS shows of a GeoPackage's fields: aliases, comments, closed sets of values.

They are the GeoPackage extension *schema*, which OGR does not write for us.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
_SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"


class Column(NamedTuple):
    """A field for people.

    Attributes
    ----------
    name, alias : str
    comment : str, optional
    values : mapping of str to str, optional
        The values it may have, with what each is called.
    """

    name: str
    alias: str
    comment: str | None = None
    values: Mapping[str, str] | None = None


def make_tables(db: sqlite3.Connection) -> None:
    """Add the extension to a GeoPackage that lacks it."""
    db.executescript(_TABLES)
    names = ("gpkg_data_columns", "gpkg_data_column_constraints")
    register(db, ((name, "gpkg_schema", _SCHEMA) for name in names))


def register(db: sqlite3.Connection, extensions: Iterable[tuple[str, str, str]]) -> None:
    """Name tables of extensions: table, extension, where it is defined."""
    db.executemany("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", extensions)


def describe_columns(db: sqlite3.Connection, table: str, columns: Iterable[Column]) -> None:
    """Tell of the fields of a table; :func:`make_tables` came before."""
    for column in columns:
        constraint = f"{table}_{column.name}" if column.values else None
        # GDAL takes a field's alias from `name` and its comment from `description`.
        db.execute(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
            (table, column.name, column.alias, column.alias, column.comment, constraint),
        )
        db.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES"
            " (?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
            [(constraint, value, word) for value, word in (column.values or {}).items()],
        )
