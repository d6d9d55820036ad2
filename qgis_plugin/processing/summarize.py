"""``changevg:summarize``: changes per polygon of any layer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from qgis.core import (
    Qgis,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingUtils,
    QgsSpatialIndex,
)
from qgis.PyQt.QtCore import QMetaType

from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .area import only_polygons, sound
from .change_objects import ChangeObject, ChangeObjects
from .ground import area_m2, measurer
from .sentences import Group, sentence

INTEGER, REAL, TEXT = QMetaType.Type.Int, QMetaType.Type.Double, QMetaType.Type.QString
_POLYGONS = [Qgis.ProcessingSourceType.VectorPolygon]
LARGEST_PART, EVERY = 0, 1
_UNCHECKED = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks  # repaired here


class Summarize(ChangeVGAlgorithm):
    """Counts, areas and a sentence for each polygon; needs no engine."""

    NAME = "summarize"
    GROUP = "results"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Summarize changes by polygon")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Counts, areas and one sentence for each district, parcel or other polygon.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Copies a polygon layer (districts, parcels, map sheets …) and says for each polygon "
            "what changed in it: numbers of objects, changed area on the ground in m², and one "
            "sentence.\n\n"
            "An object that lies in several polygons is counted once, where its largest part lies, "
            "so the numbers of districts add up; its area is divided between them. For "
            "overlapping polygons choose to count it in every one it touches."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("change,statistics,zonal,district,count,area,report,summary").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Polygons"), _POLYGONS),
            tr("Districts, parcels or any other polygons, in any CRS."),
        )
        self.add(
            QgsProcessingParameterFeatureSource("CHANGES", tr("Outlines of a result"), _POLYGONS),
            tr("The layer outlines (exact areas) or boxes of a result."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "COUNTING",
                tr("Count an object"),
                [tr("Once, where its largest part lies"), tr("In every polygon it touches")],
                defaultValue=LARGEST_PART,
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("CONFIRMED", tr("Leave out rejected objects"), True),
            tr("Objects that a person marked as rejected in the result."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Summary"), type=_POLYGONS[0]),
        )
        self.addOutput(QgsProcessingOutputNumber("POLYGONS", tr("Polygons")))
        self.addOutput(QgsProcessingOutputNumber("OBJECTS", tr("Objects in the polygons")))
        self.addOutput(QgsProcessingOutputNumber("OUTSIDE", tr("Objects in none")))

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Open both layers."""
        self._input = self.source(parameters, "INPUT", context)
        layer = self.layer_behind(parameters, "CHANGES", context)
        rejected = self.parameterAsBool(parameters, "CONFIRMED", context)
        source = self.source(parameters, "CHANGES", context)
        self._changes = ChangeObjects(source, layer, leave_out_rejected=rejected)

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Divide the objects between the polygons, then write each polygon with its sums."""
        counting = self.parameterAsEnum(parameters, "COUNTING", context)
        fields = QgsProcessingUtils.combineFields(self._input.fields(), _new_fields())
        crs = self._input.sourceCrs()
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, self._input.wkbType(), crs
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        sums, outside = self._divide(counting, context, feedback)
        measure = measurer(crs, context.transformContext())
        polygons = 0
        for feature in self._input.getFeatures(QgsFeatureRequest(), _UNCHECKED):
            if feedback.isCanceled():
                break
            made = QgsFeature(fields)
            made.setGeometry(feature.geometry())
            whole = area_m2(measure, sound(feature.geometry()))
            made.setAttributes(feature.attributes() + _values(sums[feature.id()], whole))
            if not sink.addFeature(made, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "OUTPUT"))
            polygons += 1
        sink.flushBuffer()
        objects = sum(number for table in sums.values() for number, _ in table.values())
        feedback.pushInfo(
            tr("{} polygons, {} objects in them, {} outside").format(polygons, objects, outside)
        )
        return {"OUTPUT": target, "POLYGONS": polygons, "OBJECTS": objects, "OUTSIDE": outside}

    def _divide(
        self, counting: int, context: Any, feedback: QgsProcessingFeedback
    ) -> tuple[defaultdict[int, dict[tuple[str, str], tuple[int, float]]], int]:
        """Numbers and areas by polygon, class and action; and how many objects lie in none."""
        sums: defaultdict[int, dict[tuple[str, str], tuple[int, float]]] = defaultdict(dict)
        geometries, repaired = {}, 0
        index = QgsSpatialIndex()
        wanted = QgsFeatureRequest().setNoAttributes()
        for feature in self._input.getFeatures(wanted, _UNCHECKED):
            if feature.hasGeometry():
                geometry = feature.geometry()
                shape = geometries[feature.id()] = sound(geometry)
                repaired += shape is not geometry
                index.addFeature(feature.id(), shape.boundingBox())
        if repaired:
            feedback.pushWarning(tr("{} polygons were invalid and were repaired.").format(repaired))
        crs = self._input.sourceCrs()
        measure = measurer(crs, context.transformContext())
        total, outside = max(1, self._changes.count()), 0
        for done, change in enumerate(self._changes.read(crs, context)):
            if feedback.isCanceled():
                break
            parts = _parts(change, index, geometries, measure)
            outside += not parts
            largest = max(parts, key=lambda one: (parts[one], -one)) if parts else None
            for polygon, area in parts.items():
                key = (change.kind, change.action)
                number, known = sums[polygon].get(key, (0, 0.0))
                counts = counting == EVERY or polygon == largest
                sums[polygon][key] = (number + counts, known + area)
            feedback.setProgress(90 * done / total)
        return sums, outside


def _parts(
    change: ChangeObject, index: QgsSpatialIndex, geometries: dict[int, Any], measure: Any
) -> dict[int, float]:
    """Area in m² of the object's part in each polygon it lies in."""
    parts = {}
    for polygon in index.intersects(change.geometry.boundingBox()):
        shared = only_polygons(geometries[polygon].intersection(change.geometry))
        area = area_m2(measure, shared)
        if area > 0:
            parts[polygon] = area
    return parts


def _new_fields() -> QgsFields:
    fields = QgsFields()
    for name, kind, alias in (
        ("n_changes", INTEGER, tr("Changes")),
        ("n_building", INTEGER, tr("Buildings")),
        ("n_road", INTEGER, tr("Roads")),
        ("n_other", INTEGER, tr("Other things")),
        ("n_appeared", INTEGER, tr("Appeared")),
        ("n_disappeared", INTEGER, tr("Disappeared")),
        ("n_changed", INTEGER, tr("Changed")),
        ("changed_area_m2", REAL, tr("Changed area (m²)")),
        ("changed_pct", REAL, tr("Changed share (%)")),
        ("change_text", TEXT, tr("What changed")),
    ):
        field = QgsField(name, kind)
        field.setAlias(alias)
        fields.append(field)
    return fields


def _values(table: dict[tuple[str, str], tuple[int, float]], whole: float) -> list[Any]:
    def number(place: int, value: str) -> int:
        return sum(count for key, (count, _) in table.items() if key[place] == value)

    groups: list[Group] = [(*key, count, area) for key, (count, area) in table.items()]
    known = {"building", "road"}
    area = sum(one[3] for one in groups)
    total = sum(one[2] for one in groups)
    return [
        total,
        number(0, "building"),
        number(0, "road"),
        sum(one[2] for one in groups if one[0] not in known),
        number(1, "appeared"),
        number(1, "disappeared"),
        number(1, "changed"),
        round(area, 1),
        round(100 * area / whole, 3) if whole else None,
        _said(groups, area),
    ]


def _said(groups: list[Group], area: float) -> str:
    """The sentence; it also tells of objects that only reach in."""
    if area and not any(one[2] for one in groups):
        return tr("Only parts of objects that are counted next door.")
    return sentence(groups)
