"""Raster layers as files that the engine can read, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsRectangle,
)

from ..translation import tr
from .copy_picture import copy_picture
from .copy_values import copy_values

SUBDATASET = re.compile(r"[A-Za-z][A-Za-z0-9_]+:")
"""``NETCDF:…`` and the like; one letter alone is a drive."""
PICTURES = (Qgis.DataType.ARGB32, Qgis.DataType.ARGB32_Premultiplied)


@dataclass(frozen=True)
class RasterInput:
    """One date's raster layer, as plain values that any thread may hold.

    Attributes
    ----------
    path : str or None
        The local file, where the layer is one that the engine reads as it is.
    picture : bool
        Values are a rendered picture (WMS, XYZ): its pixel size is a matter of choice.
    assigned_crs : bool
        The layer's CRS is not the file's own.
    """

    name: str
    source: str
    provider: str
    crs: QgsCoordinateReferenceSystem
    extent: QgsRectangle
    path: str | None
    picture: bool
    assigned_crs: bool = False


def examine(layer: QgsRasterLayer | None, value: Any) -> RasterInput:
    """Look at a layer; cheap enough for the main thread.

    Parameters
    ----------
    layer : QgsRasterLayer or None
        As Processing found it.
    value : object
        What the user gave, for the message.

    Raises
    ------
    QgsProcessingException
        The layer is gone, cannot be read, or has no CRS.
    """
    if layer is None:
        raise QgsProcessingException(_missing(value))
    if not layer.isValid():
        raise QgsProcessingException(_missing(layer.source()))
    provider, source = layer.providerType(), layer.source()
    path = _plain_file(provider, source)
    if path is not None and not Path(path).is_file():
        raise QgsProcessingException(_missing(path))
    if not layer.crs().isValid():
        raise QgsProcessingException(
            tr(
                "The raster “{}” has no CRS, so it has no place on Earth. Set its CRS first (layer "
                "menu, Layer CRS), or use Assign projection."
            ).format(layer.name())
        )
    data = layer.dataProvider()
    return RasterInput(
        name=layer.name(),
        source=source,
        provider=provider,
        crs=layer.crs(),
        extent=layer.extent(),
        path=path,
        picture=data.dataType(1) in PICTURES,
        assigned_crs=path is not None and data.crs() != layer.crs(),
    )


def local_file(
    raster: RasterInput,
    wanted: QgsRectangle | None,
    gsd_m: float,
    feedback: QgsProcessingFeedback,
) -> str:
    """A file with the raster's pixels: its own, or a copy in the temporary folder.

    Parameters
    ----------
    raster : RasterInput
    wanted : QgsRectangle or None
        The part that is needed, in the raster's CRS; all of it by default.
    gsd_m : float
        Ground sample distance of a copied picture, metres.
    feedback : QgsProcessingFeedback

    Raises
    ------
    QgsProcessingException
        It cannot be copied whole.
    """
    if raster.path is not None and not raster.assigned_crs:
        return raster.path
    folder = Path(QgsProcessingUtils.generateTempFilename("raster"))
    folder.mkdir(parents=True, exist_ok=True)
    if raster.path is not None:
        return _with_crs(raster, folder / "with_crs.vrt", feedback)
    target = str(folder / "copy.tif")
    feedback.pushInfo(
        tr("“{}” is not a plain file: it is copied to {} first.").format(raster.name, target)
    )
    # A layer of its own: the project's belongs to the main thread.
    layer = QgsRasterLayer(raster.source, raster.name, raster.provider)
    if not layer.isValid():
        raise QgsProcessingException(_missing(raster.name))
    extent = raster.extent if wanted is None else raster.extent.intersect(wanted)
    if extent.isEmpty():
        raise QgsProcessingException(
            tr("“{}” does not reach into the wanted extent.").format(raster.name)
        )
    if raster.picture:
        copy_picture(layer, raster.crs, extent, gsd_m, target, feedback)
    else:
        copy_values(layer, raster.crs, extent, target, feedback)
    return target


def _plain_file(provider: str, source: str) -> str | None:
    """The path behind a source that is nothing but a path; it need not exist."""
    if provider != "gdal":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("gdal", source)
    if any(parts.get(key) for key in ("layerName", "vsiPrefix", "vsiSuffix", "openOptions")):
        return None
    path = str(parts.get("path", ""))
    if path.startswith(("/vsi", "<")) or "://" in path or SUBDATASET.match(path):
        return None
    return str(Path(path).absolute())


def _with_crs(raster: RasterInput, target: Path, feedback: QgsProcessingFeedback) -> str:
    """A small file that points to the raster and carries the CRS the user gave it in QGIS."""
    made = gdal.Translate(str(target), raster.path, format="VRT", outputSRS=raster.crs.toWkt())
    if made is None:
        raise QgsProcessingException(_missing(raster.path))
    made.FlushCache()
    feedback.pushInfo(
        tr("“{}”: its CRS is the one set in QGIS, {}.").format(
            raster.name, raster.crs.userFriendlyIdentifier()
        )
    )
    return str(target)


def _missing(source: Any) -> str:
    return tr(
        "The raster “{}” cannot be read: it was moved, deleted or renamed, or the service does not "
        "answer. Repair its source (layer menu, Change Data Source), or choose another layer."
    ).format(source)
