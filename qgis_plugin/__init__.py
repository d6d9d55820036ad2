"""ChangeVG in QGIS: what changed between two rasters, on the map and in words."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:  # noqa: N802 (QGIS asks for this name)
    """Make the plugin; QGIS calls this once.

    Parameters
    ----------
    iface : QgisInterface or None
        The main window's interface; None in ``qgis_process`` and scripts.
    """
    from .plugin import ChangeVGPlugin

    return ChangeVGPlugin(iface)
