"""The layers of a result, to be added to the project in one group when a run is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingLayerPostProcessorInterface, QgsProject
from qgis.PyQt import sip

from ..layers.dress import dress
from ..layers.group import complete_group, titles
from ..layers.result import Result, role_of
from ..translation import tr
from .result_layers import group_title, layer_uri, provenance

__all__ = ["ORDER", "group_title", "load_on_completion", "loaded"]

ORDER = ("tiles", "outlines", "boxes")
"""From the bottom of the group to its top."""
loaded: list[Callable[[Any], Any]] = []
"""Called with the layer of changed objects when a run's result is in the project."""


def load_on_completion(package: str, place: str, context: QgsProcessingContext) -> None:
    """Ask Processing to load a result's layers, in a group named by its dates and area.

    Parameters
    ----------
    place : str
        Name of the area, as in ``district 4``.
    """
    title, names = group_title(provenance(package) or {}, place), titles()
    for position, name in enumerate(ORDER):
        details = QgsProcessingContext.LayerDetails(names[name], context.project(), name.upper())
        details.forceName = True
        details.groupName = title
        details.layerSortKey = position
        details.setPostProcessor(_kept_dresser())
        context.addLayerToLoadOnCompletion(layer_uri(package, name), details)


class Dresser(QgsProcessingLayerPostProcessorInterface):
    """Called by Processing for each layer that is in the project now."""

    def postProcessLayer(self, layer: Any, context: Any, feedback: Any) -> None:  # noqa: N802
        """Let the layer explain itself; the last one brings the rasters of both dates."""
        result = Result.of_layer(layer)
        if result is None:
            return
        if layer.isEditable():
            # Begun while the run was going: kept, they would go to whatever has the number now.
            number = len(layer.editBuffer().changedAttributeValues())
            layer.rollBack()
            if number:
                feedback.pushWarning(
                    tr(
                        "“{}” was being edited while its file was replaced: edits of {} features "
                        "that were not saved are dropped."
                    ).format(layer.name(), number)
                )
        # A layer that was in the project shows what it read before the rerun.
        layer.reload()
        # Processing opens a layer without the style that its file brings (users' complaint 23).
        layer.loadDefaultStyle()
        dress(layer, result)
        complete_group(layer, result, context.project() or QgsProject.instance())
        if role_of(layer) == "boxes":
            for tell in loaded:
                tell(layer)


_kept: list[Dresser] = []


def _kept_dresser() -> Dresser:
    """One for one layer: its context deletes it, and Python must not do so before (#48087)."""
    _kept[:] = [one for one in _kept if not sip.isdeleted(one)]
    _kept.append(Dresser())
    return _kept[-1]
