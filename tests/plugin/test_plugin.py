"""Loading and unloading, as QGIS does it."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import qgis.utils
from plugin.desktop import Desktop
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtWidgets import QPushButton, QToolBar

ACTIONS = [
    "changevgDescribeChanges", "changevgChat", "changevgChatRectangle", "changevgOpenResult",
    "changevgShowResults", "changevgSwipe", "changevgFlicker", "changevgOptions",
]  # fmt: skip


@pytest.fixture
def desktop(qgis_app, fresh_settings):
    return Desktop()


@pytest.fixture
def plugin(changevg, desktop):
    made = changevg.classFactory(desktop)
    yield made
    made.unload()


def provider():
    return QgsApplication.processingRegistry().providerById("changevg")


def state():
    """What a plugin could leave behind."""
    links = []
    for name in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue  # the folder's own, closed by now
    return {
        "sys.path": list(sys.path),
        "environment": dict(os.environ),
        "files": sorted(link for link in links if link.startswith("/") and "/proc" not in link),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "hooks": [sys.excepthook, sys.displayhook, list(sys.meta_path)],
    }


def test_everything_is_as_before_after_unloading(changevg, desktop, fake_engine):
    # A first round, so that what is loaded once and kept by QGIS itself does not count.
    """B2: neither ``sys.path`` nor the environment changes, loaded or unloaded."""
    for _ in range(2):
        before = state()
        plugin = changevg.classFactory(desktop)
        plugin.initGui()
        plugin.link.client().health()
        process = plugin.link.process
        assert provider() is not None
        loaded = state()
        assert all(loaded[name] == before[name] for name in ("sys.path", "environment", "hooks"))
        assert len(desktop.menu) == len(desktop.shortcuts) == len(ACTIONS)
        assert len(desktop.docks) == len(plugin.parts) == 2
        assert len(desktop.factories) == 1
        assert process.running
        plugin.unload()
    QgsApplication.processEvents()
    assert state() == before
    assert not process.running
    assert provider() is None
    assert (desktop.menu, desktop.shortcuts, desktop.factories) == ([], [], [])
    assert desktop.docks == []
    QgsApplication.sendPostedEvents(None, 52)  # deferred deletes
    assert desktop.window.findChildren(QToolBar) == []


def test_qgis_finds_loads_and_unloads_it(changevg, desktop, monkeypatch):
    modules = {name: module for name, module in sys.modules.items() if "changevg" in name}
    plugins = str(Path(changevg.__file__).parent.parent)
    monkeypatch.setattr(qgis.utils, "plugin_paths", [plugins])
    monkeypatch.setattr(qgis.utils, "iface", desktop)
    qgis.utils.updateAvailablePlugins()
    assert qgis.utils.available_plugins == ["changevg"]
    assert qgis.utils.pluginMetadata("changevg", "hasProcessingProvider") == "yes"
    assert qgis.utils.loadPlugin("changevg")
    assert qgis.utils.startPlugin("changevg")
    assert provider() is not None
    assert qgis.utils.unloadPlugin("changevg")
    assert provider() is None
    # QGIS forgets the modules of a plugin it unloads; the other tests still use them.
    sys.modules.update(modules)


def test_processing_needs_no_window(changevg, fresh_settings):
    """B21: the algorithms are there without a desktop."""
    plugin = changevg.classFactory(None)
    plugin.initProcessing()
    try:
        assert {algorithm.id() for algorithm in provider().algorithms()} >= {
            "changevg:describechanges"
        }
    finally:
        plugin.unload()
    assert provider() is None


def test_nothing_is_started_or_asked_when_it_is_loaded(plugin, fake_engine):
    plugin.initGui()
    assert plugin.link.process is None


def test_without_an_engine_it_says_so_kindly_and_offers_to_install(plugin, desktop):
    """B2: it loads without an engine and says so."""
    plugin.initGui()
    item = desktop.bar.currentItem()
    assert "not installed yet" in item.text()
    button = item.findChild(QPushButton, "changevgMessageButton")
    button.click()
    assert [w.objectName() for w in plugin._windows] == ["changevgInstallDialog"]
    plugin._windows[0].close()
    QgsApplication.sendPostedEvents(None, 52)
    assert plugin._windows == []


def test_with_an_engine_it_says_nothing(plugin, desktop, fake_engine):
    plugin.initGui()
    assert desktop.bar.currentItem() is None


def test_actions_are_named_and_open_what_they_say(plugin, desktop, fake_engine):
    plugin.initGui()
    names = [action.objectName() for action in desktop.menu]
    assert names == ACTIONS
    assert all(not action.icon().isNull() for action in desktop.menu)
    desktop.menu[-1].trigger()
    assert desktop.shown_options == ["mOptionsPageChangeVG"]


def test_describing_without_an_engine_leads_to_the_installation(plugin, desktop):
    plugin.initGui()
    desktop.menu[0].trigger()
    assert [w.objectName() for w in plugin._windows] == ["changevgInstallDialog"]


def test_unloading_twice_or_before_it_was_shown_is_harmless(changevg, desktop):
    plugin = changevg.classFactory(desktop)
    plugin.unload()
    plugin.initGui()
    plugin.unload()
    plugin.unload()


def test_it_loads_without_anything_that_is_not_in_qgis(changevg):
    """B2: no library of the engine is ever imported into QGIS."""
    code = (
        f"import sys; sys.path[:0] = [{str(Path(changevg.__file__).parent.parent)!r}]\n"
        "import changevg, changevg.plugin, changevg.gui.options_page, changevg.gui.install_dialog\n"
        "bad = {'torch', 'onnxruntime', 'rasterio', 'pydantic', 'engine', 'shapely', 'pyogrio'}\n"
        "print(sorted(bad & set(sys.modules)))\n"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"


def test_settings_come_back_as_they_were_kept(changevg, fresh_settings, monkeypatch):
    settings = importlib.import_module("changevg.settings")
    kept = settings.Settings(
        program="/opt/engine", url="http://h:1", auth="abc1234", folders=("/a", "/b"), gpu=False,
        index="https://index.example/simple", uv="/opt/uv",
    )  # fmt: skip
    kept.save()
    assert settings.Settings.load() == kept
    monkeypatch.setenv("CHANGEVG_ENGINE", "/other")
    assert settings.Settings.load().program == "/other"
    assert settings.Settings.stored().program == "/opt/engine"
    settings.Settings().save()
    assert QgsSettings().childGroups().count("changevg") == 0


def test_every_file_is_small_and_says_what_it_is_for(changevg):
    root = Path(changevg.__file__).parent
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path
        assert ast.get_docstring(ast.parse(text)), path
