"""Colours and words of a result, from the style that came with it."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCategorizedSymbolRenderer, QgsSymbolLayerUtils
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QIcon

from ..translation import tr

PLAIN = "#ffd400"
ICON = 16


def words() -> dict[str, str]:
    """What people read for the values of the fields class, action and review."""
    return {
        "building": tr("Building"), "road": tr("Road"), "other": tr("Other"),
        "appeared": tr("Appeared"), "disappeared": tr("Disappeared"), "changed": tr("Changed"),
        "confirmed": tr("Confirmed"), "rejected": tr("Rejected"), "unsure": tr("Unsure"),
    }  # fmt: skip


def action_icons(layer: Any) -> dict[str, QIcon]:
    """The layer's own symbol of each action, as small as a list shows it."""
    return {
        str(category.value()): QgsSymbolLayerUtils.symbolPreviewIcon(
            category.symbol(), QSize(ICON, ICON), 1
        )
        for category in _categories(layer)
    }


def action_colour(layer: Any, feature: Any) -> QColor:
    """Colour of an object on the map: that of the topmost line of its symbol."""
    action = feature.attribute("action") if feature.fields().indexOf("action") >= 0 else None
    for category in _categories(layer):
        if category.value() == action:
            symbol = category.symbol()
            return QColor(symbol.symbolLayer(symbol.symbolLayerCount() - 1).color())
    return QColor(PLAIN)


def _categories(layer: Any) -> list[Any]:
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer):
        return []
    return [one for one in renderer.categories() if one.symbol() is not None]
