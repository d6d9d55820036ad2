"""Finding a Python that has QGIS, installing one with consent, and an environment for its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from environment import ROOT, clean_environ, ensure, venv_folder

REQUIREMENTS = ROOT / "requirements" / "qgis-tests.txt"
PACKAGES = ("qgis", "python3-qgis", "xvfb", "xauth", "fonts-open-sans", "python3-venv")
SOURCES = Path("/etc/apt/sources.list.d")
QUESTION = (
    "The plugin tests need QGIS, which is not installed. Install it with apt (about 1.4 GB)? [y/N] "
)


def find() -> tuple[str, str] | None:
    """The Python that has QGIS and QGIS's version: ``$QGIS_PYTHON``, else the system's."""
    for python in (os.environ.get("QGIS_PYTHON"), "/usr/bin/python3"):
        if not python or shutil.which(python) is None:
            continue
        try:
            asked = subprocess.run(
                [python, "-c", "from qgis.core import Qgis; print(Qgis.QGIS_VERSION)"],
                capture_output=True, text=True, timeout=120, check=False,
                env=clean_environ() | {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            continue
        if asked.returncode == 0:
            return python, asked.stdout.strip()
    return None


def may_install(allowed: bool) -> bool:
    """Consent to install system packages: a flag, CI, or a yes at the terminal."""
    if allowed or os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(QUESTION, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def install() -> str:
    """Install QGIS with apt: from backports on Debian 12, whose own QGIS is too old.

    Returns
    -------
    str
        Empty when it worked, else why not.
    """
    if shutil.which("apt-get") is None:
        return "there is no apt-get here; install QGIS 3.40 or newer and set QGIS_PYTHON"
    root: list[str] = []
    if os.name == "posix" and os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return "installing packages needs root and there is no sudo"
        root = ["sudo", "-n"] if not sys.stdin.isatty() else ["sudo"]
    suite = ""
    if _codename() == "bookworm":
        suite = "bookworm-backports"
        text = backports_source(suite)
        if text:
            target = SOURCES / f"{suite}.sources"
            wrote = subprocess.run([*root, "tee", str(target)], input=text, text=True, check=False,
                                   stdout=subprocess.DEVNULL)  # fmt: skip
            if wrote.returncode:
                return f"{target} could not be written"
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    options = ["install", "-y", "-qq", "--no-install-recommends"]
    commands = [
        [*apt, "update", "-qq"],
        [*apt, *options, *(["-t", suite] if suite else []), *PACKAGES],
    ]
    for command in commands:
        print("$", " ".join(command), file=sys.stderr, flush=True)
        done = subprocess.run(command, check=False, stdin=None if root == ["sudo"]
                              else subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip
        if done.returncode:
            return f"`{' '.join(command)}` ended with code {done.returncode}"
    return ""


def _codename() -> str:
    """Debian's release name, empty elsewhere."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    is_debian = pairs.get("ID", "").strip('"') == "debian"
    return pairs.get("VERSION_CODENAME", "").strip('"') if is_debian else ""


def backports_source(suite: str, folder: Path = SOURCES) -> str:
    """An apt source for a backports suite on the mirror this machine already uses.

    Parameters
    ----------
    suite : str
        As in ``bookworm-backports``.
    folder : Path
        apt's ``sources.list.d``; its ``../sources.list`` is read too.

    Returns
    -------
    str
        deb822 text; empty when the suite is there already or no mirror was found.
    """
    old = folder.parent / "sources.list"
    known = [*sorted(folder.glob("*.sources")), *sorted(folder.glob("*.list")), old]
    texts = {path: path.read_text() for path in known if path.is_file()}
    if any(suite in text for text in texts.values()):
        return ""
    main = texts.get(folder / "debian.sources", "")
    for paragraph in main.split("\n\n"):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        if any(line.startswith("URIs:") for line in lines):
            kept = [f"Suites: {suite}" if line.startswith("Suites:") else line for line in lines]
            return "\n".join(kept).strip() + "\n"
    for text in texts.values():
        for line in text.splitlines():
            words = [word for word in line.split() if not word.startswith("[")]
            if len(words) > 3 and words[0] == "deb" and "security" not in line:
                return f"Types: deb\nURIs: {words[1]}\nSuites: {suite}\nComponents: main\n"
    return ""


def environment(python: str) -> Path:
    """pytest on top of QGIS's own Python, in ``.venv-qgis``.

    Raises
    ------
    environment.SetupError
        It could not be made.
    """
    return ensure(venv_folder(".venv-qgis"), python, ["--system-site-packages"], [REQUIREMENTS],
                  [["--requirement", str(REQUIREMENTS)]])  # fmt: skip


def test_environ(scratch: Path) -> dict[str, str]:
    """Environment variables of a run with a clean profile and no display."""
    places = {
        "QGIS_CUSTOM_CONFIG_PATH": scratch / "profile",
        "XDG_RUNTIME_DIR": scratch / "runtime",
        "HOME": scratch / "home",
    }
    for path in places.values():
        path.mkdir(parents=True, mode=0o700, exist_ok=True)
    return clean_environ() | {name: str(path) for name, path in places.items()} | {
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
