"""Copying an online map (WMS, XYZ tiles) of a wanted extent, and proving that nothing is missing.

A tile that did not arrive leaves a transparent hole. Read as "no change" it would be a lie, so a
block with holes is read again and, if they stay, the copy is refused.
"""

from __future__ import annotations

import math

from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsRasterBlockFeedback,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtGui import QImage

from ..translation import tr
from .ground import pixel_size

BLOCK_PX = 512
TRIES = 3
MOST_PIXELS = 20_000 * 20_000


def copy_picture(
    layer: QgsRasterLayer,
    crs: QgsCoordinateReferenceSystem,
    extent: QgsRectangle,
    gsd_m: float,
    target: str,
    feedback: QgsProcessingFeedback,
) -> None:
    """Write an online map as red, green and blue bytes to a GeoTIFF.

    Parameters
    ----------
    layer : QgsRasterLayer
    crs : QgsCoordinateReferenceSystem
    extent : QgsRectangle
        In that CRS.
    gsd_m : float
        Ground sample distance of the copy, metres.
    target : str
    feedback : QgsProcessingFeedback

    Raises
    ------
    QgsProcessingException
        It is too large, has holes, or the user stopped it.
    """
    step_x, step_y = pixel_size(crs, extent, gsd_m)
    columns = max(1, math.ceil(extent.width() / step_x))
    rows = max(1, math.ceil(extent.height() / step_y))
    if columns * rows > MOST_PIXELS:
        raise QgsProcessingException(
            tr(
                "A copy of “{}” would have {} × {} pixels. Choose a smaller extent, or coarser "
                "pixels for online layers."
            ).format(layer.name(), columns, rows)
        )
    options = ["COMPRESS=DEFLATE", "TILED=YES", "PHOTOMETRIC=RGB"]
    made = gdal.GetDriverByName("GTiff").Create(target, columns, rows, 3, gdal.GDT_Byte, options)
    if made is None:
        raise QgsProcessingException(
            tr("{} cannot be written: {}").format(target, gdal.GetLastErrorMsg())
        )
    made.SetProjection(crs.toWkt())
    made.SetGeoTransform((extent.xMinimum(), step_x, 0, extent.yMaximum(), 0, -step_y))
    for row in range(0, rows, BLOCK_PX):
        feedback.setProgressText(tr("Copying “{}”: row {} of {}").format(layer.name(), row, rows))
        for col in range(0, columns, BLOCK_PX):
            width, height = min(BLOCK_PX, columns - col), min(BLOCK_PX, rows - row)
            west, north = extent.xMinimum() + col * step_x, extent.yMaximum() - row * step_y
            part = QgsRectangle(west, north - height * step_y, west + width * step_x, north)
            image = _whole_block(layer, part, width, height, feedback)
            rgb = image.convertToFormat(QImage.Format.Format_RGB888)
            stride = rgb.bytesPerLine()
            pixels = rgb.constBits().asstring(stride * height)
            made.WriteRaster(
                col, row, width, height, pixels, width, height, gdal.GDT_Byte,
                band_list=[1, 2, 3], buf_pixel_space=3, buf_line_space=stride, buf_band_space=1,
            )  # fmt: skip
    made.FlushCache()


def _whole_block(
    layer: QgsRasterLayer,
    part: QgsRectangle,
    width: int,
    height: int,
    feedback: QgsProcessingFeedback,
) -> QImage:
    """One block without holes."""
    problem = ""
    for _ in range(TRIES):
        if feedback.isCanceled():
            raise QgsProcessingException(tr("Stopped while copying “{}”.").format(layer.name()))
        watch = QgsRasterBlockFeedback()
        feedback.canceled.connect(watch.cancel)
        try:
            block = layer.dataProvider().block(1, part, width, height, watch)
        finally:
            feedback.canceled.disconnect(watch.cancel)
        image = block.image() if block.isValid() else QImage()
        holes = width * height if image.isNull() else transparent_pixels(image)
        if not holes and not watch.errors():
            return image
        share = 100 * holes / (width * height)
        problem = "; ".join(watch.errors()) or tr("{:.1f} % of the pixels are empty").format(share)
    raise QgsProcessingException(
        tr(
            "“{}” could not be read whole at {}: {}. Nothing is read as “no change” that was not "
            "seen: try again later, or choose an extent that the service covers."
        ).format(layer.name(), part.toString(2), problem)
    )


def transparent_pixels(image: QImage) -> int:
    """Pixels of an image that are not fully opaque."""
    if not image.hasAlphaChannel():
        return 0
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    width = alpha.width()
    opaque = sum(
        alpha.constScanLine(row).asstring(width).count(b"\xff") for row in range(alpha.height())
    )
    return int(width * alpha.height() - opaque)
