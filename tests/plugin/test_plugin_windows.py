"""The options page, the install dialog, the diagnostics: used as a person would."""

from __future__ import annotations

import getpass
import importlib
import json
import threading
import time
from pathlib import Path

import pytest
from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, Qt, QTimer
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtNetwork import QNetworkProxy
from qgis.PyQt.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QWidget,
)


@pytest.fixture
def settings(changevg):
    return importlib.import_module("changevg.settings")


@pytest.fixture
def page(qgis_app, changevg, fresh_settings, qtbot):
    options = importlib.import_module("changevg.gui.options_page")
    link = importlib.import_module("changevg.engine_link").engine_link()
    made = options.OptionsFactory(link).createWidget(None)
    qtbot.addWidget(made)
    made.resize(600, 700)
    made.show()
    yield made
    link.stop()


@pytest.fixture
def dialog(qgis_app, changevg, fresh_settings, qtbot, monkeypatch):
    window = importlib.import_module("changevg.gui.install_dialog")
    link = importlib.import_module("changevg.engine_link").EngineLink()
    made = window.InstallDialog(link)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def press(widget, name):
    widget.findChild(QPushButton, name).click()


def told(widget, name, word, seconds=20.0):
    """Wait, with the event loop running, until a label says a word."""
    label = widget.findChild(QLabel, name)
    end = time.monotonic() + seconds
    while word not in label.text() and time.monotonic() < end:
        QgsApplication.processEvents()
        time.sleep(0.01)
    assert word in label.text()
    return label.text()


def test_what_the_page_shows_is_what_is_kept(page, settings):
    page.url.setText(" http://127.0.0.1:8000 ")
    page.program.setFilePath("/opt/engine")
    page.index.setText("https://index.example/simple")
    page.gpu.setChecked(False)
    page.folders.add("/data/orthophotos")
    page.apply()
    kept = settings.Settings.stored()
    assert kept.url == "http://127.0.0.1:8000"
    assert kept.program == "/opt/engine"
    assert not kept.gpu
    assert kept.folders == (*settings.default_folders(), "/data/orthophotos")
    page.show_settings(settings.Settings())
    page.apply()
    assert settings.Settings.stored() == settings.Settings()


def test_the_reviewer_is_named_in_the_options(page, settings):
    signed = importlib.import_module("changevg.dock.results_review").reviewer
    field = page.findChild(QLineEdit, "changevgReviewer")
    account = QgsApplication.userFullName() or QgsApplication.userLoginName()
    assert field.placeholderText() == account == signed()
    field.setText("  Ada Lovelace ")
    page.apply()
    assert settings.Settings.stored().reviewer == "Ada Lovelace" == signed()
    field.setText("   ")
    page.apply()
    assert signed() == account


def test_folders_can_be_taken_out(page, settings):
    page.folders.add("/data")
    page.folders.list.item(0).setSelected(True)
    page.folders.remove()
    page.apply()
    assert settings.Settings.stored().folders == (settings.default_folders()[1], "/data")


def test_the_page_says_that_no_engine_is_there(page):
    assert "not installed" in page.state.text()


def test_the_page_says_which_variable_decides(page, fake_engine):
    page.show_state()
    assert str(fake_engine) in page.state.text()
    assert "CHANGEVG_ENGINE" in page.state.text()


def test_the_test_button_starts_the_engine_without_stopping_qgis(page, fake_engine):
    """B24: QGIS answers while the engine starts."""
    gaps = []
    last = [time.monotonic()]

    def tick():
        gaps.append(time.monotonic() - last[0])
        last[0] = time.monotonic()

    probe = QTimer()
    probe.timeout.connect(tick)
    probe.start(5)
    press(page, "changevgTestButton")
    assert not page.actions.isEnabled()
    told(page, "changevgState", "answers at")
    probe.stop()
    assert page.actions.isEnabled()
    # A start takes several of these; a wait for it would be one long gap.
    assert max(gaps) < 0.2
    assert len(gaps) > 2


def test_an_engine_that_does_not_start_is_told_on_the_page(page, fake_engine, monkeypatch):
    """B4: the page names what is missing."""
    monkeypatch.setenv("CHANGEVG_FAKE", "dies")
    press(page, "changevgTestButton")
    assert "libmissing" in told(page, "changevgState", "does not start")


def test_removing_the_engine_asks_first(page, monkeypatch, fresh_settings):
    locate = importlib.import_module("changevg.engine_link.locate")
    box = QMessageBox.StandardButton
    program = locate.tool_in(locate.engines_folder() / "env-1", "engine")
    program.parent.mkdir(parents=True)
    program.touch()
    note = {"folder": "env-1", "version": "0.1.0"}
    (locate.engines_folder() / "current.json").write_text(json.dumps(note))
    page.show_state()
    assert "Engine 0.1.0" in page.state.text()
    monkeypatch.setattr(QMessageBox, "question", lambda *words: box.No)
    press(page, "changevgRemoveButton")
    assert program.is_file()
    monkeypatch.setattr(QMessageBox, "question", lambda *words: box.Yes)
    press(page, "changevgRemoveButton")
    told(page, "changevgState", "is removed")
    assert list(locate.engines_folder().iterdir()) == []
    assert not page.findChild(QPushButton, "changevgRemoveButton").isEnabled()


def test_diagnostics_are_copied_and_redacted(page, fake_engine):
    """B4, B6: what ``engine doctor`` says of libraries and devices goes along."""
    press(page, "changevgDiagnosticsButton")
    told(page, "changevgState", "clipboard")
    text = QGuiApplication.clipboard().text()
    assert "### doctor" in text
    assert '"engine": "0.1.0"' in text
    assert "QGIS 3." in text or "QGIS 4." in text
    assert str(Path.home()) not in text
    assert "~/models" in text


def test_redaction(changevg, monkeypatch):
    redact = importlib.import_module("changevg.gui.diagnostics").redact
    monkeypatch.setattr(Path, "home", lambda: Path("/home/lovelace"))
    monkeypatch.setattr(getpass, "getuser", lambda: "lovelace")
    login = "ada:" + "pw"
    text = redact(
        f"Authorization: Bearer abc.def\nhttp://{login}@proxy:3128/\n/home/lovelace/x.tif\n"
        "token=abcdef 'password'" + ": 'pw2'\nD:\\lovelace\\y.tif lovelacean"
    )
    for hidden in ("abc.def", login, "/home/lovelace", "abcdef", "pw2", "\\lovelace\\"):
        assert hidden not in text
    assert "~/x.tif" in text
    assert "lovelacean" in text


def test_everything_on_the_page_has_a_name_and_can_be_reached_by_keyboard(page):
    inputs = [page.program, page.url, page.auth, page.gpu, page.index, page.folders]
    inputs += page.findChildren(QPushButton, "changevg*")
    assert all(widget.objectName().startswith("changevg") for widget in inputs)
    for name in ("changevgInstallButton", "changevgTestButton", "changevgDiagnosticsButton",
                 "changevgUrl", "changevgGpu", "changevgFolders", "changevgIndex",
                 "changevgReviewer"):  # fmt: skip
        widget = page.findChild(QWidget, name)
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, name


def test_installing_nothing_happens_before_it_is_pressed(dialog, fresh_settings):
    assert dialog.task is None
    assert not fresh_settings.exists()
    assert str(fresh_settings) in dialog.about.text()
    assert dialog.from_index.isChecked()


def test_choosing_a_file_chooses_its_source(dialog):
    dialog.file.setFilePath("/some/wheelhouse.zip")
    assert dialog.from_file.isChecked()
    dialog.file.setFilePath("")
    press(dialog, "changevgInstall")
    assert "Choose the wheelhouse" in dialog.message.text()


def test_a_failed_installation_can_be_tried_again(dialog, tmp_path):
    dialog.file.setFilePath(str(tmp_path / "none.zip"))
    press(dialog, "changevgInstall")
    assert "not a wheelhouse" in told(dialog, "changevgInstallMessage", "none.zip")
    assert dialog.install.isEnabled()
    assert "again" in dialog.install.text()


def test_an_installation_is_watched_cancelled_and_finished(
    dialog, monkeypatch, tmp_path, settings, fresh_settings
):
    install = importlib.import_module("changevg.engine_link.install")
    monkeypatch.setattr(install, "free_bytes", lambda folder: 10**12)
    program = tmp_path / "uv"
    settings.Settings(uv=str(program)).save()
    program.write_text("#!/bin/sh\necho Downloaded a package\nsleep 60\n")
    program.chmod(0o755)
    press(dialog, "changevgInstall")
    end = time.monotonic() + 10
    while "Downloaded" not in dialog.log.toPlainText() and time.monotonic() < end:
        QgsApplication.processEvents()
    assert not dialog.install.isEnabled()
    press(dialog, "changevgInstallCancel")
    told(dialog, "changevgInstallMessage", "Nothing was changed", 5)
    assert list(fresh_settings.rglob("env-*")) == []
    dialog.copy_log()
    assert "Downloaded a package" in QGuiApplication.clipboard().text()
    finished = []
    dialog.installed.connect(lambda: finished.append(True))
    program.write_text(
        '#!/bin/sh\nif [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; exit; fi\n'
        'while [ "$1" != --python ]; do shift; done; target=$(dirname "$2")/engine\n'
        'printf \'#!/bin/sh\\necho changevg 0.1.0\\n\' > "$target"; chmod +x "$target"\n'
    )
    press(dialog, "changevgInstall")
    assert "0.1.0" in told(dialog, "changevgInstallMessage", "is installed and works")
    assert finished == [True]


def slow_uv(tmp_path, monkeypatch, settings):
    """An installer that waits until a file is there; return the file."""
    install = importlib.import_module("changevg.engine_link.install")
    monkeypatch.setattr(install, "free_bytes", lambda folder: 10**12)
    program, go = tmp_path / "uv", tmp_path / "go"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; exit; fi\n'
        f'echo waiting; while [ ! -e "{go}" ]; do sleep 0.05; done\n'
        'while [ "$1" != --python ]; do shift; done; target=$(dirname "$2")/engine\n'
        'printf \'#!/bin/sh\\necho changevg 0.1.0\\n\' > "$target"; chmod +x "$target"\n'
    )
    program.chmod(0o755)
    settings.Settings(uv=str(program)).save()
    return go


def test_the_installation_outlives_the_options_it_was_opened_from(
    changevg, fresh_settings, qtbot, tmp_path, monkeypatch, settings
):
    """QGIS deletes its options, and every window of theirs, when they are closed."""
    go = slow_uv(tmp_path, monkeypatch, settings)
    main = QMainWindow()
    qtbot.addWidget(main)
    options = QDialog(main)
    factory = importlib.import_module("changevg.gui.options_page").OptionsFactory(
        importlib.import_module("changevg.engine_link").EngineLink()
    )
    page = factory.createWidget(options)
    options.open()
    press(page, "changevgInstallButton")
    page.dialog.close()  # opened by mistake: it is gone when the options are closed
    QgsApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert sip.isdeleted(page.dialog)
    press(page, "changevgInstallButton")
    dialog = page.dialog
    press(dialog, "changevgInstall")
    qtbot.waitUntil(lambda: "waiting" in dialog.log.toPlainText(), timeout=10_000)
    options.accept()
    sip.delete(options)
    assert sip.isdeleted(page) and not sip.isdeleted(dialog)
    assert dialog.parentWidget() is main and dialog.isVisible()
    go.touch()
    told(dialog, "changevgInstallMessage", "is installed and works")
    dialog.close()


def test_the_running_engine_is_ended_only_for_one_that_works(
    dialog, tmp_path, monkeypatch, settings, qtbot
):
    """B16: who cancels has changed nothing."""
    go = slow_uv(tmp_path, monkeypatch, settings)
    ended = []
    monkeypatch.setattr(dialog.link, "stop", lambda: ended.append(True))
    press(dialog, "changevgInstall")
    qtbot.waitUntil(lambda: "waiting" in dialog.log.toPlainText(), timeout=10_000)
    press(dialog, "changevgInstallCancel")
    told(dialog, "changevgInstallMessage", "Nothing was changed", 5)
    assert ended == []
    go.touch()
    press(dialog, "changevgInstall")
    told(dialog, "changevgInstallMessage", "is installed and works")
    assert ended == [True]


def test_closing_the_dialog_ends_the_installation(dialog, monkeypatch, tmp_path, settings):
    """B16: nothing goes on in the background."""
    install = importlib.import_module("changevg.engine_link.install")
    monkeypatch.setattr(install, "free_bytes", lambda folder: 10**12)
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    settings.Settings(uv=str(program)).save()
    press(dialog, "changevgInstall")
    time.sleep(0.3)
    dialog.reject()
    end = time.monotonic() + 5
    while QgsApplication.taskManager().countActiveTasks() and time.monotonic() < end:
        QgsApplication.processEvents()
    assert QgsApplication.taskManager().countActiveTasks() == 0
    assert not any(t.name == "changevg-install" for t in threading.enumerate())


def test_qgis_proxy_is_handed_to_the_installer(changevg, qgis_app):
    """B5: behind a proxy it installs as QGIS does."""
    from qgis.core import QgsNetworkAccessManager

    read = importlib.import_module("changevg.gui.proxy").proxy_environment
    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    kind = QNetworkProxy.ProxyType.HttpProxy
    word = "p@ss"
    manager.setFallbackProxyAndExcludes(
        QNetworkProxy(kind, "proxy.example", 3128, "ada", word), [], []
    )
    try:
        assert read()["HTTPS_PROXY"] == "http://" + "ada:p%40ss" + "@proxy.example:3128"
        assert "127.0.0.1" in read()["NO_PROXY"]
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
    assert read() == {}


def test_unexpected_failures_are_told_not_lost(changevg, qgis_app):
    tasks = importlib.import_module("changevg.gui.tasks")
    seen = []
    tasks.Task("broken", lambda task: 1 / 0, lambda result, error: seen.append(error)).start()
    end = time.monotonic() + 5
    while not seen and time.monotonic() < end:
        QgsApplication.processEvents()
    assert "ZeroDivisionError" in seen[0].hint
