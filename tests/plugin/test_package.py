"""The zip file: what is in it, the plugin site's rules, and QGIS running from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import dev_install
import package_plugin
import plugin_gate
import plugin_sources
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return package_plugin.pack(tmp_path_factory.mktemp("dist"))


@pytest.fixture
def unpacked(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "changevg"


@pytest.fixture
def sources(tmp_path):
    """A copy of the plugin's sources that a test may spoil."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package_plugin.SOURCE, tmp_path / "qgis_plugin", ignore=ignore)
    for name in package_plugin.BESIDE:
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path / "qgis_plugin"


def repacked(sources):
    return package_plugin.pack(sources.parent / "dist", sources)


def test_it_holds_the_plugin_and_nothing_else(package):
    """B1: no library travels in the zip."""
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(item.external_attr >> 16 == 0o100644 for item in archive.infolist())
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names} == {"changevg"}
    for needed in ("LICENSE", "metadata.txt", "__init__.py", "plugin.py", "resources/icon.svg",
                   "engine_link/client.py", "processing/provider.py"):  # fmt: skip
        assert f"changevg/{needed}" in names
    assert not [name for name in names if "test" in name or name.endswith(".pyc")]
    assert package.stat().st_size < 2_000_000


def test_the_same_files_give_the_same_bytes(package, sources):
    for path in sources.rglob("*"):
        os.utime(path, (1e9, 1e9))
    assert repacked(sources).read_bytes() == package.read_bytes()


def test_the_version_is_the_engines(package):
    text = (ROOT / "engine" / "__init__.py").read_text()
    assert f'__version__ = "{package.stem.rpartition("-")[2]}"' in text


def test_structure_metadata_and_sources_keep_the_rules(package, unpacked):
    """B1: nothing compiled, nothing to install: Python's and QGIS's own libraries only."""
    assert plugin_gate.structure_problems(package) == []
    assert plugin_gate.metadata_problems(unpacked) == []
    assert plugin_gate.long_lines(unpacked) == []
    assert plugin_sources.import_problems(unpacked) == []
    assert plugin_sources.old_python_problems(unpacked) == []


def test_a_release_asks_for_real_addresses(unpacked):
    found = plugin_gate.metadata_problems(unpacked, publish=True)
    assert [line.split()[1] for line in found] == ["tracker", "repository", "homepage"]


def test_a_translation_is_complete(unpacked):
    assert plugin_gate.translation_problems(unpacked) == []


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        (".hidden", "x", "does not belong"),
        ("library.so", "x", "does not belong"),
        ("secret.pem", "x", "does not belong"),
    ],
)
def test_what_does_not_belong_is_not_packed(sources, name, content, word):
    (sources / name).write_text(content)
    with pytest.raises(package_plugin.PackageError, match=word):
        repacked(sources)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("tracker=", "trucker=", "tracker is missing"),
        ("offline", "100% offline", "must be followed"),
        ("author=The ChangeVG contributors", "author=A/B", "slash"),
        ("4.99", "3.99", "QGIS 4"),
        ("version=0.1.0", "version=next", "not as in"),
        ("icon.svg", "icon.ico", "icon"),
    ],
)
def test_metadata_that_the_site_refuses_is_found(unpacked, old, new, word):
    path = unpacked / "metadata.txt"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert word in " ".join(plugin_gate.metadata_problems(unpacked))


@pytest.mark.parametrize(
    "name", ["../changevg/x.py", "changevg/a.pyc", "changevg/.git/x", "changevg/run.sh", "b/x.py"]
)
def test_archives_that_the_site_refuses_are_found(package, tmp_path, name):
    bad = shutil.copy(package, tmp_path)
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(name, "x")
    assert plugin_gate.structure_problems(Path(bad))


@pytest.mark.parametrize(
    "code",
    ["import PyQt5", "import numpy as np", "from osgeo_utils import x", "from engine import cli"],
)
def test_imports_that_not_every_qgis_has_are_found(unpacked, code):
    (unpacked / "bad.py").write_text(code)
    assert plugin_sources.import_problems(unpacked)


def test_syntax_of_newer_pythons_is_found(unpacked):
    (unpacked / "bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    assert "bad.py" in plugin_sources.old_python_problems(unpacked)[0]


@pytest.fixture
def stubs(tmp_path):
    """A few names of PyQt6, as its stubs spell them."""
    folder = tmp_path / "PyQt6"
    folder.mkdir()
    (folder / "QtCore.pyi").write_text(
        "class Qt:\n  class AlignmentFlag(enum.Flag):\n    AlignLeft = ...\n"
        "class QObject:\n  def deleteLater(self, *args: int, /) -> None: ...\n"
    )
    (folder / "QtWidgets.pyi").write_text(
        "class QWidget(QtCore.QObject):\n  def show(self) -> None: ...\n"
        "class QDialog(QWidget):\n  def exec(self) -> int: ...\n"
    )
    return folder


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("from qgis.PyQt.QtCore import Qt\nx = Qt.AlignLeft", True),
        ("from qgis.PyQt.QtCore import Qt\nx = Qt.AlignmentFlag.AlignLeft", False),
        ("from qgis.PyQt import QtCore as C\nx = C.Qt.AlignLeft", True),
        ("from qgis.PyQt.QtCore import QRegExp", True),
        ("from qgis.PyQt.QtWidgets import QDialog\nQDialog().exec_()", True),
        ("from qgis.PyQt.QtWidgets import QDialog\nQDialog.deleteLater", False),
        ("from qgis.PyQt.QtWidgets import QDialog\nQDialog.Accepted", True),
        ("from qgis.PyQt.QtWidgets import QAction", False),
        ("from qgis.PyQt.QtWebKit import QWebView", True),
    ],
)
def test_names_that_qt_6_dropped_are_found(tmp_path, stubs, code, bad):
    """B19: a name that Qt 6 dropped is found in the body of a method, too."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "module.py").write_text(code)
    assert bool(plugin_sources.qt6_problems(folder, stubs)) == bad


def test_a_missing_and_a_wrong_translation_are_found(unpacked):
    (unpacked / "bad.py").write_text('from .translation import tr\nprint(tr("Brand new"))\n')
    assert "Brand new" in " ".join(plugin_gate.translation_problems(unpacked))
    (unpacked / "bad.py").write_text('tr(f"{1}")\n')
    assert "plain string" in plugin_gate.translation_problems(unpacked)[0]


def test_updating_a_translation_keeps_what_is_there(unpacked, tmp_path):
    path = unpacked / "i18n" / "changevg_de.ts"
    before = plugin_gate.finished_messages(path.read_text())
    assert before
    (unpacked / "more.py").write_text('tr("<Brand & new>")\n')
    plugin_gate.update_translations(unpacked)
    text = path.read_text()
    assert plugin_gate.finished_messages(text) == before
    assert "<source>&lt;Brand &amp; new&gt;</source>" in text


def qgis(profile, *words, **more):
    environ = {**os.environ, "QGIS_CUSTOM_CONFIG_PATH": str(profile), **more}
    environ.pop("QGIS_PLUGINPATH", None)
    return subprocess.run(["qgis_process", *words], capture_output=True, text=True, timeout=120,
                          env=environ, check=False)  # fmt: skip


@pytest.mark.skipif(shutil.which("qgis_process") is None, reason="qgis_process is not installed")
def test_qgis_process_runs_from_the_unpacked_zip(package, tmp_path):
    """B21: a fresh profile, no display, no engine."""
    plugins = tmp_path / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(plugins)
    quiet = {"CHANGEVG_HOME": str(tmp_path / "none"), "CHANGEVG_ENGINE": ""}
    assert qgis(tmp_path, "plugins", "enable", "changevg").returncode == 0
    listed = json.loads(qgis(tmp_path, "--json", "list", **quiet).stdout)
    assert "changevg:describechanges" in listed["providers"]["changevg"]["algorithms"]
    asked = qgis(tmp_path, "run", "changevg:enginestatus", **quiet)
    assert "not installed" in asked.stdout + asked.stderr
    assert list((plugins / "changevg").rglob("*.tmp")) == []


def test_development_install_links_and_removes_only_its_own(tmp_path):
    target = dev_install.install(tmp_path)
    assert (target / "metadata.txt").is_symlink()
    assert (target / "engine_link").resolve() == ROOT / "qgis_plugin" / "engine_link"
    assert dev_install.install(tmp_path) == target
    assert dev_install.remove(tmp_path)
    assert not target.exists()
    assert (ROOT / "qgis_plugin" / "plugin.py").is_file()
    dev_install.install(tmp_path, copy=True)
    assert not (target / "engine_link").is_symlink()
    assert not dev_install.remove(tmp_path / "elsewhere")
    (target / dev_install.MARK).unlink()
    with pytest.raises(dev_install.InstallError, match="uninstall"):
        dev_install.install(tmp_path)


def test_the_scripts_run_from_the_command_line(tmp_path):
    def run(script, *words):
        command = [sys.executable, str(ROOT / "scripts" / script), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    packed = run("package_plugin.py", "--output", tmp_path)
    assert packed.stdout.strip() == str(tmp_path / f"{Path(packed.stdout.strip()).name}")
    assert run("dev_install.py", "--plugins", tmp_path).stdout.strip() == str(tmp_path / "changevg")
    assert run("dev_install.py", "--plugins", tmp_path, "--remove").stdout.strip() == "removed"
