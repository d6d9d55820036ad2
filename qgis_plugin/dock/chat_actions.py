"""What an answer may do on the map: zoom, select, filter, and what other parts offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qgis.core import QgsProject, QgsVectorLayer

from ..errors import PluginError
from ..translation import tr
from .chat_evidence import Evidence
from .chat_lookup import Found
from .chat_record import Sentence
from .chat_results import ids_filter, layers_of

AT_ONCE = ("zoom", "select", "filter", "swipe")
"""Done when the answer asks for them; the others wait for a click."""
OWN = ("zoom", "select", "filter")

Told = Callable[["PluginError | None"], None]
Handler = Callable[[str, "dict[str, Any]"], None]


class Actions:
    """Runs the actions of answers. They change the view and the selection, never data.

    Parameters
    ----------
    evidence : Evidence
    project : QgsProject

    Attributes
    ----------
    handlers : dict of str to callable
        What other parts of the plugin do for ``swipe``, ``report`` and ``export``: called with the
        result's path and the action's arguments.
    """

    def __init__(self, evidence: Evidence, project: QgsProject) -> None:
        self.evidence = evidence
        self.project = project
        self.handlers: dict[str, Handler] = {}
        self._filters: dict[str, str] = {}

    def offered(self, name: str) -> bool:
        """Whether there is something that does this."""
        return name in OWN or name in self.handlers

    def run(self, package: str, action: Mapping[str, Any], told: Told) -> None:
        """Do one action, perhaps a moment later.

        Parameters
        ----------
        told : callable
            Called with None when it is done, or with the reason why it cannot be.
        """
        try:
            self._run(package, action, told)
        except PluginError as error:
            told(error)

    def _run(self, package: str, action: Mapping[str, Any], told: Told) -> None:
        name, arguments = action["name"], dict(action.get("arguments") or {})
        if name in self.handlers:
            self.handlers[name](package, arguments)
        elif name == "zoom":
            self.evidence.show(package, Sentence.of(arguments), lambda: told(gone()))
        elif name == "select":
            self._boxes(package)
            self._find(package, arguments, self._select, told)
        elif name == "filter" and arguments.get("clear") is True:
            self.unfilter(package)
            told(None)
        elif name == "filter":
            self._boxes(package)
            self._find(package, arguments, self._filter, told)

    def filtered(self, package: str) -> bool:
        """Whether an answer's filter is on."""
        return any(layer.id() in self._filters for layer in self._layers(package))

    def unfilter(self, package: str) -> None:
        """Show again what was shown before answers filtered.

        Raises
        ------
        PluginError
            A layer is being edited; what it showed before is remembered still.
        """
        layers = [layer for layer in self._layers(package) if layer.id() in self._filters]
        _end_editing(layers)
        for layer in layers:
            _set_filter(layer, self._filters[layer.id()])
            del self._filters[layer.id()]

    def _find(
        self,
        package: str,
        arguments: Mapping[str, Any],
        act: Callable[[str, Found], None],
        told: Told,
    ) -> None:
        """Look up an action's objects: nothing of an answer but ids that exist is ever used."""

        def found(objects: Found) -> None:
            try:
                if not objects.fids:
                    raise gone()
                act(package, objects)
            except PluginError as error:
                told(error)
            else:
                told(None)

        self.evidence.lookups.find(package, complete(arguments), found)

    def _select(self, package: str, objects: Found) -> None:
        for layer in self._boxes(package):
            layer.selectByIds(objects.fids)

    def _filter(self, package: str, objects: Found) -> None:
        condition = ids_filter(objects.box_ids)
        layers = self._layers(package)
        _end_editing(layers)
        for layer in layers:
            before = layer.subsetString()
            _set_filter(layer, condition)
            self._filters.setdefault(layer.id(), before)

    def _boxes(self, package: str) -> list[QgsVectorLayer]:
        found = layers_of(self.project, package, "boxes")
        if not found:
            raise PluginError(
                tr("The changed objects are not in this project."),
                tr("Add the layer “boxes” of {}.").format(package),
            )
        return found

    def _layers(self, package: str) -> list[QgsVectorLayer]:
        names = ("boxes", "outlines")
        return [layer for name in names for layer in layers_of(self.project, package, name)]


def gone() -> PluginError:
    """What is said when the objects of an answer are not there any more."""
    return PluginError(tr("What the answer rests on is not on the map any more."))


def _end_editing(layers: list[QgsVectorLayer]) -> None:
    """QGIS filters no layer that is open for edits; where nothing is unsaved they can be closed."""
    for layer in layers:
        if layer.isModified():
            raise PluginError(
                tr("“{}” is being edited and cannot be filtered.").format(layer.name()),
                tr("Save or drop the edits first."),
            )
    for layer in layers:
        if layer.isEditable():
            layer.rollBack()


def _set_filter(layer: QgsVectorLayer, condition: str) -> None:
    if not layer.setSubsetString(condition):
        raise PluginError(
            tr("The filter of “{}” could not be changed.").format(layer.name()),
            tr("Is the layer being edited, or its file not there?"),
        )


def complete(arguments: Mapping[str, Any]) -> list[str]:
    """The ids of an action, all of them or none: a part would be taken for the whole."""
    meant = Sentence.of(arguments)
    if not meant.box_ids:
        raise PluginError(tr("The answer names no objects."))
    if arguments.get("truncated") is True or meant.n_features > len(meant.box_ids):
        raise PluginError(
            tr("The answer is about too many objects ({}) for this.").format(meant.n_features),
            tr("Ask for fewer, for instance for those of one class or place."),
        )
    return meant.box_ids
