"""The part of a result that a question is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QLocale

from ..translation import tr
from .chat_results import selected_ids

WHOLE, EXTENT, SELECTION, RECTANGLE, OBJECTS = KINDS = (
    "whole", "extent", "selection", "rectangle", "objects"
)  # fmt: skip
IDS_MOST = 10_000
"""Boxes one question may name; more are too long for a request."""


@dataclass(frozen=True)
class Place:
    """What a question is about, in words and as the engine takes it.

    Attributes
    ----------
    text : str
        For the chip; never empty.
    context : dict
        Empty for the whole result.
    problem : str
        Why the question cannot be about this; empty where it can.
    """

    text: str
    context: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass
class Choice:
    """Which part is chosen; what it comes to is looked up at the moment of asking."""

    kind: str = WHOLE
    rectangle: QgsReferencedRectangle | None = None
    box_ids: tuple[str, ...] = ()

    def place(self, project: QgsProject, canvas: QgsMapCanvas | None, package: str) -> Place:
        """The chosen part as it is now."""
        if self.kind == EXTENT and canvas is not None:
            crs = canvas.mapSettings().destinationCrs()
            return Place(tr("Map extent"), _box(canvas.mapSettings().visibleExtent(), crs))
        if self.kind == RECTANGLE and self.rectangle is not None:
            return Place(tr("Rectangle"), _box(self.rectangle, self.rectangle.crs()))
        if self.kind == SELECTION:
            return _objects(selected_ids(project, package), tr("Nothing is selected"))
        if self.kind == OBJECTS:
            return _objects(list(self.box_ids), tr("No objects"))
        return Place(tr("Whole result"))


def words_of(context: Mapping[str, Any]) -> str:
    """The part a question of an earlier conversation was about; empty for the whole result."""
    selection = context.get("selection")
    if isinstance(selection, list) and selection:
        return _objects(selection, "").text
    return tr("A part of the map") if context.get("bbox") else ""


def _objects(ids: list[str], none: str) -> Place:
    if not ids:
        return Place(
            none, {}, tr("Select objects of the result on the map, or choose another part.")
        )
    count = QLocale().toString(len(ids))
    text = tr("1 object") if len(ids) == 1 else tr("{} objects").format(count)
    if len(ids) > IDS_MOST:
        most = QLocale().toString(IDS_MOST)
        return Place(text, {}, tr("Select at most {} objects.").format(most))
    return Place(text, {"selection": ids})


def _box(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> dict[str, Any]:
    if extent.isEmpty():
        return {}
    sides = [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
    name = crs.authid()
    # Only EPSG's codes mean the same to every program; others go by their definition.
    known = (
        name
        if name.startswith("EPSG:")
        else crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT2_2019)
    )
    return {"bbox": sides, "crs": known}
