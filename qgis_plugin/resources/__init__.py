"""The plugin's pictures, found beside this file."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon


def plugin_icon() -> QIcon:
    """The plugin's icon."""
    return QIcon(str(Path(__file__).parent / "icon.svg"))
