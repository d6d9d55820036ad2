"""Installing the engine into an environment of its own, outside QGIS and outside the plugin.

Nothing here runs by itself: the user asks for it in the install dialog. A new engine is laid
beside the old one and takes its place only when it works.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..settings import Settings
from ..translation import tr
from . import wheelhouse
from .commands import stream
from .environment import scrubbed
from .errors import InstallError, LinkCancelled
from .locate import (
    POINTER,
    Installed,
    base_python,
    engines_folder,
    find_uv,
    installed,
    tool_in,
)

PACKAGE = "changevg"
PYTHON = "3.12"
# Room on the disk, in bytes: an environment, its packages on the way there, and a reserve.
CPU_BYTES = 2_000_000_000
GPU_BYTES = 8_000_000_000
# Packages an installer names on its way; only the progress bar depends on it.
EXPECTED = 45
STEP = re.compile(r"^\s*(Collecting|Downloading|Processing|Downloaded|Prepared|Installed|\+) ")
VERSION = re.compile(r"\d+(\.\w+)+")


class Feedback(Protocol):
    """What an installation tells, and whom it asks whether to go on."""

    def isCanceled(self) -> bool:  # noqa: N802
        """Whether the user wants it to end."""

    def setProgress(self, percent: float) -> None:  # noqa: N802
        """How far it is, 0 to 100."""

    def pushInfo(self, text: str) -> None:  # noqa: N802
        """A line for the log."""


@dataclass(frozen=True)
class Plan:
    """What to install, as the user agreed to it.

    Parameters
    ----------
    wheels : Path, optional
        A wheelhouse (zip or folder); None for the package index.
    gpu : bool
        With the runtime for NVIDIA cards.
    index : str
        Address of a package index; empty for the installer's own.
    uv : str, optional
        The program uv; None to use a Python of this machine.
    environ : mapping
        Variables for the installer, as in a proxy.
    root : Path
        Where environments are kept.
    """

    wheels: Path | None = None
    gpu: bool = False
    index: str = ""
    uv: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    root: Path = field(default_factory=engines_folder)

    @classmethod
    def of(cls, settings: Settings, **choices: Any) -> Plan:
        """A plan from the settings and what was chosen in the dialog."""
        return cls(index=settings.index, uv=find_uv(settings), **choices)

    @property
    def requirement(self) -> str:
        """What the installer is asked for."""
        return f"{PACKAGE}[{'gpu' if self.gpu else 'cpu'}]"

    @property
    def source(self) -> str:
        """Where it comes from, for people."""
        return str(self.wheels) if self.wheels else self.index or tr("package index")

    def needed_bytes(self) -> int:
        """Room the installation needs on the disk, in bytes."""
        need = GPU_BYTES if self.gpu else CPU_BYTES
        if self.wheels is not None:
            # The wheels twice (unpacked, and as an environment three times their packed size).
            return max(need // 2, 4 * wheelhouse.unpacked_size(self.wheels))
        return need


def free_bytes(folder: Path) -> int:
    """Room on the disk that a folder, which need not exist yet, lies on."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


class Installer:
    """One installation. Run it off the main thread.

    Parameters
    ----------
    plan : Plan
    feedback : Feedback
    stop_engine : callable, optional
        Ends the engine that runs; called when the new one works and is to take its place.
    """

    def __init__(
        self, plan: Plan, feedback: Feedback, stop_engine: Callable[[], None] | None = None
    ) -> None:
        self.plan = plan
        self.feedback = feedback
        self._stop_engine = stop_engine
        self.lines: list[str] = []
        self._steps = 0

    def run(self) -> Installed:
        """Install, test, and make it the engine that is used.

        Returns
        -------
        Installed

        Raises
        ------
        InstallError
            It failed; the engine that was there before, if any, is still used.
        LinkCancelled
            The user ended it; nothing is left behind.
        """
        plan = self.plan
        self._room()
        plan.root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="env-", dir=plan.root))
        try:
            with tempfile.TemporaryDirectory(prefix="wheels-", dir=plan.root) as scratch:
                wheels = wheelhouse.unpack(plan.wheels, Path(scratch)) if plan.wheels else None
                self.feedback.setProgress(5)
                self._environment(folder, wheels)
                self.feedback.setProgress(15)
                self._packages(folder, wheels)
            self.feedback.setProgress(90)
            found = Installed(folder, self._version(folder), plan.gpu, plan.source)
            self._test(found)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise InstallError(
                    tr("Installing the engine failed: {reason}.").format(reason=error),
                    self._advice(),
                ) from error
            raise
        if self._stop_engine is not None:
            self._stop_engine()
        self._use(found)
        self.feedback.setProgress(100)
        return found

    def _room(self) -> None:
        if self.plan.wheels is not None:
            wheelhouse.engine_version(self.plan.wheels)
        need, free = self.plan.needed_bytes(), free_bytes(self.plan.root)
        if free < need:
            raise InstallError(
                tr("The engine needs {need:.1f} GB in {folder}; {free:.1f} GB are free.").format(
                    need=need / 1e9, free=free / 1e9, folder=self.plan.root
                ),
                tr("Make room, then try again."),
            )

    def _environment(self, folder: Path, wheels: Path | None) -> None:
        plan = self.plan
        if plan.uv:
            offline = ["--offline", "--no-python-downloads"] if wheels else []
            # uv finds a fitting Python here, or fetches one of its own.
            self._call([plan.uv, "venv", "--python", PYTHON, *offline, "--clear", str(folder)])
            return
        python = base_python()
        if python is None:
            raise InstallError(
                tr("No Python from 3.11 to 3.13 that can make environments was found."),
                tr("Install Python 3.12 (on Debian and Ubuntu also python3-venv) or uv; then "
                   "try again."),
            )  # fmt: skip
        self._call([python, "-m", "venv", "--clear", str(folder)])

    def _packages(self, folder: Path, wheels: Path | None) -> None:
        plan = self.plan
        if wheels:
            source = ["--no-index", "--find-links", str(wheels)]
        else:
            source = ["--index-url", plan.index] if plan.index else []
        if plan.uv:
            offline = ["--offline"] if wheels else []
            call = [plan.uv, "pip", "install", *offline, "--python", str(tool_in(folder, "python"))]
        else:
            call = [str(tool_in(folder, "python")), "-m", "pip", "install", "--no-input",
                    "--disable-pip-version-check", "--progress-bar", "off"]  # fmt: skip
        self._call([*call, *source, plan.requirement])

    def _version(self, folder: Path) -> str:
        self._call([str(tool_in(folder, "engine")), "--version"])
        found = VERSION.search(self.lines[-1])
        return found.group(0) if found else "?"

    def _test(self, found: Installed) -> None:
        """Let the new engine examine itself: a runtime that cannot be loaded shows up here."""
        self._call([str(found.program), "doctor"])

    def _use(self, found: Installed) -> None:
        old = installed()
        note = {
            "folder": found.folder.name,
            "version": found.version,
            "gpu": found.gpu,
            "source": found.source,
            "installed_at": time.strftime("%Y-%m-%dT%H:%M:%S"),
        }
        pointer = self.plan.root / POINTER
        fresh = pointer.with_suffix(".new")
        fresh.write_text(json.dumps(note, indent=2), encoding="utf-8")
        os.replace(fresh, pointer)
        if old is not None and old.folder != found.folder:
            # On Windows a running engine keeps its files; they go with the next update.
            shutil.rmtree(old.folder, ignore_errors=True)

    def _call(self, command: list[str]) -> None:
        """One step, with its lines in the log."""
        self._line("$ " + " ".join(command))
        environ = scrubbed(extra={**self.plan.environ, "UV_NO_PROGRESS": "1"})
        code = stream(command, environ, self._line, self.feedback.isCanceled)
        if code is None:
            raise LinkCancelled(tr("Cancelled."))
        if code != 0:
            last = [line for line in self.lines if line.strip()][-6:]
            raise InstallError(
                tr("Installing the engine failed (exit code {code}):").format(code=code)
                + "\n"
                + "\n".join(last),
                self._advice(),
            )

    def _line(self, text: str) -> None:
        self.lines.append(text)
        self.feedback.pushInfo(text)
        if STEP.match(text):
            self._steps += 1
            self.feedback.setProgress(15 + 75 * min(1.0, self._steps / (2 * EXPECTED)))

    def _advice(self) -> str | None:
        said = "\n".join(self.lines[-200:])
        return next((text for sign, text in _advice() if sign in said), None)


def _advice() -> tuple[tuple[str, str], ...]:
    """What installers say, and what to do about it."""
    no_network = tr("No network? Without internet, install from a wheelhouse file.")
    return (
        ("No space left", tr("The disk is full.")),
        ("CERTIFICATE_VERIFY_FAILED", tr("The network's certificate is not trusted: set the "
                                         "variable SSL_CERT_FILE to your organisation's "
                                         "certificates.")),
        ("ProxyError", tr("The proxy refuses: check Settings ▸ Options ▸ Network.")),
        ("407 Proxy", tr("The proxy wants a password: check Settings ▸ Options ▸ Network.")),
        ("Failed to establish", no_network),
        ("name resolution", no_network),
        ("dns error", no_network),
        ("No matching distribution", tr("A package is missing: is the network up and the index "
                                        "right? Without internet, install from a wheelhouse "
                                        "file made for this system.")),
        ("Permission denied", tr("The folder cannot be written.")),
        ("Access is denied", tr("A file is in use or guarded: close other QGIS windows, ask about "
                                "the virus scanner, then try again.")),
    )  # fmt: skip


def uninstall(root: Path | None = None) -> None:
    """Remove every engine the plugin installed; stop the running one first."""
    folder = root or engines_folder()
    with contextlib.suppress(FileNotFoundError):
        (folder / POINTER).unlink()
    for path in folder.glob("env-*"):
        shutil.rmtree(path, ignore_errors=True)
