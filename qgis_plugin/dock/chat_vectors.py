"""The project's own layers that questions may be about, once the user allows it."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject, QgsProviderRegistry, QgsVectorLayer
from qgis.PyQt.QtWidgets import QMenu

from ..translation import tr
from .chat_record import plain
from .chat_results import result_of

LAYERS_MOST = 20
"""Layers one question may be about; the engine takes no more."""
NAME_MOST = 100


class AllowedLayers:
    """Chosen by the user in a menu, for this session; nothing else is opened by the engine."""

    def __init__(self, project: QgsProject) -> None:
        self.project = project
        self._ids: set[str] = set()

    def candidates(self) -> dict[str, tuple[str, str]]:
        """Names and files, by layer id, of layers that lie in a file and are no result."""
        found = {}
        for layer in self.project.mapLayers().values():
            if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
                continue
            parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
            path, table = str(parts.get("path") or ""), str(parts.get("layerName") or "")
            if Path(path).is_file() and result_of(layer) is None:
                source = f"{path}|layername={table}" if table else path
                name = "".join(one for one in plain(layer.name()) if one.isprintable())
                found[layer.id()] = (name[:NAME_MOST], source)
        return found

    def fill(self, menu: QMenu) -> None:
        """Offer the layers in a menu, with a mark at those that are allowed."""
        menu.clear()
        candidates = self.candidates()
        for layer_id, (name, _source) in sorted(candidates.items(), key=lambda one: one[1]):
            action = menu.addAction(name.replace("&", "&&"))
            action.setObjectName("changevgChatLayer")
            action.setCheckable(True)
            action.setChecked(layer_id in self._ids)
            action.toggled.connect(lambda on, layer_id=layer_id: self.allow(layer_id, on))
        if not candidates:
            menu.addAction(tr("No vector layer of the project lies in a file")).setEnabled(False)

    def allow(self, layer_id: str, allowed: bool) -> None:
        """Let questions be about a layer, or not any more."""
        (self._ids.add if allowed else self._ids.discard)(layer_id)

    def paths(self) -> dict[str, str]:
        """Files of the allowed layers by the names that questions call them."""
        known = self.candidates()
        allowed = [known[layer_id] for layer_id in sorted(self._ids) if layer_id in known]
        return dict(allowed[:LAYERS_MOST])
