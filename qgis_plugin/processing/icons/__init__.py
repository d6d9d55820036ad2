"""Icons of the algorithms, SVG, found relative to this file."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon


def icon(name: str) -> QIcon:
    """The icon called `name` (the algorithm's own name, or ``changevg``)."""
    return QIcon(str(Path(__file__).with_name(f"{name}.svg")))
