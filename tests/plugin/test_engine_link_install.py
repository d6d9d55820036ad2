"""Installing the engine for real, from a wheelhouse that holds a tiny stand-in."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import stat
import sys
import threading
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

ENGINE = """
import sys
def main():
    if "--version" in sys.argv:
        print("changevg 0.1.0")
"""


def wheel(folder, *, name="changevg", version="0.1.0"):
    """A wheel that installs a program ``engine``."""
    info = f"{name}-{version}.dist-info"
    files = {
        "stand_in_engine/__init__.py": ENGINE,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        "Provides-Extra: cpu\nProvides-Extra: gpu\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nengine = stand_in_engine:main\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        rows.append(f"{path},sha256={digest.rstrip('=')},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


def pack(folder, path, *, sums=None):
    """A wheelhouse file."""
    target = folder / "wheelhouse.zip"
    digest = sums or hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(path, f"wheels/{path.name}")
        archive.writestr("wheels/SHA256SUMS", f"{digest}  {path.name}\n")
    return target


class Feedback:
    def __init__(self):
        self.lines, self.percents, self.cancelled = [], [], False

    def isCanceled(self):
        return self.cancelled

    def setProgress(self, percent):
        self.percents.append(percent)

    def pushInfo(self, text):
        self.lines.append(text)


@pytest.fixture
def install(fresh_settings):
    return importlib.import_module("changevg.engine_link.install")


@pytest.fixture
def locate(changevg):
    return importlib.import_module("changevg.engine_link.locate")


@pytest.fixture
def errors(changevg):
    return importlib.import_module("changevg.engine_link.errors")


@pytest.fixture
def room(install, monkeypatch):
    """Enough room on the disk, whatever this machine has."""
    monkeypatch.setattr(install, "free_bytes", lambda folder: 10**12)


@pytest.fixture
def wheelhouse(tmp_path):
    return pack(tmp_path, wheel(tmp_path))


def leftovers(locate):
    return sorted(path.name for path in locate.engines_folder().glob("*"))


@pytest.mark.slow
def test_from_a_wheelhouse_to_an_engine_that_is_found(
    install, locate, room, wheelhouse, changevg, tmp_path
):
    """B1, B5: an environment of its own, and nothing fetched."""
    before = dict(os.environ), list(sys.path)
    feedback = Feedback()
    made = install.Installer(install.Plan(wheels=wheelhouse), feedback).run()
    assert made.version == "0.1.0"
    assert made.program.is_file()
    assert locate.installed() == made
    settings = importlib.import_module("changevg.settings")
    assert locate.engine_program(settings.Settings()) == made.program
    assert feedback.percents[-1] == 100
    assert feedback.percents == sorted(feedback.percents)
    assert any("--no-index" in line for line in feedback.lines)
    # Outside the plugin's folder, which an update deletes, and outside QGIS.
    assert Path(changevg.__file__).parent not in made.folder.parents
    assert (dict(os.environ), list(sys.path)) == before
    # An update takes the old one's place only when it works, and leaves one engine.
    again = install.Installer(install.Plan(uv=quick_uv(tmp_path)), feedback).run()
    assert locate.installed() == again
    assert leftovers(locate) == sorted(["current.json", again.folder.name])
    install.uninstall()
    assert locate.installed() is None
    assert leftovers(locate) == []


def test_an_engine_that_does_not_work_does_not_take_the_place(
    install, locate, errors, room, tmp_path
):
    old = locate.engines_folder() / "env-old"
    locate.tool_in(old, "engine").parent.mkdir(parents=True)
    locate.tool_in(old, "engine").touch()
    pointer = locate.engines_folder() / "current.json"
    pointer.write_text(json.dumps({"folder": "env-old", "version": "0.0.9"}))
    plan = install.Plan(uv=quick_uv(tmp_path, doctor=1))
    with pytest.raises(errors.InstallError, match="exit code 1"):
        install.Installer(plan, Feedback()).run()
    assert locate.installed().folder == old
    assert leftovers(locate) == ["current.json", "env-old"]


def quick_uv(folder, doctor=0):
    """A uv that makes an environment with a program in it, and nothing else."""
    program = folder / "uv"
    engine = f"#!/bin/sh\\necho changevg 0.1.0; [ $1 = --version ] || exit {doctor}\\n"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; exit; fi\n'
        'while [ "$1" != --python ]; do shift; done; target=$(dirname "$2")/engine\n'
        f'printf \'{engine}\' > "$target"; chmod +x "$target"\n'
    )
    program.chmod(0o755)
    return str(program)


def slow_uv(folder):
    """A uv that never ends, with a child that writes down its id."""
    program = folder / "uv"
    program.write_text(f"#!/bin/sh\nsleep 600 & echo $! > {folder}/child\nwait\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_cancelling_ends_the_installer_and_leaves_nothing(
    install, locate, errors, room, tmp_path, wheelhouse
):
    feedback = Feedback()

    def cancel():
        while not (tmp_path / "child").exists():
            time.sleep(0.05)
        feedback.cancelled = True

    threading.Thread(target=cancel, daemon=True).start()
    started = time.monotonic()
    plan = install.Plan(wheels=wheelhouse, uv=slow_uv(tmp_path))
    with pytest.raises(errors.LinkCancelled):
        install.Installer(plan, feedback).run()
    assert time.monotonic() - started < 4.0
    assert leftovers(locate) == []
    child = Path("/proc") / (tmp_path / "child").read_text().strip()
    time.sleep(0.2)
    assert not child.exists() or "Z" in (child / "status").read_text().split("State:")[1][:4]


def test_a_full_disk_is_told_before_anything_is_done(install, errors, locate, monkeypatch):
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: Usage(0, 0, 5 * 10**8))
    with pytest.raises(errors.InstallError, match=r"2\.0 GB .* 0\.5 GB are free"):
        install.Installer(install.Plan(), Feedback()).run()
    assert not locate.engines_folder().exists()


def test_the_graphics_card_needs_another_package_and_more_room(install):
    """B6: what a graphics card needs is a choice of its own."""
    assert install.Plan(gpu=True).requirement == "changevg[gpu]"
    assert install.Plan().requirement == "changevg[cpu]"
    assert install.Plan(gpu=True).needed_bytes() > install.Plan().needed_bytes()


def test_a_failure_says_what_the_installer_said_and_what_to_do(install, errors, room, tmp_path):
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho 'error: dns error: failed to lookup'\nexit 2\n")
    program.chmod(0o755)
    with pytest.raises(errors.InstallError, match="exit code 2") as caught:
        install.Installer(install.Plan(uv=str(program)), Feedback()).run()
    assert "failed to lookup" in caught.value.message
    assert "wheelhouse" in caught.value.hint


def test_no_python_says_what_to_install(install, errors, room, monkeypatch, wheelhouse):
    monkeypatch.setattr(install, "base_python", lambda: None)
    with pytest.raises(errors.InstallError) as caught:
        install.Installer(install.Plan(wheels=wheelhouse), Feedback()).run()
    assert "Python 3.12" in caught.value.hint


@pytest.mark.parametrize("offline", [False, True])
def test_uv_is_asked_the_right_things(install, errors, room, tmp_path, wheelhouse, offline):
    """B5: without internet it fetches nothing, and behind a proxy it gets the proxy."""
    program = tmp_path / "uv"
    # What uv was asked, and its proxy; then it fails, so nothing more happens.
    program.write_text(
        f'#!/bin/sh\necho "$@" "$HTTPS_PROXY" "$PYTHONPATH" > {tmp_path}/asked\nexit 1\n'
    )
    program.chmod(0o755)
    plan = install.Plan(
        wheels=wheelhouse if offline else None,
        uv=str(program),
        environ={"HTTPS_PROXY": "http://p:3128"},
    )
    with pytest.raises(errors.InstallError):
        install.Installer(plan, Feedback()).run()
    asked = (tmp_path / "asked").read_text().split()
    assert asked[0] == "venv"
    assert ("--offline" in asked) == offline
    assert asked[-1] == "http://p:3128"


def test_a_damaged_wheelhouse_is_refused(install, errors, room, tmp_path):
    house = pack(tmp_path, wheel(tmp_path), sums="0" * 64)
    with pytest.raises(errors.InstallError, match="damaged"):
        install.Installer(install.Plan(wheels=house), Feedback()).run()


@pytest.mark.parametrize("content", [None, b"not a zip", "empty"])
def test_what_is_no_wheelhouse_is_refused(install, errors, room, tmp_path, content):
    path = tmp_path / "any.zip"
    if content == "empty":
        zipfile.ZipFile(path, "w").close()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.InstallError):
        install.Installer(install.Plan(wheels=path), Feedback()).run()


def test_names_in_a_wheelhouse_cannot_leave_its_folder(changevg, tmp_path):
    house = importlib.import_module("changevg.engine_link.wheelhouse")
    path = pack(tmp_path, wheel(tmp_path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.whl", "x")
        archive.writestr("/etc/evil.whl", "x")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    house.unpack(path, folder)
    assert not (tmp_path / "evil.whl").exists()
    assert (folder / "evil.whl").exists()


def test_a_note_that_points_elsewhere_is_not_followed(locate, fresh_settings, tmp_path):
    outside = tmp_path / "outside"
    locate.tool_in(outside, "engine").parent.mkdir(parents=True)
    locate.tool_in(outside, "engine").touch()
    root = locate.engines_folder()
    root.mkdir(parents=True)
    for note in ({"folder": "../../outside"}, {"folder": str(outside)}, [], {"version": 3}):
        (root / "current.json").write_text(json.dumps(note))
        assert locate.installed() is None


def test_a_folder_or_an_environment_may_be_named_too(locate, changevg, tmp_path):
    settings = importlib.import_module("changevg.settings")
    program = locate.tool_in(tmp_path / "venv", "engine")
    program.parent.mkdir(parents=True)
    program.touch()
    assert locate.engine_program(settings.Settings(program=str(tmp_path / "venv"))) == program


def test_libraries_of_a_bundled_qgis_are_taken_off_the_path(changevg):
    scrub = importlib.import_module("changevg.engine_link.environment").scrubbed
    given = {"OSGEO4W_ROOT": "/osgeo", "PATH": os.pathsep.join(["/osgeo/bin", "/usr/bin"]),
             "SSL_CERT_FILE": "/osgeo/cert.pem", "PYTHONHOME": "/osgeo/python"}  # fmt: skip
    kept = scrub(given)
    assert kept["PATH"] == "/usr/bin"
    assert "SSL_CERT_FILE" not in kept
    assert scrub(given | {"SSL_CERT_FILE": "/company.pem"})["SSL_CERT_FILE"] == "/company.pem"
    assert given["PYTHONHOME"] == "/osgeo/python"
