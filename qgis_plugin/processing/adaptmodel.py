"""``changevg:adaptmodel``: a model tuned on what a person confirmed and rejected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingUtils,
)

from ..translation import tr
from . import adapt_process
from .adapt_page import numbers, outputs, page, verdict
from .algorithm import ChangeVGAlgorithm
from .raster_source import examine, local_file
from .result_layers import package_of, provenance

ONLINE_GSD_M = 0.5
MODEL, ADAPTED = "changevg-nano", "changevg-nano-adapted"
_POLYGONS = [Qgis.ProcessingSourceType.VectorPolygon]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class AdaptModel(ChangeVGAlgorithm):
    """Runs the engine's own Python on the reviewed boxes and keeps the model if it is better."""

    NAME = "adaptmodel"
    GROUP = "engine"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Adapt the model to reviewed boxes")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Makes a model that finds fewer false objects in a place you have reviewed.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Takes the boxes that you confirmed and rejected in a result, reads the rasters there "
            "again, and tunes the model: the last layers of its network, and which probability, "
            "size and score an object must reach. It takes some minutes. Start with the lowest "
            "scores; 50 reviews are a good number, ten of a class with two rejected ones the "
            "least.\n\n"
            "For the network the engine's environment needs the packages torch and onnx (extra "
            "“adapt”). Without them only the values are tuned, and the log says so.\n\n"
            "The tuned model is tried on reviewed places that it was not tuned on, and kept only "
            "if it is better there. It is added under its own name: choose it as the model of the "
            "next run. The original stays as it is.\n\n"
            "To take a tuned model away again, give its name and choose to revert."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("model,adapt,tune,train,review,false alarms,threshold,learn,revert").split(",")

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Only with an engine on this computer."""
        return adapt_process.at_hand()

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        add = self.add
        add(
            QgsProcessingParameterFeatureSource(
                "INPUT", tr("Reviewed boxes"), _POLYGONS, optional=True
            ),
            tr("The layer boxes of a result, with reviews. Save its edits first."),
        )
        for name, label in (("BEFORE", tr("Before")), ("AFTER", tr("After"))):
            add(
                QgsProcessingParameterRasterLayer(name, label, optional=True),
                tr("The raster the result was made from if empty."),
                advanced=True,
            )
        add(
            QgsProcessingParameterString("MODEL", tr("Model to adapt"), MODEL),
            tr("Its id; the engine's status lists them."),
            advanced=True,
        )
        add(
            QgsProcessingParameterString("MODEL_NAME", tr("Name of the adapted model"), ADAPTED),
            tr("Letters, digits, point, hyphen and underscore. An adapted model of this name is "
               "replaced."),
        )  # fmt: skip
        add(
            QgsProcessingParameterNumber(
                "MINUTES", tr("Most time for reading (minutes)"),
                Qgis.ProcessingNumberParameterType.Double, 10.0, minValue=0.1, maxValue=600,
            ),
            tr("Places with reviews are read in a random order until the time is over."),
        )  # fmt: skip
        add(
            QgsProcessingParameterBoolean("REVERT", tr("Revert: take this model away"), False),
            tr("Deletes the adapted model of the given name; nothing else is done."),
        )
        add(
            QgsProcessingParameterFileDestination(
                "OUTPUT", tr("Report"), tr("HTML file (*.html)"), optional=True
            ),
            tr("A page with the numbers before and after."),
        )
        self.addOutput(QgsProcessingOutputBoolean("KEPT", tr("The adapted model was kept")))
        self.addOutput(QgsProcessingOutputString("MODEL_ID", tr("Model to use from now on")))
        for name, label in outputs().items():
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Check the name, find the result and its rasters."""
        self._name = self.parameterAsString(parameters, "MODEL_NAME", context).strip()
        if not _ID.fullmatch(self._name):
            raise QgsProcessingException(
                tr("“{}” is no name of a model: letters, digits, . - and _ only.").format(
                    self._name
                )
            )
        self._model = self.parameterAsString(parameters, "MODEL", context).strip() or MODEL
        self._revert = self.parameterAsBool(parameters, "REVERT", context)
        if self._revert:
            return
        if self._name == self._model:
            raise QgsProcessingException(
                tr("The adapted model needs a name of its own, other than {}.").format(self._model)
            )
        layer = self.layer_behind(parameters, "INPUT", context)
        package = package_of(layer) if layer is not None else None
        if layer is None or package is None or provenance(package) is None:
            raise QgsProcessingException(
                tr("Choose the boxes of a result: a GeoPackage written by ChangeVG.")
            )
        if layer.isEditable():
            raise QgsProcessingException(
                tr("“{}” is being edited: save or drop the edits first.").format(layer.name())
            )
        self._package = package
        self._rasters = {
            name: examine(self.parameterAsRasterLayer(parameters, name, context), parameters[name])
            for name in ("BEFORE", "AFTER")
            if parameters.get(name)
        }
        if any(raster.picture for raster in self._rasters.values()):
            raise QgsProcessingException(
                tr("Online layers cannot be read here: leave the rasters empty, or choose files.")
            )

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the tuning as a process of its own and tell what it found."""
        if self._revert:
            found = adapt_process.run(["--revert", self._name], feedback)
            parent = str(found.get("parent") or MODEL)
            feedback.pushInfo(tr("{} is gone; use {} again.").format(self._name, parent))
            return {"KEPT": False, "MODEL_ID": parent}
        folder = Path(QgsProcessingUtils.generateTempFilename("adapted")).parent / self._name
        minutes = self.parameterAsDouble(parameters, "MINUTES", context)
        arguments = ["--layers", self._package, "--model", self._model, "--out", str(folder)]
        arguments += ["--name", self._name, "--minutes", format(minutes, "g"), "--add"]
        for name, raster in self._rasters.items():
            file = local_file(raster, raster.extent, ONLINE_GSD_M, feedback)
            arguments += [f"--{name.lower()}", file]
        report = adapt_process.run(arguments, feedback)
        if not report:
            feedback.pushWarning(tr("Stopped: no model was made, the original is as it was."))
            return {"KEPT": False, "MODEL_ID": self._model}
        feedback.pushInfo(verdict(report))
        if report.get("why_values"):
            feedback.pushInfo(tr("Only values were tuned: {}").format(report["why_values"]))
        results = numbers(report) | {
            "KEPT": bool(report["kept"]),
            "MODEL_ID": str(report["id"] if report["kept"] else self._model),
        }
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        if target:
            try:
                Path(target).write_text(page(report), encoding="utf-8")
            except OSError as error:
                raise QgsProcessingException(
                    tr("{} cannot be written: {}").format(target, error.strerror)
                ) from error
            results["OUTPUT"] = target
        return results
