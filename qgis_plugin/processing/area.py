"""The wanted area: an extent and polygons, as the engine takes them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsRectangle,
    QgsVectorFileWriter,
)

from ..translation import tr

BESIDE = ".area-"
"""Between a result's name and the digest of its area."""


def write_polygons(
    source: Any, context: Any, feedback: QgsProcessingFeedback, beside: str | None = None
) -> str:
    """Write a source's polygons, repaired where they must be, to a GeoPackage.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        Polygons with a CRS.
    context : QgsProcessingContext
    feedback : QgsProcessingFeedback
    beside : str, optional
        A result; the file lies beside it, named by its content, and is not written twice: a
        stopped run goes on only with the very same area file. In the temporary folder by default.

    Returns
    -------
    str
        The file; in the source's CRS.

    Raises
    ------
    QgsProcessingException
        There is no polygon, or the file cannot be written.
    """
    shapes = _sound(source, feedback)
    if beside is None:
        target = QgsProcessingUtils.generateTempFilename("area.gpkg")
    else:
        content = hashlib.sha256(source.sourceCrs().toWkt().encode())
        for shape in shapes:
            content.update(bytes(shape.asWkb()))
        target = f"{beside}{BESIDE}{content.hexdigest()[:12]}.gpkg"
        if Path(target).is_file():
            return target
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "area"
    writer = QgsVectorFileWriter.create(
        target, QgsFields(), Qgis.WkbType.MultiPolygon, source.sourceCrs(),
        context.transformContext(), options,
    )  # fmt: skip
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(shape)
        writer.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
    failure, reason = writer.hasError(), writer.errorMessage()
    del writer  # closes the file
    if failure != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(tr("{} cannot be written: {}").format(target, reason))
    return target


def remove_areas(result: str) -> None:
    """Remove the area files beside a finished result."""
    path = Path(result)
    for file in path.parent.iterdir():
        if file.name.startswith(path.name + BESIDE) and file.suffix == ".gpkg":
            file.unlink()


def _sound(source: Any, feedback: QgsProcessingFeedback) -> list[QgsGeometry]:
    """A source's polygons as valid multipolygons."""
    shapes, repaired = [], 0
    for geometry in polygons(source):
        shape = sound(geometry)
        repaired += shape is not geometry
        if not shape.isEmpty():
            shape.convertToMultiType()
            shapes.append(shape)
    if repaired:
        feedback.pushWarning(
            tr("{} polygons of the area were invalid and were repaired.").format(repaired)
        )
    if not shapes:
        raise QgsProcessingException(
            tr("The area layer “{}” has no polygon.").format(source.sourceName())
        )
    return shapes


def sound(geometry: QgsGeometry) -> QgsGeometry:
    """The geometry itself, or, where it is invalid, what can be made of its areas."""
    if geometry.isNull() or geometry.isGeosValid():
        return geometry
    return only_polygons(geometry.makeValid())


def polygons(source: Any) -> Any:
    """Geometries of a source, invalid ones too: they are repaired, not refused."""
    flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
    for feature in source.getFeatures(QgsFeatureRequest().setNoAttributes(), flag):
        if feature.hasGeometry():
            yield feature.geometry()


def only_polygons(geometry: QgsGeometry) -> QgsGeometry:
    """What of a repaired geometry is an area."""
    kind = Qgis.GeometryType.Polygon
    if geometry.type() == kind and geometry.wkbType() != Qgis.WkbType.GeometryCollection:
        return geometry
    parts = [part for part in geometry.asGeometryCollection() if part.type() == kind]
    return QgsGeometry.unaryUnion(parts) if parts else QgsGeometry()


def moved(
    extent: QgsRectangle,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: Any,
) -> QgsRectangle:
    """An extent's bounding box in another CRS."""
    if source == target:
        return QgsRectangle(extent)
    change = QgsCoordinateTransform(source, target, context.transformContext())
    return change.transformBoundingBox(extent)


def corners(extent: QgsRectangle) -> list[float]:
    """xmin, ymin, xmax, ymax."""
    return [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
