"""A QGIS desktop with a fresh profile, on a screen that nobody sees: for pictures and for tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import dev_install
from environment import ROOT
from qgis_python import test_environ

PROGRAMS = ("Xvfb", "xvfb-run", "xauth", "qgis")
SETTINGS = """[PythonPlugins]
processing=true
changevg={enabled}

[qgis]
checkVersion=false
showTips=false
iconSize=16

[locale]
overrideFlag=true
userLocale=en_US
globalLocale=en_US
"""
START = """import os, runpy, traceback
try:
    runpy.run_path({script!r})
except BaseException:
    traceback.print_exc()
    os._exit(3)
"""
"""Around the script: QGIS would show the error in a window and wait for somebody to close it."""


@dataclass(frozen=True)
class Ended:
    """How a desktop ended.

    Attributes
    ----------
    code : int or None
        QGIS's exit code; None where it had to be killed for taking too long.
    output : str
        What QGIS and the script printed.
    """

    code: int | None
    output: str


def missing() -> str:
    """Why no desktop can be started here; empty where one can."""
    if sys.platform != "linux":
        return "Xvfb is a screen for Linux"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def play(
    script: Path,
    scratch: Path,
    environ: Mapping[str, str],
    *,
    seconds: float,
    screen: str = "1600x1000x24",
    enabled: bool = True,
) -> Ended:
    """Start QGIS, let it run a script once its plugins are there, and wait for its end.

    Parameters
    ----------
    script : Path
        Runs inside QGIS, where ``guide_hands`` can be imported; it ends QGIS.
    scratch : Path
        Gets the profile, the home folder and the plugin; must not hold a profile yet.
    environ : mapping
        Variables on top of a clean environment.
    seconds : float
        After this time QGIS and what it started are killed.
    enabled : bool
        False: the plugin is there, and the script loads it.
    """
    profile = scratch / "profile" / "profiles" / "default"
    (profile / "QGIS").mkdir(parents=True)
    settings = SETTINGS.format(enabled=str(enabled).lower())
    (profile / "QGIS" / "QGIS3.ini").write_text(settings)
    dev_install.install(profile / "python" / "plugins", copy=True)
    variables = {
        name: value
        for name, value in test_environ(scratch).items()
        if name != "QT_QPA_PLATFORM" and not name.startswith("CHANGEVG_")
    }
    variables |= {"PYTHONPATH": str(ROOT / "scripts"), "LC_ALL": "C.UTF-8"} | dict(environ)
    start = scratch / "start.py"
    start.write_text(START.format(script=str(script)))
    command = ["xvfb-run", "-a", "-s", f"-screen 0 {screen}", "qgis", "--nologo",
               "--noversioncheck", "--code", str(start)]  # fmt: skip
    log = scratch / "qgis.log"
    with log.open("w") as stream:
        desktop = subprocess.Popen(
            command, cwd=scratch, env=variables, stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code: int | None = desktop.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
            _end(desktop)
    return Ended(code, log.read_text(errors="replace"))


def _end(desktop: subprocess.Popen[bytes]) -> None:
    """Ask first, so that the screen's lock file goes, then insist."""
    for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, None)):
        os.killpg(desktop.pid, number)
        try:
            desktop.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
