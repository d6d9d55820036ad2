"""Showing on the map what a sentence rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas

from .chat_lookup import Found, Lookups
from .chat_record import Sentence
from .chat_results import boxes_layer

FLASH_MOST = 300
"""More features than this flash as one rectangle."""
MARGIN, MARGIN_OF_ONE = 1.25, 3.0
"""How much more than the features is shown; one alone needs its surroundings to be recognised."""


class Evidence:
    """Zooms to features and flashes them, whatever the layer's and the map's CRS.

    Parameters
    ----------
    canvas : QgsMapCanvas
    project : QgsProject
    """

    def __init__(self, canvas: QgsMapCanvas, project: QgsProject) -> None:
        self.canvas = canvas
        self.project = project
        self.lookups = Lookups()
        self._asked = 0

    def show(self, package: str, sentence: Sentence, missing: Callable[[], None]) -> None:
        """Zoom to what a sentence rests on, and flash it.

        Parameters
        ----------
        missing : callable
            Called when nothing of it is there any more.
        """
        crs = boxes_layer(self.project, package).crs()
        box = self._map_box(sentence.bbox, crs) if sentence.bbox else None
        others = self._other_shapes(sentence)

        self._asked += 1
        asked = self._asked

        def found(objects: Found) -> None:
            if asked != self._asked:
                return  # something else was asked for in the meantime
            shapes = self._to_map(objects.shapes, objects.crs) + others
            if not shapes and box is None:
                missing()
                return
            # The box holds also the objects that were too many to be named.
            extent = QgsRectangle(box) if box is not None else self._extent(shapes)
            self._zoom(extent, MARGIN_OF_ONE if len(shapes) == 1 else MARGIN)
            self._flash(shapes or [QgsGeometry.fromRect(extent)])

        if sentence.box_ids:
            self.lookups.find(package, sentence.box_ids, found)
        else:
            found(Found())

    def outline(self, rectangle: QgsReferencedRectangle) -> QgsGeometry:
        """A rectangle of any CRS as a shape on the map; empty where it has no place there."""
        shape = QgsGeometry.fromRect(rectangle)
        moved = self._to_map([shape.densifyByCount(16)], rectangle.crs())
        return moved[0] if moved else QgsGeometry()

    def _other_shapes(self, sentence: Sentence) -> list[QgsGeometry]:
        """Features of the project's layers by their names; a name that is not there gives none."""
        found: list[QgsGeometry] = []
        for name in {pair[0] for pair in sentence.features}:
            fids = [pair[1] for pair in sentence.features if pair[0] == name]
            for layer in self.project.mapLayersByName(name)[:1]:
                if isinstance(layer, QgsVectorLayer):
                    picked = layer.getFeatures(QgsFeatureRequest().setFilterFids(fids))
                    found += self._to_map([f.geometry() for f in picked], layer.crs())
        return found

    def _to_map(
        self, shapes: list[QgsGeometry], crs: QgsCoordinateReferenceSystem
    ) -> list[QgsGeometry]:
        change = self._transform(crs)
        kept = []
        for shape in shapes:
            try:
                if not shape.isEmpty() and shape.transform(change) == 0:
                    kept.append(shape)
            except QgsCsException:
                continue  # outside the map's CRS: it cannot be shown there
        return kept

    def _map_box(
        self, bbox: Sequence[float], crs: QgsCoordinateReferenceSystem
    ) -> QgsRectangle | None:
        try:
            return self._transform(crs).transformBoundingBox(QgsRectangle(*bbox))
        except QgsCsException:
            return None

    def _transform(self, crs: QgsCoordinateReferenceSystem) -> QgsCoordinateTransform:
        target = self.canvas.mapSettings().destinationCrs()
        return QgsCoordinateTransform(crs, target, self.project)

    def _extent(self, shapes: list[QgsGeometry]) -> QgsRectangle:
        extent = QgsRectangle()
        for shape in shapes:
            extent.combineExtentWith(shape.boundingBox())
        return extent

    def _zoom(self, extent: QgsRectangle, margin: float = MARGIN) -> None:
        wide = QgsRectangle(extent)
        wide.scale(margin)
        self.canvas.zoomToFeatureExtent(wide)
        self.canvas.refresh()

    def _flash(self, shapes: list[QgsGeometry]) -> None:
        target = self.canvas.mapSettings().destinationCrs()
        if len(shapes) > FLASH_MOST:
            shapes = [QgsGeometry.fromRect(self._extent(shapes))]
        self.canvas.flashGeometries(shapes, target)
