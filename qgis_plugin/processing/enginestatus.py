"""``changevg:enginestatus``: is the engine there, which one, and what can it do."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .engine import connect, engine_errors


class EngineStatus(ChangeVGAlgorithm):
    """Asks the engine for its health and its models; an engine that is not there is no error."""

    NAME = "enginestatus"
    GROUP = "engine"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Engine status")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Says whether the engine runs, its version and its models.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Starts the engine if it is installed and not running, and says its version, what it "
            "is doing, and which models it has. If there is no engine, it says what to do; the "
            "output READY is then false."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("engine,status,version,model,health,server,doctor").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the outputs; there are no inputs."""
        self.addOutput(QgsProcessingOutputBoolean("READY", tr("The engine answers")))
        self.addOutput(QgsProcessingOutputString("VERSION", tr("Version of the engine")))
        self.addOutput(QgsProcessingOutputNumber("API", tr("Version of its interface")))
        self.addOutput(QgsProcessingOutputNumber("RUNNING", tr("Runs at work")))
        self.addOutput(QgsProcessingOutputNumber("QUEUED", tr("Runs that wait")))
        self.addOutput(QgsProcessingOutputString("MODELS", tr("Ids of its models")))
        self.addOutput(QgsProcessingOutputString("MESSAGE", tr("Why it does not answer")))

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Ask."""
        try:
            client = connect(feedback)
            with engine_errors():
                health, models = client.health(), client.models()
        except QgsProcessingException as error:
            feedback.reportError(str(error), False)
            return {"READY": False, "MESSAGE": str(error)}
        runs = health.get("runs", {})
        feedback.pushInfo(
            tr("Engine {}, interface {}, {} runs at work, {} waiting").format(
                health["version"], health["api"], runs.get("running", 0), runs.get("queued", 0)
            )
        )
        for model in models:
            low, high = model["gsd_m"]
            feedback.pushInfo(
                tr("Model {} {}: {}; pixels of {}–{} m").format(
                    model["id"], model["version"], ", ".join(model["classes"]), low, high
                )
            )
        return {
            "READY": True,
            "VERSION": health["version"],
            "API": health["api"],
            "RUNNING": runs.get("running", 0),
            "QUEUED": runs.get("queued", 0),
            "MODELS": ", ".join(model["id"] for model in models),
            "MESSAGE": "",
        }
