"""A result as the engine writes it, made in a moment: all fields, two rasters that differ.

PYTEST_DONT_REWRITE (the tests import it before pytest takes its fixtures)
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing

from plugin.processing_support import ORIGIN, REAL, TEXT, write_raster
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType

CLASSES, ACTIONS = ("building", "road", "other"), ("appeared", "disappeared", "changed")
DATE, TIME = QMetaType.Type.QDate, QMetaType.Type.QDateTime
COMMON = [("box_id", TEXT), ("class", TEXT), ("action", TEXT), ("score", REAL), ("area_m2", REAL)]
COLUMNS = {
    "tiles": [("tile_id", TEXT), ("status", TEXT), ("caption", TEXT)],
    "outlines": COMMON,
    "boxes": [
        *COMMON, ("width_m", REAL), ("height_m", REAL), ("cell", TEXT), ("nodata_pct", REAL),
        ("tile_ids", TEXT), ("caption", TEXT), ("date_before", DATE), ("date_after", DATE),
        ("review", TEXT), ("reviewer", TEXT), ("reviewed_at", TIME), ("note", TEXT),
    ],
}  # fmt: skip
SIDE, GAP, A_ROW = 4.0, 6.0, 300


def write_result(folder, count=12, *, rasters=True, report=False):
    """A GeoPackage with `count` changes, and the rasters they lie on; return its path."""
    path = folder / "changes.gpkg"
    before, after = folder / "before.tif", folder / "after.tif"
    if rasters:
        write_raster(before, width=400, height=400, value=60)
        write_raster(after, width=400, height=400, value=190)
    crs = QgsCoordinateReferenceSystem("EPSG:32614")
    for name, columns in COLUMNS.items():
        fields = QgsFields()
        for column, kind in columns:
            fields.append(QgsField(column, kind))
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = "GPKG", name
        if path.exists():
            options.actionOnExistingFile = (
                QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
            )
        writer = QgsVectorFileWriter.create(
            str(path), fields, QgsWkbTypes.Type.Polygon, crs, QgsCoordinateTransformContext(),
            options,
        )  # fmt: skip
        assert writer.hasError() == QgsVectorFileWriter.WriterError.NoError, writer.errorMessage()
        for number in range(1 if name == "tiles" else count):
            feature = QgsFeature(fields)
            feature.setAttributes(_values(name, number))
            feature.setGeometry(place(number))
            assert writer.addFeature(feature, QgsVectorFileWriter.FastInsert)
        del writer
    report_path = folder / "report.html"
    if report:
        report_path.write_text("<p>report</p>", encoding="utf-8")
    made = {
        "schema": 2, "before": str(before), "after": str(after), "date_before": "2012-03-18",
        "date_after": "2018-10-05",
        "parameters": {"report": str(report_path) if report else None, "pair": {"bidx": None}},
        "stretch": {which: {"gain": 1.0, "offset": 0.0} for which in ("before", "after")},
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, md_standard_uri TEXT, "
                   "mime_type TEXT, metadata TEXT)")  # fmt: skip
        db.execute("CREATE TABLE gpkg_metadata_reference (reference_scope TEXT, table_name TEXT, "
                   "md_file_id INTEGER)")  # fmt: skip
        db.execute("INSERT INTO gpkg_metadata (md_standard_uri, metadata) VALUES (?, ?)",
                   ("urn:changevg:provenance:1", json.dumps(made)))  # fmt: skip
    return path


def place(number):
    """Where a change lies: rows of squares from the upper left corner."""
    west = ORIGIN[0] + 2 + (number % A_ROW) * GAP
    north = ORIGIN[1] - 2 - (number // A_ROW) * GAP
    return QgsGeometry.fromRect(QgsRectangle(west, north - SIDE, west + SIDE, north))


def _values(name, number):
    if name == "tiles":
        return ["0_0", "ok", "something changed"]
    kind, action = CLASSES[number % 3], ACTIONS[number // 3 % 3]
    common = [f"b{number}", kind, action, (number * 37 % 100) / 100, float(10 + number)]
    if name == "outlines":
        return common
    caption = f"A {kind} {action}, number {number}."
    return [*common, SIDE, SIDE, "center", 0.0, "0_0", caption, None, None, None, None, None, None]


def wait(until, seconds=30.0):
    """Let the interface live until something holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it took too long"
        QgsApplication.processEvents()
        time.sleep(0.002)


def lag(until, seconds=60.0):
    """Let the interface live until something holds; return its longest pause, in seconds.

    Counted is the main thread's own work: what other programs take of a shared machine is not the
    plugin's. Standing still without work is found out only beyond what such a machine does itself.
    """
    end, longest = time.monotonic() + seconds, 0.0
    while not until():
        assert time.monotonic() < end, "it took too long"
        worked, waited = time.thread_time(), time.monotonic()
        QgsApplication.processEvents()
        longest = max(longest, time.thread_time() - worked)
        assert time.monotonic() - waited < 8.0, "the interface stood still"
    return longest
