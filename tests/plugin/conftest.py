"""Tests inside QGIS's own Python; another Python collects nothing here.

They know the engine only by what it wrote or by HTTP, never by import.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import dev_install
import pytest
from plugin.fake_engine import write as write_fake_engine

try:
    from qgis.core import QgsApplication, QgsProject, QgsSettings
except ImportError:
    collect_ignore_glob = ["test_*.py"]
else:
    # QGIS's programs look for Python's own library beside the first python3 on the path.
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys._base_executable).parent), os.environ["PATH"]]
    )

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

    @pytest.fixture(scope="session")
    def changevg(qgis_session, tmp_path_factory):
        """The plugin as QGIS imports it: the package ``changevg`` of a development install."""
        plugins = tmp_path_factory.mktemp("plugins")
        dev_install.install(plugins)
        sys.path.insert(0, str(plugins))
        yield importlib.import_module("changevg")
        sys.path.remove(str(plugins))

    @pytest.fixture
    def fresh_settings(changevg, tmp_path, monkeypatch):
        """No settings, no engine, an empty data folder; the folder is the value."""
        for name in [name for name in os.environ if name.startswith("CHANGEVG_")]:
            if not name.startswith("CHANGEVG_TEST"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("CHANGEVG_HOME", str(tmp_path / "data"))
        QgsSettings().remove("changevg")
        yield tmp_path / "data"
        QgsSettings().remove("changevg")

    @pytest.fixture
    def fake_engine(fresh_settings, tmp_path, monkeypatch):
        """A stand-in engine the plugin starts when it needs one; ended afterwards."""
        program = write_fake_engine(tmp_path)
        monkeypatch.setenv("CHANGEVG_ENGINE", str(program))
        yield program
        importlib.import_module("changevg.engine_link").engine_link().stop()
