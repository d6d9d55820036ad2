"""``changevg:comparelayer``: changes against a cadastre or a layer of permits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from qgis.core import (
    Qgis,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsSpatialIndex,
)
from qgis.PyQt.QtCore import QMetaType

from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .change_objects import ChangeObject, ChangeObjects
from .ground import area_m2, measurer
from .local_metres import LocalMetres
from .register_match import STANDING, Match, match

TEXT, REAL = QMetaType.Type.QString, QMetaType.Type.Double
KINDS = ("building", "road", "other")
_POLYGON = Qgis.ProcessingSourceType.VectorPolygon


class CompareLayer(ChangeVGAlgorithm):
    """Says for each changed object whether the register knows it; needs no engine."""

    NAME = "comparelayer"
    GROUP = "results"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Compare changes with a register")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("New and not registered, gone but registered, matched, or offset.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Compares the changed objects of a result with a cadastre, permits or any other "
            "register, and writes each object with its status:\n"
            "matched: stands, and is registered at the same place\n"
            "offset: stands, and is registered within the tolerance\n"
            "new_unregistered: stands, and is not registered\n"
            "gone_registered: is gone, and still registered\n"
            "gone_unregistered: is gone, and not registered\n\n"
            "Distances are measured on the ellipsoid in metres, whatever the CRS of the layers. "
            "The register may hold polygons, lines or points."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("change,cadastre,permit,register,unregistered,illegal,compare,match").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Outlines of a result"), [_POLYGON]),
            tr("The layer outlines (exact) or boxes of a result."),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "REGISTER", tr("Register"), [Qgis.ProcessingSourceType.VectorAnyGeometry]
            ),
            tr("Cadastre, permits or any other layer, in any CRS."),
        )
        self.add(
            QgsProcessingParameterField(
                "REGISTER_ID", tr("Field to copy"), None, "REGISTER", optional=True
            ),
            tr("Value of the matched entry that is written to register_id; its id if empty."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "CLASSES",
                tr("Classes to compare"),
                [tr("Buildings"), tr("Roads"), tr("Other things")],
                allowMultiple=True,
                defaultValue=[0],
            )
        )
        self.add(
            QgsProcessingParameterNumber(
                "TOLERANCE", tr("Tolerance (m)"), Qgis.ProcessingNumberParameterType.Double, 5.0,
                minValue=0,
            ),
            tr("An entry up to this far from an object is the same thing in another place."),
        )  # fmt: skip
        self.add(
            QgsProcessingParameterNumber(
                "MIN_OVERLAP", tr("Overlap of the same place (%)"),
                Qgis.ProcessingNumberParameterType.Double, 50.0, minValue=0, maxValue=100,
            ),
            tr("Shared area over the smaller of the two, from which on they match."),
            advanced=True,
        )  # fmt: skip
        self.add(
            QgsProcessingParameterBoolean("CONFIRMED", tr("Leave out rejected objects"), True),
            tr("Objects that a person marked as rejected in the result."),
            advanced=True,
        )
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", tr("Compared changes"), type=_POLYGON))
        for name, meaning in STANDING.items():
            self.addOutput(QgsProcessingOutputNumber(name.upper(), meaning))

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Open both layers."""
        layer = self.layer_behind(parameters, "INPUT", context)
        rejected = self.parameterAsBool(parameters, "CONFIRMED", context)
        source = self.source(parameters, "INPUT", context)
        self._changes = ChangeObjects(source, layer, leave_out_rejected=rejected)
        self._register = self.source(parameters, "REGISTER", context)

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Match every object of the wanted classes."""
        crs = self._changes.source.sourceCrs()
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, _fields(), Qgis.WkbType.MultiPolygon, crs
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        wanted = {KINDS[i] for i in self.parameterAsEnums(parameters, "CLASSES", context)}
        tolerance = self.parameterAsDouble(parameters, "TOLERANCE", context)
        overlap = self.parameterAsDouble(parameters, "MIN_OVERLAP", context)
        names, shapes, index = self._read_register(parameters, crs, context)
        measure = measurer(crs, context.transformContext())
        counts: Counter[str] = Counter(dict.fromkeys(STANDING, 0))
        total = max(1, self._changes.count())
        for done, change in enumerate(self._changes.read(crs, context)):
            if feedback.isCanceled():
                break
            feedback.setProgress(100 * done / total)
            if change.kind not in wanted and (change.kind in KINDS or "other" not in wanted):
                continue
            extent = change.geometry.boundingBox()
            frame = LocalMetres(measure, extent.center())
            near = index.intersects(frame.around(extent, tolerance))
            found = match(
                change.geometry, change.action == "disappeared",
                ((entry, shapes[entry]) for entry in near), frame, tolerance, overlap,
            )  # fmt: skip
            counts[found.status] += 1
            row = _row(change, found, names, area_m2(measure, change.geometry))
            if not sink.addFeature(row, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "OUTPUT"))
        sink.flushBuffer()
        for name, number in counts.items():
            feedback.pushInfo(f"{name}: {number}")
        return {"OUTPUT": target} | {name.upper(): number for name, number in counts.items()}

    def _read_register(
        self, parameters: dict[str, Any], crs: Any, context: Any
    ) -> tuple[dict[int, str], dict[int, Any], QgsSpatialIndex]:
        """Names and geometries of the register's entries, in `crs`, with an index."""
        chosen = self.parameterAsStrings(parameters, "REGISTER_ID", context)
        request = QgsFeatureRequest().setDestinationCrs(crs, context.transformContext())
        names, shapes, index = {}, {}, QgsSpatialIndex()
        for feature in self._register.getFeatures(request):
            if feature.hasGeometry():
                entry = feature.id()
                index.addFeature(feature)
                geometry = feature.geometry()
                shapes[entry] = geometry if geometry.isGeosValid() else geometry.makeValid()
                names[entry] = str(feature[chosen[0]] if chosen else entry)
        return names, shapes, index


def _fields() -> QgsFields:
    fields = QgsFields()
    for name, kind, alias in (
        ("box_id", TEXT, tr("Object")),
        ("class", TEXT, tr("Class")),
        ("action", TEXT, tr("Change")),
        ("score", REAL, tr("Score")),
        ("area_m2", REAL, tr("Area (m²)")),
        ("status", TEXT, tr("Status")),
        ("register_id", TEXT, tr("Registered as")),
        ("overlap_pct", REAL, tr("Overlap (%)")),
        ("distance_m", REAL, tr("Distance (m)")),
    ):
        field = QgsField(name, kind)
        field.setAlias(alias)
        fields.append(field)
    return fields


def _row(change: ChangeObject, found: Match, names: dict[int, str], area: float) -> QgsFeature:
    feature = QgsFeature(_fields())
    geometry = change.geometry
    geometry.convertToMultiType()
    feature.setGeometry(geometry)
    entry = names[found.entry] if found.entry is not None else None
    feature.setAttributes(
        [
            change.key, change.kind, change.action, change.score, round(area, 1),
            found.status, entry, found.overlap_pct, found.distance_m,
        ]
    )  # fmt: skip
    return feature
