"""What can be done with one object from the identify results, the table and the map.

They are the plugin's own and never saved into a layer: a project or a GeoPackage of somebody else
brings no code with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsApplication
from qgis.gui import QgsGui, QgsMapLayerAction

from ..translation import tr
from .result import Result


class FeatureAction(QgsMapLayerAction):
    """One action for features of results.

    Parameters
    ----------
    act : callable
        Called with the layer and the feature.
    possible : callable
        Called with the layer's result: whether it can be done at all.
    """

    def __init__(
        self,
        text: str,
        name: str,
        icon: str,
        act: Callable[[Any, Any], Any],
        possible: Callable[[Result], bool],
    ) -> None:
        super().__init__(
            text,
            None,
            Qgis.MapLayerActionTargets(Qgis.MapLayerActionTarget.SingleFeature),
            QgsApplication.getThemeIcon(icon),
        )
        self.setObjectName(name)
        self._possible = possible
        self.triggeredForFeatureV2.connect(lambda layer, feature, context: act(layer, feature))

    def canRunUsingLayer(self, layer: Any, context: Any = None) -> bool:  # noqa: N802
        """Whether QGIS offers it for a layer."""
        result = Result.of_layer(layer)
        return result is not None and self._possible(result)


class FeatureActions:
    """Adds the actions to QGIS, and takes them away.

    Parameters
    ----------
    zoom, swipe, ask, report : callable
        Called with the layer and the feature.
    can_ask : callable
        Whether there is somebody to ask.
    """

    def __init__(
        self,
        zoom: Callable[[Any, Any], Any],
        swipe: Callable[[Any, Any], Any],
        ask: Callable[[Any, Any], Any],
        report: Callable[[Any, Any], Any],
        can_ask: Callable[[], bool],
    ) -> None:
        self.actions = [
            FeatureAction(
                tr("Zoom to this change"), "changevgZoomToChange", "mActionZoomTo.svg", zoom,
                lambda result: True,
            ),
            FeatureAction(
                tr("Swipe before and after here"), "changevgSwipeHere", "mActionSplitFeatures.svg",
                swipe, lambda result: bool(result.raster("before") and result.raster("after")),
            ),
            FeatureAction(
                tr("Ask about this change"), "changevgAskAboutChange", "mActionContextHelp.png",
                ask, lambda result: can_ask(),
            ),
            FeatureAction(
                tr("Open the report of the run"), "changevgOpenReport", "mActionOpenTable.svg",
                report, lambda result: result.report() is not None,
            ),
        ]  # fmt: skip
        for action in self.actions:
            QgsGui.mapLayerActionRegistry().addMapLayerAction(action)

    def remove(self) -> None:
        """Take the actions away."""
        for action in self.actions:
            QgsGui.mapLayerActionRegistry().removeMapLayerAction(action)
        self.actions.clear()
