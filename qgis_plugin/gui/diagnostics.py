"""What someone who helps needs to know, without what is nobody's business."""

from __future__ import annotations

import getpass
import json
import platform
import re
import subprocess
from pathlib import Path

from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR
from qgis.utils import pluginMetadata

from ..engine_link.environment import child_options, scrubbed
from ..engine_link.errors import EngineLinkError
from ..engine_link.link import EngineLink
from ..engine_link.locate import data_folder, engine_program, has_gpu, installed
from ..settings import Settings, overridden
from ..translation import tr

PACKAGE = __package__.split(".")[0] if __package__ else "changevg"
DOCTOR_S = 120


def collect(link: EngineLink) -> str:
    """A report in Markdown, redacted. Asks the engine's doctor, so call it off the main thread."""
    settings = Settings.load()
    lines = [
        "## ChangeVG",
        f"- plugin {pluginMetadata(PACKAGE, 'version')}, QGIS {Qgis.QGIS_VERSION}, "
        f"Qt {QT_VERSION_STR}, Python {platform.python_version()}",
        f"- {platform.platform()}, {platform.machine()}",
        f"- NVIDIA driver: {'yes' if has_gpu() else 'no'}, use it: {settings.gpu}",
        f"- data folder: {data_folder()}",
    ]
    found = installed()
    if found is not None:
        lines.append(f"- installed engine {found.version} (gpu: {found.gpu}) in {found.folder}")
    for name in ("program", "url"):
        value = getattr(settings, name)
        if value:
            lines.append(f"- {name}: {value} {overridden(name)}".rstrip())
    lines.append(f"- folders: {', '.join(settings.folders) or 'home and temporary folder'}")
    process = link.process
    running = process is not None and process.running
    lines += ["- engine process: " + ("running" if running else "not running"), "", "### doctor"]
    lines += ["```", _doctor(settings), "```"]
    if process is not None and process.last_words():
        lines += ["", "### end of the engine's log", "```", process.last_words(), "```"]
    return redact("\n".join(lines)) + "\n"


def redact(text: str) -> str:
    """Take the user's name, home folder, passwords in addresses, and tokens out of a text."""
    text = re.sub(r"(?i)(bearer\s+)\S+", r"\1…", text)
    text = re.sub(r"(://)[^/\s@]+@", r"\1…@", text)
    text = re.sub(r"(?i)((?:token|password|secret|key)\w*[\"']?\s*[=:]\s*[\"']?)[^\s\"',}]+",
                  r"\1…", text)  # fmt: skip
    home = str(Path.home())
    for form in {home, home.replace("\\", "\\\\"), home.replace("\\", "/")}:
        # A home of one letter (a container's root) says nothing about anyone.
        if len(form) > 1:
            text = re.sub(re.escape(form) + r"(?![\w.-])", "~", text)
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return text
    if len(user) > 2 and user != "root":
        text = re.sub(rf"(?<!\w){re.escape(user)}(?!\w)", "…", text)
    return text


def _doctor(settings: Settings) -> str:
    if settings.url:
        return tr("The engine runs elsewhere; its doctor was not asked.")
    try:
        program = engine_program(settings)
    except EngineLinkError as error:
        return str(error)
    try:
        asked = subprocess.run(  # nosec B603
            [str(program), "doctor", "--json"], capture_output=True, text=True, encoding="utf-8",
            errors="replace", timeout=DOCTOR_S, check=False, stdin=subprocess.DEVNULL,
            env=scrubbed(), **child_options(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    try:
        return json.dumps(json.loads(asked.stdout), indent=1, ensure_ascii=False)
    except ValueError:
        return (asked.stdout + asked.stderr).strip()[-2000:] or f"exit code {asked.returncode}"
