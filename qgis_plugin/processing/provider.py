"""The Processing provider ``changevg``."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..translation import tr
from .adaptmodel import AdaptModel
from .askchanges import AskChanges
from .checkpair import CheckPair
from .comparelayer import CompareLayer
from .describechanges import DescribeChanges
from .enginestatus import EngineStatus
from .icons import icon
from .summarize import Summarize

ALGORITHMS = (
    DescribeChanges,
    CheckPair,
    AskChanges,
    CompareLayer,
    Summarize,
    AdaptModel,
    EngineStatus,
)


class ChangeVGProvider(QgsProcessingProvider):
    """Everything ChangeVG offers in the toolbox, the modeler, batch and ``qgis_process``."""

    def id(self) -> str:
        """Never translated, never changed: models and scripts name it."""
        return "changevg"

    def name(self) -> str:
        """Name in the toolbox."""
        return "ChangeVG"

    def longName(self) -> str:  # noqa: N802
        """Name with what it does."""
        return tr("ChangeVG: what changed between two rasters, in words and on the map")

    def icon(self) -> QIcon:
        """Icon of the provider."""
        return icon("changevg")

    def loadAlgorithms(self) -> None:  # noqa: N802
        """Add every algorithm."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
