"""The changed objects of a result, from its boxes or its outlines, brought into another CRS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingException,
)

from ..translation import tr
from .area import only_polygons
from .result_layers import package_of, rejected_ids

NEEDED = ("class", "action")


@dataclass(frozen=True)
class ChangeObject:
    """One changed object.

    Attributes
    ----------
    key : str
        ``box_id``, or the feature's id where a layer has none.
    kind, action : str
        Class and action, as in the layer.
    score : float or None
    geometry : QgsGeometry
        Sound polygons.
    """

    key: str
    kind: str
    action: str
    score: float | None
    geometry: QgsGeometry


class ChangeObjects:
    """Reads changed objects from a feature source.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        The layer boxes or outlines of a result, or a layer with their fields.
    layer : QgsVectorLayer or None
        The layer behind the source; tells where reviews are.
    leave_out_rejected : bool
        Skip what a person rejected; an outline is judged by its box.

    Raises
    ------
    QgsProcessingException
        The source has no fields ``class`` and ``action``.
    """

    def __init__(self, source: Any, layer: Any, *, leave_out_rejected: bool) -> None:
        self.source = source
        self._names = source.fields().names()
        missing = [name for name in NEEDED if name not in self._names]
        if missing:
            raise QgsProcessingException(
                tr(
                    "The layer “{}” has no field {}. Choose the layer outlines or boxes of a "
                    "result."
                ).format(source.sourceName(), ", ".join(missing))
            )
        self._rejected: set[str] = set()
        self._leave_out = leave_out_rejected
        if leave_out_rejected and "review" not in self._names and layer is not None:
            self._rejected = rejected_ids(package_of(layer))

    def count(self) -> int:
        """Objects in the source, rejected ones too."""
        return int(self.source.featureCount())

    def read(self, crs: QgsCoordinateReferenceSystem, context: Any) -> Iterator[ChangeObject]:
        """Every object, in `crs`; those without a geometry are left out."""
        request = QgsFeatureRequest()
        request.setDestinationCrs(crs, context.transformContext())
        for feature in self.source.getFeatures(request):
            if not feature.hasGeometry():
                continue
            key = str(feature["box_id"]) if "box_id" in self._names else str(feature.id())
            if self._is_rejected(feature, key):
                continue
            geometry = feature.geometry()
            if not geometry.isGeosValid():
                geometry = only_polygons(geometry.makeValid())
            score = feature["score"] if "score" in self._names else None
            yield ChangeObject(
                key,
                str(feature["class"]),
                str(feature["action"]),
                float(score) if isinstance(score, (float, int)) else None,
                geometry,
            )

    def _is_rejected(self, feature: Any, key: str) -> bool:
        if not self._leave_out:
            return False
        if "review" in self._names:
            return bool(feature["review"] == "rejected")
        return key in self._rejected
