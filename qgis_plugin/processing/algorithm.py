"""What all algorithms of the provider share."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
)
from qgis.PyQt.QtGui import QIcon
from qgis.utils import pluginMetadata

from ..translation import tr
from .icons import icon


class ChangeVGAlgorithm(QgsProcessingAlgorithm):
    """Base class: name, group, icon, help page; a subclass names itself in ``NAME``."""

    NAME = ""
    GROUP = "changes"

    def createInstance(self) -> QgsProcessingAlgorithm:  # noqa: N802
        """A fresh one for every run."""
        return type(self)()

    def name(self) -> str:
        """Id within the provider; never translated, never changed."""
        return self.NAME

    def groupId(self) -> str:  # noqa: N802
        """Id of the group."""
        return self.GROUP

    def group(self) -> str:
        """Title of the group."""
        titles = {
            "changes": tr("Find changes"),
            "results": tr("Work with results"),
            "engine": tr("Engine"),
        }
        return titles[self.GROUP]

    def icon(self) -> QIcon:
        """The algorithm's own icon."""
        return icon(self.NAME)

    def helpUrl(self) -> str:  # noqa: N802
        """The project's page, as the plugin's metadata name it; empty outside a plugin."""
        page = pluginMetadata(__name__.split(".")[0], "homepage")
        return page if page.startswith("http") else ""

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Open the inputs and keep what the run needs; cheap, in the main thread.

        Raises
        ------
        QgsProcessingException
            They cannot work; said in the dialog before anything starts.
        """

    def checkParameterValues(  # noqa: N802
        self, parameters: dict[str, Any], context: Any
    ) -> tuple[bool, str]:
        """Refuse what cannot work, with the reason."""
        try:
            # First: the base class knows of a missing file only that it is missing.
            self.look(parameters, context)
        except QgsProcessingException as error:
            return False, str(error)
        good, reason = super().checkParameterValues(parameters, context)
        return good, reason

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> bool:
        """Take from the project's layers what the run needs; it runs in another thread."""
        self.look(parameters, context)
        return True

    def add(self, parameter: Any, help_text: str = "", *, advanced: bool = False) -> None:
        """Add a parameter with its help; advanced ones are folded away in dialogs."""
        parameter.setHelp(help_text)
        if advanced:
            flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
            parameter.setFlags(parameter.flags() | flag)
        self.addParameter(parameter)

    def source(self, parameters: dict[str, Any], name: str, context: Any) -> Any:
        """A feature source with a CRS.

        Raises
        ------
        QgsProcessingException
            It cannot be opened, or has no CRS.
        """
        source: QgsProcessingFeatureSource | None = self.parameterAsSource(
            parameters, name, context
        )
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        if not source.sourceCrs().isValid():
            raise QgsProcessingException(
                tr(
                    "The layer “{}” has no CRS, so it has no place on Earth. Set its CRS first "
                    "(layer menu, Layer CRS).",
                ).format(source.sourceName())
            )
        return source

    def layer_behind(self, parameters: dict[str, Any], name: str, context: Any) -> Any:
        """The layer a feature source reads from, also where only its selection was chosen."""
        value = parameters.get(name)
        if isinstance(value, QgsProcessingFeatureSourceDefinition):
            source = value.source.staticValue()
            return QgsProcessingUtils.mapLayerFromString(str(source), context)
        return self.parameterAsVectorLayer(parameters, name, context)
