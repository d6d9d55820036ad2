"""The layers of a result, to be added to the project in one group when a run is over."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext

from ..translation import tr
from .result_layers import layer_uri, provenance

ORDER = ("tiles", "outlines", "boxes")
"""From the bottom of the group to its top."""


def load_on_completion(package: str, place: str, context: QgsProcessingContext) -> None:
    """Ask Processing to load a result's layers, in a group named by its dates and area.

    Parameters
    ----------
    place : str
        Name of the area, as in ``district 4``.
    """
    title = group_title(provenance(package) or {}, place)
    names = {
        "tiles": tr("Tiles"),
        "outlines": tr("Outlines"),
        "boxes": tr("Changed objects"),
    }
    for position, name in enumerate(ORDER):
        details = QgsProcessingContext.LayerDetails(names[name], context.project(), name.upper())
        details.forceName = True
        details.groupName = title
        details.layerSortKey = position
        context.addLayerToLoadOnCompletion(layer_uri(package, name), details)


def group_title(made: dict[str, Any], place: str) -> str:
    """``Change 2012-03-18 → 2018-10-05 · district 4``."""
    dates = [made.get("date_before") or "?", made.get("date_after") or "?"]
    when = "" if dates == ["?", "?"] else " " + " → ".join(dates)
    return tr("Change{} · {}").format(when, place)
