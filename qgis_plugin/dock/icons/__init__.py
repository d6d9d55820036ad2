"""The dock's own icons."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon


def icon(name: str) -> QIcon:
    """``results``, ``swipe`` or ``flicker``."""
    return QIcon(str(Path(__file__).parent / f"{name}.svg"))
