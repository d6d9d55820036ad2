"""The engine as QGIS's child: start, scrubbed environment, crash, end."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from qgis.core import QgsFeedback


@pytest.fixture
def link(changevg):
    return importlib.import_module("changevg.engine_link")


@pytest.fixture
def errors(changevg):
    return importlib.import_module("changevg.engine_link.errors")


@pytest.fixture
def process(changevg, fake_engine, tmp_path):
    made = importlib.import_module("changevg.engine_link.process")
    child = made.EngineProcess(fake_engine, (), tmp_path / "log" / "engine.log")
    yield child
    child.stop()


def gone(pid, within_s=3.0):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if (
            not Path(f"/proc/{pid}").exists()
            or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
        ):
            return True
        time.sleep(0.05)
    return False


def test_it_starts_once_and_ends_with_its_owner(process):
    client = process.ensure()
    assert client.health()["pid"] == process.pid
    assert process.ensure() is client
    pid = process.pid
    process.stop()
    assert gone(pid)
    assert not process.running


def test_qgis_variables_do_not_reach_the_engine(process, monkeypatch):
    """B3: QGIS's PROJ and GDAL never meet the engine's."""
    leaks = ("PYTHONPATH", "PYTHONHOME", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "LD_LIBRARY_PATH",
             "VIRTUAL_ENV", "QT_PLUGIN_PATH", "QGIS_PREFIX_PATH", "CHANGEVG_TOKEN")  # fmt: skip
    for name in leaks:
        if name != "PYTHONHOME":  # would break the stand-in before it could tell
            monkeypatch.setenv(name, "/inside/qgis")
    monkeypatch.setenv("CHANGEVG_KEPT", "yes")
    seen = process.ensure()._json("GET", "/v1/environ")
    assert not set(leaks) & set(seen["environ"])
    assert seen["environ"]["CHANGEVG_KEPT"] == "yes"
    assert os.environ["GDAL_DATA"] == "/inside/qgis"


def test_the_token_is_nowhere_to_be_read(process):
    client = process.ensure()
    seen = client._json("GET", "/v1/environ")
    assert len(client._token) > 30
    assert client._token not in str(seen)
    assert client._token not in process.last_words()


def test_folders_and_graphics_card_are_handed_on(changevg, fake_engine, tmp_path):
    """B6: the user decides on the graphics card."""
    made = importlib.import_module("changevg.engine_link.process")
    child = made.EngineProcess(fake_engine, ("/data", "/more"), tmp_path / "log", gpu=False)
    seen = child.ensure()._json("GET", "/v1/environ")
    child.stop()
    argv = seen["argv"]
    assert [argv[n + 1] for n, word in enumerate(argv) if word == "--root"] == ["/data", "/more"]
    assert argv[argv.index("--parent-pid") + 1] == str(os.getpid())
    assert seen["environ"]["CUDA_VISIBLE_DEVICES"] == "-1"


def test_a_crashed_engine_is_started_again(process):
    process.ensure()
    pid = process.pid
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    end = time.monotonic() + 3.0
    while process.running and time.monotonic() < end:  # its other threads end after the first
        time.sleep(0.02)
    assert process.ensure().health()["pid"] != pid


def test_an_engine_that_keeps_crashing_is_given_up(process, errors, monkeypatch):
    made = importlib.import_module("changevg.engine_link.process")
    monkeypatch.setattr(made, "BACK_OFF_S", (0.0, 0.0, 0.0))
    monkeypatch.setenv("CHANGEVG_FAKE", "dies")
    for _ in range(3):
        with pytest.raises(errors.EngineStartError, match="does not start"):
            process.ensure()
    with pytest.raises(errors.EngineStartError, match="libmissing"):
        process.ensure()
    with pytest.raises(errors.EngineStartError, match="4 times in a row"):
        process.ensure()
    monkeypatch.delenv("CHANGEVG_FAKE")
    assert process.ensure().health()["status"] == "ok"


def test_restarts_wait_longer_each_time(process, errors, monkeypatch):
    made = importlib.import_module("changevg.engine_link.process")
    monkeypatch.setattr(made, "BACK_OFF_S", (0.0, 0.5, 0.5))
    monkeypatch.setenv("CHANGEVG_FAKE", "dies")
    for _ in range(2):
        with pytest.raises(errors.EngineStartError):
            process.ensure()
    started = time.monotonic()
    with pytest.raises(errors.EngineStartError):
        process.ensure()
    assert time.monotonic() - started > 0.5


def test_what_it_said_last_is_in_the_message(process, errors, monkeypatch):
    """B4: a library that is missing is named."""
    monkeypatch.setenv("CHANGEVG_FAKE", "dies")
    with pytest.raises(errors.EngineStartError, match=r"libmissing\.so") as caught:
        process.ensure()
    assert "Options" in caught.value.hint


def test_another_program_is_not_taken_for_an_engine(process, errors, monkeypatch):
    monkeypatch.setenv("CHANGEVG_FAKE", "noise")
    with pytest.raises(errors.EngineStartError):
        process.ensure()
    assert not process.running


@pytest.mark.parametrize(("api", "word"), [("2", "Update the plugin"), ("0", "Update the engine")])
def test_versions_that_do_not_fit_name_the_one_fix(process, errors, monkeypatch, api, word):
    """B22: the message names the one to update."""
    monkeypatch.setenv("CHANGEVG_FAKE", f"api={api}")
    with pytest.raises(errors.EngineVersionError) as caught:
        process.ensure()
    assert word in caught.value.hint
    assert "\n" not in str(caught.value)
    assert not process.running


def test_waiting_for_a_slow_start_can_be_cancelled(process, errors, monkeypatch):
    monkeypatch.setenv("CHANGEVG_FAKE", "silent")
    feedback = QgsFeedback()
    threading.Timer(0.3, feedback.cancel).start()
    started = time.monotonic()
    with pytest.raises(errors.LinkCancelled):
        process.ensure(feedback.isCanceled)
    assert time.monotonic() - started < 2.0
    assert not process.running


def test_an_engine_that_does_not_listen_is_killed(process, monkeypatch):
    monkeypatch.setenv("CHANGEVG_FAKE", "deaf")
    process.ensure()
    pid = process.pid
    started = time.monotonic()
    process.stop()
    assert gone(pid)
    assert time.monotonic() - started < 4.0


def test_it_ends_when_qgis_is_killed(fake_engine, changevg, tmp_path):
    plugins = Path(changevg.__file__).parent.parent
    code = (
        f"import sys, time; sys.path[:0] = [{str(plugins)!r}]\n"
        "from pathlib import Path\n"
        "from changevg.engine_link.process import EngineProcess\n"
        f"p = EngineProcess(Path({str(fake_engine)!r}), (), Path({str(tmp_path / 'l')!r}))\n"
        "p.ensure(); print(p.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as qgis:
        pid = int(qgis.stdout.readline())
        qgis.kill()
    assert gone(pid)


def test_one_engine_for_everyone(link, fake_engine):
    found = []
    threads = [threading.Thread(target=lambda: found.append(link.running_engine().url))
               for _ in range(4)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4


def test_unloading_does_not_wait_for_a_slow_start(link, errors, fake_engine, monkeypatch):
    monkeypatch.setenv("CHANGEVG_FAKE", "silent")
    failure = []

    def start():
        try:
            link.running_engine()
        except errors.EngineLinkError as error:
            failure.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    link.engine_link().stop()
    thread.join(5.0)
    assert time.monotonic() - started < 3.0
    assert isinstance(failure[0], errors.LinkCancelled)


def test_changed_settings_mean_a_new_engine(link, fake_engine, tmp_path):
    settings = importlib.import_module("changevg.settings")
    first = link.running_engine().url
    assert link.running_engine().url == first
    settings.Settings(folders=(str(tmp_path),)).save()
    client = link.running_engine()
    assert client.url != first
    assert str(tmp_path) in client._json("GET", "/v1/environ")["argv"]


def test_a_folder_that_is_not_there_keeps_no_engine_from_starting(
    link, errors, fake_engine, tmp_path
):
    """A drive that is not plugged in; it is taken up as soon as it is."""
    settings = importlib.import_module("changevg.settings")
    home, drive = tmp_path / "home", tmp_path / "drive"
    home.mkdir()
    settings.Settings(folders=(str(home), str(drive))).save()

    def roots():
        argv = link.running_engine()._json("GET", "/v1/environ")["argv"]
        return [argv[n + 1] for n, word in enumerate(argv) if word == "--root"]

    assert roots() == [str(home)]
    drive.mkdir()
    assert roots() == [str(home), str(drive)]
    # Without any the engine would open its own defaults, which the user did not allow.
    home.rmdir()
    drive.rmdir()
    with pytest.raises(errors.EngineStartError, match="drive"):
        link.running_engine()
    drive.mkdir()
    assert roots() == [str(drive)]


def test_without_an_engine_the_message_says_what_to_do(link, fresh_settings):
    with pytest.raises(link.EngineMissingError, match="not installed") as caught:
        link.running_engine()
    assert "Options" in caught.value.hint


def test_a_named_engine_that_is_gone_is_named(link, fresh_settings, monkeypatch, tmp_path):
    monkeypatch.setenv("CHANGEVG_ENGINE", str(tmp_path / "nowhere"))
    with pytest.raises(link.EngineMissingError, match="nowhere"):
        link.running_engine()


def test_the_users_own_engine_is_used_and_not_ended(link, process, fresh_settings, monkeypatch):
    """B6: an engine elsewhere, with a graphics card, can be used."""
    own = process.ensure()
    monkeypatch.delenv("CHANGEVG_ENGINE")
    monkeypatch.setenv("CHANGEVG_ENGINE_URL", own.url)
    monkeypatch.setenv("CHANGEVG_TOKEN", own._token)
    assert link.running_engine().health()["pid"] == process.pid
    link.engine_link().stop()
    assert process.running


def test_the_users_own_engine_of_another_version_is_refused(
    link, errors, process, fresh_settings, monkeypatch
):
    """B22: also of an engine that the plugin did not install."""
    own = process.ensure()
    process.stop()
    monkeypatch.setenv("CHANGEVG_FAKE", "api=1")
    own = process.ensure()
    monkeypatch.setattr(importlib.import_module("changevg.engine_link.versions"), "API", 3)
    monkeypatch.setenv("CHANGEVG_ENGINE_URL", own.url)
    monkeypatch.setenv("CHANGEVG_TOKEN", own._token)
    with pytest.raises(errors.EngineVersionError, match="interface 1"):
        link.running_engine()
