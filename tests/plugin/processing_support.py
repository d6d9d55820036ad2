"""What the tests of the Processing provider share: rasters, results, an engine that is none.

PYTEST_DONT_REWRITE (the tests import it before pytest takes its fixtures)
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal, osr
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingFeedback,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType

ORIGIN = (620822.0, 3366160.0)
TEXT, REAL = QMetaType.Type.QString, QMetaType.Type.Double


def module(name):
    """A module of the plugin under its name in QGIS, ``changevg``."""
    return importlib.import_module(f"changevg.{name}")


class Feedback(QgsProcessingFeedback):
    """Remembers what it was told."""

    def __init__(self):
        super().__init__(False)
        self.infos, self.warnings, self.commands, self.errors, self.steps = [], [], [], [], []
        self.texts = []
        self.progressChanged.connect(self.steps.append)

    def pushInfo(self, info):
        self.infos.append(info)

    def setProgressText(self, text):
        self.texts.append(text)

    def pushWarning(self, warning):
        self.warnings.append(warning)

    def pushCommandInfo(self, info):
        self.commands.append(info)

    def reportError(self, error, fatalError=False):
        self.errors.append(error)


def write_raster(path, *, width=64, height=48, gsd=0.5, bands=3, epsg=32614, at=ORIGIN, value=90,
                 kind=gdal.GDT_Byte, driver="GTiff", nodata=None, crs=""):  # fmt: skip
    """A plain raster of one value a band, north up."""
    made = gdal.GetDriverByName(driver).Create(str(path), width, height, bands, kind)
    if crs:
        made.SetProjection(crs)
    elif epsg:
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(epsg)
        made.SetProjection(srs.ExportToWkt())
    made.SetGeoTransform((at[0], gsd, 0, at[1], 0, -gsd))
    for band in range(1, bands + 1):
        made.GetRasterBand(band).Fill(value + band)
        if nodata is not None:
            made.GetRasterBand(band).SetNoDataValue(nodata)
    made.FlushCache()
    return str(path)


def square(east, south, side=10.0, origin=ORIGIN):
    """A square, metres from the upper left corner: east of it and south of it."""
    west, north = origin[0] + east, origin[1] - south
    return QgsGeometry.fromRect(QgsRectangle(west, north - side, west + side, north))


OBJECTS = (
    ("b1", "building", "appeared", 0.9, square(2, 2)),
    ("b2", "building", "appeared", 0.8, square(18, 2)),
    ("b3", "building", "disappeared", 0.7, square(2, 14, 6)),
    ("r1", "road", "appeared", 0.9, square(14, 14, 8)),
    ("o1", "other", "changed", 0.6, square(24, 14, 4)),
)


def write_result(path, before="", after="", objects=OBJECTS, epsg=32614, rejected=()):
    """A GeoPackage with the layers of a result and the JSON that says how it was made."""
    crs = QgsCoordinateReferenceSystem.fromEpsgId(epsg)
    common = [("box_id", TEXT), ("class", TEXT), ("action", TEXT), ("score", REAL)]
    rows = [(list(row[:4]), row[4]) for row in objects]
    boxed = [
        ([*values, "rejected" if values[0] in rejected else None], shape) for values, shape in rows
    ]
    tiles = [(["0_0", "a house"], square(0, 0, 24)), (["0_1", "a road"], square(24, 0, 8))]
    Path(path).unlink(missing_ok=True)
    _layer(path, "tiles", crs, [("tile_id", TEXT), ("caption", TEXT)], tiles)
    _layer(path, "boxes", crs, [*common, ("review", TEXT)], boxed)
    _layer(path, "outlines", crs, common, rows)
    made = {"schema": 2, "before": str(before), "after": str(after), "date_before": "2012-03-18",
            "date_after": "2018-10-05", "model_id": "changevg-nano",
            "parameters": {
                "model": "changevg-nano", "card": "full", "language_url": None,
                "pair": {"bidx": [3, 2, 1], "coregister": False, "nodata": 0},
            }}  # fmt: skip
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, md_standard_uri TEXT, "
                   "metadata TEXT)")  # fmt: skip
        db.execute("CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT, column_name "
                   "TEXT, name TEXT, title TEXT, description TEXT, mime_type TEXT, "
                   "constraint_name TEXT, PRIMARY KEY (table_name, column_name))")  # fmt: skip
        db.execute("INSERT INTO gpkg_metadata (md_standard_uri, metadata) VALUES (?, ?)",
                   ("urn:changevg:provenance:1", json.dumps(made)))  # fmt: skip
    return str(path)


def write_layer(path, shapes, epsg=32614, names=None):
    """A polygon layer with a name per feature."""
    crs = QgsCoordinateReferenceSystem.fromEpsgId(epsg)
    names = names or [f"n{i}" for i in range(len(shapes))]
    rows = [([name], shape) for name, shape in zip(names, shapes, strict=True)]
    _layer(path, "areas", crs, [("name", TEXT)], rows)
    return f"{path}|layername=areas"


def _layer(path, name, crs, columns, rows):
    fields = QgsFields()
    for column, kind in columns:
        fields.append(QgsField(column, kind))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if Path(path).exists():
        options.actionOnExistingFile = (
            QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        )
    kind = rows[0][1].wkbType()
    writer = QgsVectorFileWriter.create(
        str(path), fields, kind, crs, QgsCoordinateTransformContext(), options
    )
    assert writer.hasError() == QgsVectorFileWriter.WriterError.NoError, writer.errorMessage()
    for values, shape in rows:
        feature = QgsFeature(fields)
        feature.setAttributes(values)
        feature.setGeometry(shape)
        assert writer.addFeature(feature)
    del writer


RESULT = {
    "event": "done", "objects": 3, "area_m2": 236.0,
    "by_class": [
        {"class": "building", "action": "appeared", "objects": 2, "area_m2": 200.0},
        {"class": "building", "action": "disappeared", "objects": 1, "area_m2": 36.0},
    ],
    "tiles": {"ok": 2}, "files": {}, "partial": False, "warnings": [], "seconds": 0.1,
}  # fmt: skip


class FakeClient:
    """Plays an engine: keeps what it is asked, and tells the events it was given."""

    def __init__(self, told=None):
        self.told = told
        self.started, self.asked, self.cancelled = [], [], []
        stretch = {"source": "8 bit, as it is"}
        self.facts = {"maps": {"before": stretch, "after": stretch}, "warnings": [],
                      "shift": {"dx_px": 2.25, "dy_px": -1.5, "n_windows": 9}}  # fmt: skip
        self.answer = {"text": "2", "source": "map", "features": [], "tiles": [], "warnings": []}

    def health(self):
        return {"version": "0.1.0", "api": 1, "runs": {"queued": 0, "running": 1}}

    def models(self):
        return [{"id": "nano", "version": "1", "classes": ["road"], "gsd_m": [0.3, 0.7]}]

    def info(self, before, after, options=None):
        if callable(self.facts):
            return self.facts(before, after)
        return self.facts

    def start_run(self, before, after, output, options):
        self.started.append((before, after, output, dict(options)))
        if "aoi" in options:
            # Looked at now: the file goes when the run is done.
            layer = QgsVectorLayer(options["aoi"], "area", "ogr")
            self.area = layer.crs().authid(), [one.geometry() for one in layer.getFeatures()]
        return f"run{len(self.started)}"

    def run(self, run):
        return {"status": "cancelled" if run in self.cancelled else "running"}

    def cancel(self, run):
        self.cancelled.append(run)
        return {}

    def events(self, run, after=None, stop=lambda: False):
        before, after_, output, options = self.started[-1]
        told = self.told
        if told is None:
            write_result(output, before, after_)
            files = {"layers": output, "mask": options.get("mask_out"),
                     "report": options.get("report")}  # fmt: skip
            told = [
                {"event": "stage", "stage": "open", "message": "Opening the pair"},
                {"event": "progress", "stage": "guide", "done": 1, "total": 2},
                {"event": "warning", "message": "The dates seem shifted."},
                {"event": "progress", "stage": "guide", "done": 2, "total": 2},
                {"event": "progress", "stage": "write", "done": 1, "total": 1},
                RESULT | {"files": files},
            ]
        for event in told() if callable(told) else told:
            if stop():
                return
            yield event

    def ask(self, before, after, question, *, bbox=None, aoi=None, options=None, stop=None):
        self.asked.append({"before": before, "after": after, "question": question,
                           "bbox": bbox, "aoi": aoi, "options": options})  # fmt: skip
        return self.answer(self) if callable(self.answer) else self.answer


@pytest.fixture(scope="session")
def registered(changevg):
    """The provider in QGIS's registry; the reference kept here keeps its Python part alive."""
    sys.path.extend(p for p in ["/usr/share/qgis/python/plugins"] if p not in sys.path)
    from processing.core.Processing import Processing

    Processing.initialize()
    registry = QgsApplication.processingRegistry()
    made = module("processing.provider").ChangeVGProvider()
    registry.addProvider(made)
    yield made
    registry.removeProvider(made)


@pytest.fixture
def provider(registered):
    """The provider, in a project of its own."""
    yield registered
    QgsProject.instance().clear()


@pytest.fixture
def engine(provider, monkeypatch):
    """An engine that is none, in the place of the real one."""
    client = FakeClient()
    monkeypatch.setattr(module("processing.engine").engine_link, "running_engine",
                        lambda feedback=None: client)  # fmt: skip
    monkeypatch.setattr(module("processing.engine"), "has_engine", lambda settings: True)
    return client


@pytest.fixture
def run(provider):
    """``processing.run`` that shows nothing."""
    import processing

    def run_one(algorithm, parameters, feedback=None):
        return processing.run(algorithm, parameters, feedback=feedback or Feedback())

    return run_one


@pytest.fixture
def real_pair(tmp_path):
    """A copy of a drawn pair, for the real engine; skips where one of the two is missing."""
    pair = Path(os.environ.get("CHANGEVG_TEST_PAIR") or "none")
    if not Path(os.environ.get("CHANGEVG_TEST_ENGINE", "")).is_file():
        pytest.skip("CHANGEVG_TEST_ENGINE names no engine")
    if not (pair / "before.tif").is_file():
        pytest.skip("CHANGEVG_TEST_PAIR names no folder with a pair")
    folder = tmp_path / "pair"
    folder.mkdir()
    for name in ("before.tif", "after.tif"):
        shutil.copy(pair / name, folder)
    return folder
