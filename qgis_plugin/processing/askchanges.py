"""``changevg:askchanges``: a question put to features, or an area, of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ..engine_link import LinkCancelled
from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .answer_field import AnswerField
from .area import corners, moved, polygons, write_polygons
from .engine import at_hand, connect, engine_errors
from .ground import measurer
from .local_metres import LocalMetres
from .raster_source import examine, local_file
from .result_layers import package_of, provenance

READ = ("bidx", "after_bidx", "nodata", "stretch", "coregister")
SPOKEN = ("model", "language_url", "language_model", "card")
ONLINE_GSD_M = 0.5
_POLYGONS = [Qgis.ProcessingSourceType.VectorPolygon]


class AskChanges(ChangeVGAlgorithm):
    """Asks the engine about each feature and writes the answers into the result."""

    NAME = "askchanges"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Ask about changes")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Puts a question to chosen features or an area of a result.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Puts one question to every chosen tile, box or outline of a result (or once to an "
            "area), and writes the answers into the result as a new field answer_1, answer_2 …, "
            "with who gave them: measured on the map, said by the language model, or none. Older "
            "answers are not touched.\n\n"
            "The rasters are those the result was made from, unless others are given. Select "
            "features first: each takes the engine some seconds."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("question,answer,ask,change,vqa,attribute").split(",")

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Only with an engine."""
        return at_hand()

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Layer of a result"), _POLYGONS),
            tr("Tiles, boxes or outlines in a result's GeoPackage; the answers are written there."),
        )
        self.add(
            QgsProcessingParameterString("QUESTION", tr("Question")),
            tr("One sentence, as in: How many new buildings?"),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "AOI", tr("Ask once about this area"), _POLYGONS, optional=True
            ),
            tr("One answer for all of the area, written to the features that touch it."),
        )
        for name, label in (("BEFORE", tr("Before")), ("AFTER", tr("After"))):
            self.add(
                QgsProcessingParameterRasterLayer(name, label, optional=True),
                tr("The raster the result was made from if empty."),
                advanced=True,
            )
        self.add(
            QgsProcessingParameterNumber(
                "MARGIN", tr("Ground around each feature (m)"),
                Qgis.ProcessingNumberParameterType.Double, 0.0, minValue=0,
            ),
            tr("The question is about the feature's rectangle, grown by this much."),
            advanced=True,
        )  # fmt: skip
        self.addOutput(QgsProcessingOutputVectorLayer("OUTPUT", tr("The layer with answers")))
        self.addOutput(QgsProcessingOutputString("FIELD", tr("Field the answers are in")))
        self.addOutput(QgsProcessingOutputString("ANSWER", tr("The answer, where it is one")))
        self.addOutput(QgsProcessingOutputNumber("ANSWERED", tr("Features with an answer")))
        self.addOutput(QgsProcessingOutputNumber("UNANSWERED", tr("Features without one")))

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Find the result, its rasters and the features."""
        layer = self.layer_behind(parameters, "INPUT", context)
        package = package_of(layer) if layer is not None else None
        made = provenance(package) if package is not None else None
        if layer is None or package is None or made is None:
            raise QgsProcessingException(
                tr("The layer is not in a GeoPackage written by ChangeVG; answers belong there.")
            )
        if layer.isEditable():
            raise QgsProcessingException(
                tr("“{}” is being edited: save or drop the edits first.").format(layer.name())
            )
        self._layer_source, self._layer_id = layer.source(), layer.id()
        if not self.parameterAsString(parameters, "QUESTION", context).strip():
            raise QgsProcessingException(tr("There is no question."))
        self._rasters = [
            self._raster(parameters, name, Path(package).parent / made[name.lower()], context)
            for name in ("BEFORE", "AFTER")
        ]
        self._options = _as_the_run(made.get("parameters", {}))
        self._input = self.source(parameters, "INPUT", context)

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Ask, and write each answer as it comes: a stop keeps those that are there."""
        question = self.parameterAsString(parameters, "QUESTION", context).strip()
        margin = self.parameterAsDouble(parameters, "MARGIN", context)
        area = None
        if self.parameterAsSource(parameters, "AOI", context) is not None:
            area = self.source(parameters, "AOI", context)
        source = self._input
        crs = self._rasters[0].crs
        files = []
        for raster in self._rasters:
            # Online layers are copied: no more of them than the result covers.
            wanted = moved(source.sourceExtent(), source.sourceCrs(), raster.crs, context)
            files.append(local_file(raster, wanted, ONLINE_GSD_M, feedback))
        asked = self._areas(area, margin, crs, context, feedback)
        if "language_url" in self._options:
            feedback.pushWarning(
                tr("Images of these places are sent to {}, as they were by the run.").format(
                    self._options["language_url"]
                )
            )
        client = connect(feedback)
        answers, told, unanswered = None, [], 0
        try:
            for done, (ids, where) in enumerate(asked):
                with engine_errors():
                    answer = client.ask(
                        *files, question, **where, options=self._options, stop=feedback.isCanceled
                    )
                answers = answers or AnswerField(self._layer_source, question)
                answers.write(ids, answer["text"], answer["source"])
                told.append(answer["text"])
                unanswered += len(ids) if answer["source"] == "none" else 0
                for warning in answer.get("warnings", []):
                    feedback.pushWarning(warning)
                feedback.setProgress(100 * (done + 1) / len(asked))
        except QgsProcessingException as error:
            if not isinstance(error.__cause__, LinkCancelled):
                raise
            feedback.pushWarning(
                tr("Stopped: {} of {} answers are written.").format(len(told), len(asked))
            )
        written = sum(len(ids) for ids, _ in asked[: len(told)]) - unanswered
        different = list(dict.fromkeys(told))
        if len(different) == 1:
            feedback.pushInfo(different[0])
        feedback.pushInfo(
            tr("{} of {} features have an answer.").format(written, source.featureCount())
        )
        return {
            "OUTPUT": self._layer_source,
            "FIELD": answers.name if answers else "",
            "ANSWER": different[0] if len(different) == 1 else "",
            "ANSWERED": written,
            "UNANSWERED": unanswered,
        }

    def postProcessAlgorithm(  # noqa: N802
        self, context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Show the new field in the project's layer; this is the main thread."""
        layer = QgsProject.instance().mapLayer(self._layer_id)
        if isinstance(layer, QgsVectorLayer):
            layer.dataProvider().reloadData()
            layer.updateFields()
            layer.triggerRepaint()
        return {}

    def _raster(self, parameters: dict[str, Any], name: str, recorded: Path, context: Any) -> Any:
        if parameters.get(name) is not None:
            layer = self.parameterAsRasterLayer(parameters, name, context)
            return examine(layer, parameters[name])
        if not recorded.is_file():
            raise QgsProcessingException(
                tr("The raster {} that the result was made from is gone: choose one ({}).").format(
                    recorded, name
                )
            )
        return examine(QgsRasterLayer(str(recorded), recorded.name), recorded)

    def _areas(
        self,
        area: Any,
        margin: float,
        crs: QgsCoordinateReferenceSystem,
        context: Any,
        feedback: QgsProcessingFeedback,
    ) -> list[tuple[list[int], dict[str, Any]]]:
        """What to ask about: ids of the features it concerns, and ``bbox`` or ``aoi``."""
        source = self._input
        if area is not None:
            ids = _touching(source, area, context)
            return [(ids, {"aoi": write_polygons(area, context, feedback)})]
        measure = measurer(source.sourceCrs(), context.transformContext())
        asked: list[tuple[list[int], dict[str, Any]]] = []
        for feature in source.getFeatures(QgsFeatureRequest().setNoAttributes()):
            if feature.hasGeometry():
                extent = feature.geometry().boundingBox()
                grown = LocalMetres(measure, extent.center()).around(extent, margin)
                box = moved(grown, source.sourceCrs(), crs, context)
                asked.append(([feature.id()], {"bbox": corners(box)}))
        return asked


def _touching(source: Any, area: Any, context: Any) -> list[int]:
    """Ids of the source's features that touch the area's polygons."""
    request = QgsFeatureRequest().setNoAttributes()
    request.setDestinationCrs(area.sourceCrs(), context.transformContext())
    whole = QgsGeometry.unaryUnion([geometry.makeValid() for geometry in polygons(area)])
    return [
        feature.id()
        for feature in source.getFeatures(request)
        if feature.hasGeometry() and feature.geometry().intersects(whole)
    ]


def _as_the_run(parameters: dict[str, Any]) -> dict[str, Any]:
    """How the result's run read the pair, and who spoke, for questions about it."""
    pair = parameters.get("pair", {})
    given = {name: pair.get(name) for name in READ} | {n: parameters.get(n) for n in SPOKEN}
    return {
        name: value for name, value in given.items() if value is not None and value is not False
    }
