"""The list as a spreadsheet, and the reviewed objects as training data."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType

from ..errors import PluginError
from ..layers.result import Result
from ..layers.style import words
from ..processing.result_layers import PROVENANCE
from ..translation import tr

DRIVERS = {".xlsx": "XLSX", ".ods": "ODS"}
WORDED = ("class", "action", "review")
BATCH = 400


@dataclass
class Sheet:
    """What a spreadsheet is made of, taken from the layer in the main thread.

    Attributes
    ----------
    source : QgsVectorLayerFeatureSource
        A copy of the layer's state that another thread may read, with its unsaved edits.
    fids : list of int
        Features in the order of the list.
    """

    source: Any
    fids: list[int]
    fields: Any
    titles: list[str]
    to_lonlat: QgsCoordinateTransform

    @classmethod
    def of(cls, layer: Any, fids: list[int]) -> Sheet:
        """Take a layer's features for a spreadsheet; main thread only."""
        lonlat = QgsCoordinateReferenceSystem("EPSG:4326")
        return cls(
            QgsVectorLayerFeatureSource(layer),
            list(fids),
            QgsFields(layer.fields()),
            [layer.attributeDisplayName(index) for index in range(len(layer.fields()))],
            QgsCoordinateTransform(layer.crs(), lonlat, QgsProject.instance()),
        )

    def write(self, path: str, feedback: Any) -> int:
        """Write the file; for a task. What was there is replaced when all of it is written.

        Returns
        -------
        int
            Rows written.

        Raises
        ------
        PluginError
            The file cannot be written, or it was cancelled.
        """
        target = Path(path)
        # Drivers and the writer go by the ending.
        ending = target.suffix if target.suffix.lower() in DRIVERS else ".xlsx"
        part = target.with_name(f"{target.stem}.part{ending}")
        try:
            done = self._fill(str(part), feedback)
            part.replace(target)
        except OSError as error:
            raise _unwritable(path, str(error.strerror or error)) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return done

    def _fill(self, path: str, feedback: Any) -> int:
        names = [field.name() for field in self.fields]
        kept = [at for at, name in enumerate(names) if name not in ("fid", "tile_ids")]
        columns = QgsFields()
        for at in kept:
            columns.append(QgsField(self.titles[at], self.fields[at].type()))
        for title in (tr("Longitude"), tr("Latitude")):
            columns.append(QgsField(title, QMetaType.Type.Double))
        writer = _writer(path, columns)
        known, done = words(), 0
        try:
            for feature in self._features():
                if feedback.isCanceled():
                    raise PluginError(tr("Cancelled."))
                values = [
                    known.get(feature.attribute(at), feature.attribute(at))
                    if names[at] in WORDED
                    else feature.attribute(at)
                    for at in kept
                ]
                row = QgsFeature(columns)
                row.setAttributes([*values, *self._lonlat(feature)])
                if not writer.addFeature(row):
                    raise _unwritable(path, writer.errorMessage())
                done += 1
                if done % BATCH == 0:
                    feedback.setProgress(100.0 * done / len(self.fids))
            problem = writer.errorMessage()
        finally:
            del writer  # the file is written only now, and without a word where that fails
        if not Path(path).is_file():
            raise _unwritable(path, problem)
        return done

    def _features(self) -> Iterator[QgsFeature]:
        for start in range(0, len(self.fids), BATCH):
            stop = start + BATCH
            wanted = self.fids[start:stop]
            request = QgsFeatureRequest().setFilterFids(wanted)
            found = {feature.id(): feature for feature in self.source.getFeatures(request)}
            yield from (found[fid] for fid in wanted if fid in found)

    def _lonlat(self, feature: Any) -> list[float | None]:
        try:
            point = self.to_lonlat.transform(feature.geometry().centroid().asPoint())
        except (QgsCsException, ValueError):
            return [None, None]
        return [round(point.x(), 7), round(point.y(), 7)]


def _writer(path: str, columns: Any) -> Any:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = DRIVERS.get(Path(path).suffix.lower(), "XLSX")
    options.layerName = tr("Changes")
    try:
        Path(path).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, str(error)) from error
    writer = QgsVectorFileWriter.create(
        path, columns, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem(),
        QgsCoordinateTransformContext(), options,
    )  # fmt: skip
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise _unwritable(path, writer.errorMessage())
    return writer


def _unwritable(path: str, reason: str) -> PluginError:
    return PluginError(
        tr("{} cannot be written. {}").format(path, reason.strip()).strip(),
        tr("Is it open in another program, or the disk full?"),
    )


def write_training_data(result: Result, path: str, feedback: Any) -> int:
    """Copy a result with its saved reviews, as the training reads it; for a task.

    All objects are copied: those without a verdict tell the training which places to leave out.

    Returns
    -------
    int
        Objects that were confirmed or rejected.

    Raises
    ------
    PluginError
        There is no verdict yet, the copy cannot be written, or it was cancelled.
    """
    counted = "SELECT count(*) FROM boxes WHERE review IN ('confirmed', 'rejected')"
    target, part = Path(path), Path(f"{path}.part")
    source = f"{Path(result.package).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(source, uri=True)) as db:
            decided = int(db.execute(counted).fetchone()[0])
            if not decided:
                raise PluginError(
                    tr("Nothing was confirmed or rejected yet."),
                    tr("Review some changes and save them first."),
                )
            part.unlink(missing_ok=True)
            with closing(sqlite3.connect(part)) as copy:
                db.backup(copy, pages=256, progress=lambda *_: _go_on(feedback))
                _name_rasters(copy, result)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(path, str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return decided


def _go_on(feedback: Any) -> None:
    if feedback.isCanceled():
        raise PluginError(tr("Cancelled."))


def _name_rasters(db: sqlite3.Connection, result: Result) -> None:
    """A raster named beside the result is not beside its copy."""
    made = result.made | {
        which: result.raster(which) or result.made.get(which) for which in ("before", "after")
    }
    with db:
        db.execute(
            "UPDATE gpkg_metadata SET metadata = ? WHERE md_standard_uri = ?",
            (json.dumps(made, ensure_ascii=False, indent=2), PROVENANCE),
        )
