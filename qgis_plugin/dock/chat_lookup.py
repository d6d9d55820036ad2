"""Finding objects by their ids in a file of any size, off the main thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsGeometry,
    QgsVectorLayer,
)

from ..errors import PluginError
from ..messages import log
from ..processing.result_layers import layer_uri
from .chat_worker import Worker

IDS_A_QUERY = 900
"""SQLite before 3.32 takes no more than 999 values."""


@dataclass
class Found:
    """Objects of a result that are in its file.

    Attributes
    ----------
    fids : list of int
        Feature ids in the layer ``boxes``.
    shapes : list of QgsGeometry
        In ``crs``.
    """

    fids: list[int] = field(default_factory=list)
    box_ids: list[str] = field(default_factory=list)
    shapes: list[QgsGeometry] = field(default_factory=list)
    crs: QgsCoordinateReferenceSystem = field(default_factory=QgsCoordinateReferenceSystem)


class Lookups:
    """Requests at work, so that they can be forgotten when the dock goes."""

    def __init__(self) -> None:
        self._workers: set[Worker] = set()

    def find(self, package: str, ids: list[str], done: Callable[[Found], None]) -> None:
        """Find boxes of a result, and call back on the main thread, also when there are none."""

        def finished(found: Any, error: PluginError | None) -> None:
            self._workers.discard(worker)
            if error is not None:
                log(str(error), Qgis.MessageLevel.Warning)
            done(found if isinstance(found, Found) else Found())

        worker = Worker(lambda worker: look_up(package, ids), finished)
        self._workers.add(worker)
        worker.start()

    def forget(self) -> None:
        """Call nobody back any more."""
        for worker in self._workers:
            worker.forget()
        self._workers.clear()


def look_up(package: str, ids: list[str]) -> Found:
    """The boxes of a result that have these ids; blocks, so call it off the main thread."""
    rows: list[tuple[int, str]] = []
    address = f"{Path(package).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            for start in range(0, len(ids), IDS_A_QUERY):
                some = ids[start:][:IDS_A_QUERY]
                marks = ", ".join("?" * len(some))
                query = f"SELECT fid, box_id FROM boxes WHERE box_id IN ({marks})"  # nosec B608
                rows += db.execute(query, some).fetchall()
    except sqlite3.Error as error:
        raise PluginError(str(error)) from error
    found = Found([row[0] for row in rows], [str(row[1]) for row in rows])
    # A layer of this thread's own: neither edits nor filters of the project's hide anything.
    layer = QgsVectorLayer(layer_uri(package, "boxes"), "boxes", "ogr", _options())
    found.crs = layer.crs()
    request = QgsFeatureRequest().setFilterFids(found.fids).setNoAttributes()
    found.shapes = [QgsGeometry(feature.geometry()) for feature in layer.getFeatures(request)]
    return found


def _options() -> QgsVectorLayer.LayerOptions:
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    return options
