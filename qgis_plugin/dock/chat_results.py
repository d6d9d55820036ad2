"""The results a project holds, and their objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsMapLayer,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..processing.load_results import group_title
from ..processing.result_layers import layer_uri, package_of, provenance


@dataclass(frozen=True)
class Result:
    """A GeoPackage of changes.

    Attributes
    ----------
    title : str
        As its group in the layer tree, or as such a group is named.
    """

    package: str
    title: str


def result_of(layer: QgsMapLayer | None) -> str | None:
    """The result's GeoPackage a layer lies in, or None."""
    if not isinstance(layer, QgsVectorLayer):
        return None
    package = package_of(layer)
    return package if package is not None and _made(package) else None


def results_in(project: QgsProject) -> list[Result]:
    """The project's results, in the order of its layer tree."""
    found: dict[str, Result] = {}
    for node in project.layerTreeRoot().findLayers():
        package = result_of(node.layer())
        if package is None or package in found:
            continue
        group = node.parent().name() if node.parent() is not None else ""
        found[package] = Result(package, group or title_of(package))
    return list(found.values())


def title_of(package: str) -> str:
    """A name for a result that has no group in the layer tree."""
    return group_title(_made(package), Path(package).stem)


def layers_of(project: QgsProject, package: str, name: str) -> list[QgsVectorLayer]:
    """The project's layers that show one table of a result."""
    return [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and layer.isValid()
        and _table(layer) == name and _same(package_of(layer), package)
    ]  # fmt: skip


def boxes_layer(project: QgsProject, package: str) -> QgsVectorLayer:
    """The boxes of a result: the project's layer, or one that only this call has opened."""
    shown = layers_of(project, package, "boxes")
    return shown[0] if shown else QgsVectorLayer(layer_uri(package, "boxes"), "boxes", "ogr")


def ids_filter(ids: list[str]) -> str:
    """An expression, and a layer's filter, that means these boxes; built from their ids only."""
    quoted = ", ".join("'" + one.replace("'", "''") + "'" for one in ids)
    return f'"box_id" IN ({quoted})'


def selected_ids(project: QgsProject, package: str) -> list[str]:
    """``box_id`` of what is selected in the result's boxes, outlines or both."""
    found: dict[str, None] = {}
    for name in ("boxes", "outlines"):
        for layer in layers_of(project, package, name):
            for feature in layer.selectedFeatures():
                found[str(feature["box_id"])] = None
    return list(found)


def _made(package: str) -> dict[str, Any]:
    try:
        return _provenance(package, Path(package).stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _provenance(package: str, changed: int) -> dict[str, Any]:
    return provenance(package) or {}


def _table(layer: QgsVectorLayer) -> str:
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    return str(parts.get("layerName") or "")


def _same(path: str | None, package: str) -> bool:
    return path is not None and Path(path) == Path(package)
