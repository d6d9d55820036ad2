"""Copying a raster that is no plain file (memory, virtual, inside an archive, coverage service)."""

from __future__ import annotations

import math

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsRasterBlockFeedback,
    QgsRasterFileWriter,
    QgsRasterLayer,
    QgsRasterPipe,
    QgsRectangle,
)

from ..translation import tr

OPTIONS = ["COMPRESS=DEFLATE", "TILED=YES", "BIGTIFF=IF_SAFER"]


def copy_values(
    layer: QgsRasterLayer,
    crs: QgsCoordinateReferenceSystem,
    extent: QgsRectangle,
    target: str,
    feedback: QgsProcessingFeedback,
) -> None:
    """Write the layer's values, unchanged, on its own grid, to a GeoTIFF.

    Parameters
    ----------
    layer : QgsRasterLayer
    crs : QgsCoordinateReferenceSystem
        Written into the file.
    extent : QgsRectangle
        In that CRS; widened to whole pixels.
    target : str
    feedback : QgsProcessingFeedback
        Its cancel stops the copy.

    Raises
    ------
    QgsProcessingException
        Writing or reading failed, or the user stopped it.
    """
    area, columns, rows = on_grid(layer, extent)
    pipe = QgsRasterPipe()
    if not pipe.set(layer.dataProvider().clone()):
        raise QgsProcessingException(tr("“{}” cannot be copied.").format(layer.name()))
    writer = QgsRasterFileWriter(target)
    writer.setOutputFormat("GTiff")
    writer.setCreateOptions(OPTIONS)
    watch = QgsRasterBlockFeedback()
    feedback.canceled.connect(watch.cancel)
    try:
        failure = writer.writeRaster(
            pipe, columns, rows, area, crs, QgsCoordinateTransformContext(), watch
        )
    finally:
        feedback.canceled.disconnect(watch.cancel)
    if failure != QgsRasterFileWriter.WriterError.NoError or watch.errors():
        reason = "; ".join(watch.errors()) or str(failure)
        raise QgsProcessingException(
            tr("“{}” could not be copied whole: {}").format(layer.name(), reason)
        )


def on_grid(layer: QgsRasterLayer, extent: QgsRectangle) -> tuple[QgsRectangle, int, int]:
    """The smallest window of whole pixels that holds `extent`, with its columns and rows."""
    whole = layer.extent()
    step_x, step_y = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    # A millionth of a pixel: an extent on a pixel's edge must not take in the next one.
    first_col = max(0, math.floor((extent.xMinimum() - whole.xMinimum()) / step_x + 1e-6))
    last_col = math.ceil((extent.xMaximum() - whole.xMinimum()) / step_x - 1e-6)
    first_row = max(0, math.floor((whole.yMaximum() - extent.yMaximum()) / step_y + 1e-6))
    last_row = math.ceil((whole.yMaximum() - extent.yMinimum()) / step_y - 1e-6)
    last_col, last_row = min(layer.width(), last_col), min(layer.height(), last_row)
    columns, rows = max(1, last_col - first_col), max(1, last_row - first_row)
    west = whole.xMinimum() + first_col * step_x
    north = whole.yMaximum() - first_row * step_y
    area = QgsRectangle(west, north - rows * step_y, west + columns * step_x, north)
    return area, columns, rows
