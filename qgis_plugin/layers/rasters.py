"""The rasters of both dates as QGIS's layers, drawn with one stretch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsContrastEnhancement,
    QgsLayerTreeLayer,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsRasterLayer,
)

from ..translation import tr
from .result import DATES, Result

PACKAGE, DATE = "changevg/package", "changevg/date"
BYTE = 255.0


def open_raster(result: Result, which: str) -> QgsRasterLayer | None:
    """One date as a layer of its own; None where the raster is no longer there."""
    source = result.raster(which)
    if source is None:
        return None
    name = tr("Before · {}") if which == "before" else tr("After · {}")
    layer = QgsRasterLayer(source, name.format(result.date(which) or Path(source).stem))
    if not layer.isValid():
        return None
    layer.setCustomProperty(PACKAGE, result.package)
    layer.setCustomProperty(DATE, which)
    _show_bands(layer, result, which)
    return layer


def rasters_of(result: Result, project: QgsProject) -> dict[str, QgsRasterLayer]:
    """The result's rasters in a project: those loaded with it, else others of the same file."""
    found: dict[str, QgsRasterLayer] = {}
    layers = [one for one in project.mapLayers().values() if isinstance(one, QgsRasterLayer)]
    for which in DATES:
        own = [one for one in layers if is_date(one, result, which)]
        source = result.raster(which)
        same = [one for one in layers if source and _same_file(one.source(), source)]
        if own or same:
            found[which] = (own or same)[0]
    return found


def is_date(layer: Any, result: Result, which: str) -> bool:
    """Whether a layer was loaded as this date of this result, and shows what the result rests on.

    A run into the same file may have compared another pair since.
    """
    if not _marked(layer, result, which):
        return False
    source = result.raster(which)
    if source is None:  # it was moved, and its layer perhaps mended: the name tells
        return Path(layer.source()).name == Path(str(result.made.get(which) or "")).name
    return _same_file(layer.source(), source)


def add_beneath(node: QgsLayerTreeLayer, result: Result, project: QgsProject) -> list[str]:
    """Put both dates at the bottom of a layer's group, once, or in place of others' rasters.

    Returns
    -------
    list of str
        Sources of the rasters of an earlier run into the same file, which are gone now.
    """
    group = node.parent()
    replaced: list[str] = []
    for which in ("after", "before"):
        nodes = [one for one in group.findLayers() if one.layer() is not None]
        marked = [one for one in nodes if _marked(one.layer(), result, which)]
        old = [one for one in marked if not is_date(one.layer(), result, which)]
        layer = open_raster(result, which) if len(old) == len(marked) else None
        if layer is not None:
            project.addMapLayer(layer, False)
            _place(layer, group, old)
        replaced += [one.layer().source() for one in old]
        project.removeMapLayers([one.layerId() for one in old])
    return replaced


def _place(layer: QgsRasterLayer, group: Any, old: list[QgsLayerTreeLayer]) -> None:
    """Put a layer where the old one is, shown or hidden as that is; else at the bottom."""
    if not old:
        group.addLayer(layer).setExpanded(False)
        return
    parent = old[0].parent()
    node = parent.insertLayer(parent.children().index(old[0]), layer)
    node.setItemVisibilityChecked(old[0].itemVisibilityChecked())
    node.setExpanded(False)


def _marked(layer: Any, result: Result, which: str) -> bool:
    """Whether a layer was loaded as this date of the result's file, whatever that held then."""
    return bool(
        layer.customProperty(PACKAGE) == result.package and layer.customProperty(DATE) == which
    )


def _show_bands(layer: QgsRasterLayer, result: Result, which: str) -> None:
    """The bands the run read, stretched as it read them: both dates alike."""
    count, limits = layer.bandCount(), _stretch(result, which)
    bands = result.bands(which) or ([1, 2, 3] if count >= 3 else [1, 1, 1])
    if max(bands) > count or len(bands) != 3 or (count == 1 and limits is None):
        return
    provider = layer.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, *bands)
    for band, give in (
        (bands[0], renderer.setRedContrastEnhancement),
        (bands[1], renderer.setGreenContrastEnhancement),
        (bands[2], renderer.setBlueContrastEnhancement),
    ):
        if limits is not None:
            give(_stretched(provider.dataType(band), *limits))
    layer.setRenderer(renderer)


def _stretched(kind: Any, low: float, high: float) -> QgsContrastEnhancement:
    stretch = QgsContrastEnhancement(kind)
    stretch.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    stretch.setMinimumValue(low)
    stretch.setMaximumValue(high)
    return stretch


def _stretch(result: Result, which: str) -> tuple[float, float] | None:
    """Values drawn black and white, from the run's linear map; None where it changed nothing."""
    made = (result.made.get("stretch") or {}).get(which) or {}
    gain, offset = float(made.get("gain") or 1.0), float(made.get("offset") or 0.0)
    if gain <= 0 or (gain, offset) == (1.0, 0.0):
        return None
    return -offset / gain, (BYTE - offset) / gain


def _same_file(source: str, path: str) -> bool:
    return source == path or (Path(source).is_file() and Path(source).samefile(path))
