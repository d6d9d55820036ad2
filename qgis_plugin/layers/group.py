"""A result as one group of the layer tree: changes on top, the rasters of both dates beneath."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsProject, QgsVectorLayer

from ..errors import PluginError
from ..processing.result_layers import LAYERS, layer_uri
from ..translation import tr
from .dress import dress
from .rasters import add_beneath
from .result import Result, role_of


def titles() -> dict[str, str]:
    """Names of the layers, from the top of the group down."""
    return {"boxes": tr("Changed objects"), "outlines": tr("Outlines"), "tiles": tr("Tiles")}


def load_result(package: str, project: QgsProject, place: str = "") -> QgsVectorLayer:
    """Add a result to a project as a group named by its dates and its area, on top of the tree.

    Returns
    -------
    QgsVectorLayer
        The layer of changed objects. Where the result is in the project already, its own.

    Raises
    ------
    PluginError
        The file is no result, or a layer of it cannot be opened.
    """
    result = Result.open(package)
    names = titles()
    layers = []
    for name, shown in names.items():
        layers.append(QgsVectorLayer(layer_uri(package, name), shown, "ogr"))
        if not layers[-1].isValid():
            raise PluginError(
                tr("The layer {} of {} cannot be opened.").format(name, package),
                tr("Is the file complete? A run writes it at its end."),
            )
    group: QgsLayerTreeGroup = project.layerTreeRoot().insertGroup(0, result.title(place))
    for layer in layers:
        project.addMapLayer(layer, False)
        group.addLayer(layer).setExpanded(role_of(layer) == "boxes")
        dress(layer, result)
    complete_group(layers[0], result, project)
    return layers[0]


def complete_group(layer: Any, result: Result, project: QgsProject) -> None:
    """Add the rasters of both dates beneath the result's layers, once all of them are there."""
    node = project.layerTreeRoot().findLayer(layer.id())
    if node is None or node.parent() is project.layerTreeRoot():
        return
    if {role_of(one.layer()) for one in _of(node, result)} < set(LAYERS):
        return
    for one in _of(node, result):
        # What is filled would lie over the pictures that are to be compared.
        one.setItemVisibilityChecked(role_of(one.layer()) == "boxes")
    replaced = add_beneath(node, result, project)
    if replaced:
        node.parent().setName(_renamed(node.parent().name(), result, replaced))


def _renamed(name: str, result: Result, replaced: list[str]) -> str:
    """A group's name with the dates of a rerun; a name the user gave is kept."""
    pattern = re.escape(tr("Change{} · {}")).replace(r"\{\}", r"(?: \S+ → \S+)?", 1)
    found = re.fullmatch(pattern.replace(r"\{\}", "(.+)"), name)
    if found is None:
        return name
    # The place may have been called by the raster that is gone.
    named = found[1] not in {Path(source).stem for source in replaced}
    return result.title(found[1] if named else "")


def _of(node: QgsLayerTreeLayer, result: Result) -> list[QgsLayerTreeLayer]:
    """The nodes of a result's layers in a node's group."""
    return [
        one
        for one in node.parent().findLayers()
        if isinstance(one.layer(), QgsVectorLayer) and Result.of_layer(one.layer()) == result
    ]
