"""Tests inside QGIS's own Python; another Python collects nothing here.

They know the engine only by what it wrote or by HTTP, never by import.
"""

from __future__ import annotations

import os

import pytest

try:
    from qgis.core import QgsApplication, QgsProject
except ImportError:
    collect_ignore_glob = ["test_*.py"]
else:

    @pytest.fixture(scope="session")
    def qgis_session():
        """A running QGIS without a window."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        running = QgsApplication.instance()
        application = running or QgsApplication([], False)
        if not running:
            QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
            application.initQgis()
        yield application
        # Layers must go before the application does, or QGIS crashes at exit.
        QgsProject.instance().clear()
        if not running:
            application.exitQgis()
