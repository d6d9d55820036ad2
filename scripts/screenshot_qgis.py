r"""Draw a result as QGIS draws it: before and after side by side, boxes with their default style.

Runs in QGIS's own Python (``from qgis.core import Qgis`` must work), with or without a display::

    QT_QPA_PLATFORM=offscreen PYTHONNOUSERSITE=1 /usr/bin/python3 scripts/screenshot_qgis.py \
        before.tif after.tif changes.gpkg picture.png

LAYERS is a GeoPackage, or a folder of FlatGeobuf or GeoJSON files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateTransform,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter

MARGIN, GAP, HEAD, FOOT = 28, 18, 84, 52
PAPER, INK, SOFT = "#ffffff", "#1b2228", "#5b6770"


def main() -> int:
    """Read the arguments, draw, write the PNG."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("layers")
    parser.add_argument("output")
    parser.add_argument("--width", type=int, default=900, help="width of one panel in pixels")
    parser.add_argument("--tiles", action="store_true", help="draw the tiles too")
    arguments = parser.parse_args()
    application = QgsApplication([], False)
    QgsApplication.setPrefixPath("/usr", True)
    application.initQgis()
    try:
        image = _draw(arguments)
        if not image.save(arguments.output):
            print(f"cannot write {arguments.output}", file=sys.stderr)
            return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        # Layers must go before the application does, or QGIS crashes at exit.
        QgsProject.instance().clear()
        application.exitQgis()
    return 0


def _draw(arguments: argparse.Namespace) -> QImage:
    before = _valid(QgsRasterLayer(arguments.before, "Before"), arguments.before)
    after = _valid(QgsRasterLayer(arguments.after, "After"), arguments.after)
    names = ["boxes", "outlines"] + (["tiles"] if arguments.tiles else [])
    plain = [_vector(arguments.layers, name) for name in names]
    labelled = [_vector(arguments.layers, name) for name in names]
    for layer in plain:
        layer.setLabelsEnabled(False)
    # The project owns them from here on.
    QgsProject.instance().addMapLayers([before, after, *plain, *labelled], False)

    extent = _extent(before, after)
    size = QSize(arguments.width, round(arguments.width * extent.height() / extent.width()))
    panels = [
        _render([*plain, before], before, extent, size),
        _render([*labelled, after], before, extent, size),
    ]
    return _compose(panels, labelled[0], before, size)


def _valid(layer: QgsMapLayer, source: str) -> QgsMapLayer:
    if not layer.isValid():
        raise ValueError(f"QGIS cannot open {source}")
    return layer


def _vector(source: str, name: str) -> QgsVectorLayer:
    path = Path(source)
    uri = f"{source}|layername={name}"
    if path.is_dir():
        files = [path / f"{name}{suffix}" for suffix in (".fgb", ".geojson", ".parquet")]
        uri = str(next((file for file in files if file.exists()), files[0]))
    layer = _valid(QgsVectorLayer(uri, name, "ogr"), uri)
    _, loaded = layer.loadDefaultStyle()
    if not loaded:
        raise ValueError(f"{uri} has no default style")
    return layer


def _extent(before: QgsRasterLayer, after: QgsRasterLayer) -> QgsRectangle:
    """The ground both dates have, in the CRS of the earlier one."""
    shared = before.extent()
    other = QgsCoordinateTransform(after.crs(), before.crs(), QgsProject.instance())
    overlap = shared.intersect(other.transformBoundingBox(after.extent()))
    if overlap.isEmpty():
        raise ValueError("The rasters do not overlap.")
    return overlap


def _render(
    layers: list[QgsMapLayer], frame: QgsRasterLayer, extent: QgsRectangle, size: QSize
) -> QImage:
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(frame.crs())
    settings.setExtent(extent)
    settings.setOutputSize(size)
    settings.setOutputDpi(110)
    settings.setBackgroundColor(QColor(PAPER))
    settings.setFlag(Qgis.MapSettingsFlag.Antialiasing, True)
    settings.setFlag(Qgis.MapSettingsFlag.UseAdvancedEffects, True)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def _compose(
    panels: list[QImage], boxes: QgsVectorLayer, frame: QgsRasterLayer, size: QSize
) -> QImage:
    width = 2 * MARGIN + 2 * size.width() + GAP
    sheet = QImage(width, HEAD + size.height() + FOOT, QImage.Format.Format_RGB32)
    sheet.fill(QColor(PAPER))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    title = boxes.metadata().title() or "Changed objects"
    _text(painter, MARGIN, 16, title, 15, INK, bold=True)
    facts = f"{boxes.featureCount()} objects, {frame.crs().userFriendlyIdentifier()}"
    _text(painter, MARGIN, 50, facts, 10, SOFT)
    for index, (panel, word) in enumerate(zip(panels, ("Before", "After"), strict=True)):
        left = MARGIN + index * (size.width() + GAP)
        painter.drawImage(left, HEAD, panel)
        _tag(painter, left + 10, HEAD + 10, word)
    _legend(painter, boxes, MARGIN, HEAD + size.height() + 16)
    painter.end()
    return sheet


def _legend(painter: QPainter, boxes: QgsVectorLayer, left: int, top: int) -> None:
    for category in boxes.renderer().categories():
        symbol = category.symbol().clone()
        picture = symbol.asImage(QSize(22, 22))
        painter.drawImage(left, top, picture)
        left += 30
        left += _text(painter, left, top + 2, category.label(), 11, INK) + 28


def _tag(painter: QPainter, left: int, top: int, text: str) -> None:
    painter.setFont(QFont("Open Sans", 11))
    wide = painter.fontMetrics().horizontalAdvance(text)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 20, 24, 190))
    painter.drawRoundedRect(QRectF(left, top, wide + 20, 26), 4, 4)
    _text(painter, left + 10, top + 3, text, 11, "#ffffff")


def _text(
    painter: QPainter, left: int, top: int, text: str, size: int, colour: str, bold: bool = False
) -> int:
    """Draw one line with its top at `top`; return its width."""
    font = QFont("Open Sans", size)
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    painter.drawText(left, top + metrics.ascent(), text)
    return metrics.horizontalAdvance(text)


if __name__ == "__main__":
    sys.exit(main())
