"""Where things are: the engine, the folder it is installed in, Pythons, uv, a graphics card."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..settings import Settings
from ..translation import tr
from .environment import child_options, scrubbed
from .errors import EngineMissingError

OLDEST, NEWEST = (3, 11), (3, 13)
POINTER = "current.json"
PROBE = (
    "import ensurepip, sys, venv; print('{}.{}'.format(*sys.version_info[:2]), sys.maxsize > 2**32)"
)


@dataclass(frozen=True)
class Installed:
    """An engine the plugin installed.

    Parameters
    ----------
    folder : Path
        Its environment.
    version : str
    gpu : bool
        With the runtime for NVIDIA cards.
    source : str
        What it was installed from.
    """

    folder: Path
    version: str
    gpu: bool
    source: str

    @property
    def program(self) -> Path:
        """The engine's program."""
        return tool_in(self.folder, "engine")


def data_folder() -> Path:
    """The user's folder for what ChangeVG keeps, outside QGIS's profile and the plugin."""
    if os.environ.get("CHANGEVG_HOME"):
        return Path(os.environ["CHANGEVG_HOME"])
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "changevg"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "changevg"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "changevg"


def engines_folder() -> Path:
    """Holds the environments the plugin makes, and a note on which of them is used."""
    return data_folder() / "engine"


def tool_in(folder: Path, name: str) -> Path:
    """A program in an environment."""
    return folder / ("Scripts" if os.name == "nt" else "bin") / (
        f"{name}.exe" if os.name == "nt" else name
    )  # fmt: skip


def installed() -> Installed | None:
    """The engine the plugin installed, if it is still there."""
    root = engines_folder()
    try:
        note = json.loads((root / POINTER).read_text(encoding="utf-8"))
        # A name only: a note that points elsewhere is not one of ours.
        found = Installed(
            root / Path(str(note["folder"])).name,
            str(note.get("version", "?")),
            bool(note.get("gpu")),
            str(note.get("source", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found.program.is_file() else None


def engine_program(settings: Settings) -> Path:
    """The engine's program: the one the user names, else the one the plugin installed.

    Raises
    ------
    EngineMissingError
        There is none.
    """
    if settings.program:
        program = Path(settings.program).expanduser()
        if program.is_dir():
            program = next(
                (p for p in (tool_in(program, "engine"), program / "engine") if p.is_file()),
                program,
            )
        if program.is_file():
            return program
        raise EngineMissingError(
            tr("There is no engine at {path}.").format(path=program),
            tr("Choose its program in Settings ▸ Options ▸ ChangeVG, or leave the field empty."),
        )
    found = installed()
    if found is None:
        raise EngineMissingError(
            tr("The ChangeVG engine is not installed yet."),
            tr("Install it in Settings ▸ Options ▸ ChangeVG (once, nothing else is changed)."),
        )
    return found.program


def has_engine(settings: Settings) -> bool:
    """Whether there is something to start or to connect to; asks no program and no network."""
    if settings.url:
        return True
    try:
        engine_program(settings)
    except EngineMissingError:
        return False
    return True


def find_uv(settings: Settings) -> str | None:
    """The program uv: the one the user names, else the one on the path or in its usual places."""
    if settings.uv:
        return settings.uv if Path(settings.uv).is_file() else None
    usual = [Path.home() / ".local" / "bin", Path.home() / ".cargo" / "bin"]
    name = "uv.exe" if os.name == "nt" else "uv"
    return shutil.which("uv") or next(
        (str(folder / name) for folder in usual if (folder / name).is_file()), None
    )


def python_candidates() -> list[str]:
    """Programs that may be a Python: QGIS's own and those on the path."""
    names = ["python3.12", "python3.11", "python3.13", "python3", "python"]
    own = []
    for prefix in (sys.base_prefix, sys.prefix):
        if os.name == "nt":
            own.append(Path(prefix) / "python.exe")
        else:
            own += [Path(prefix) / "bin" / name for name in names[:4]]
    on_path = [shutil.which(name) for name in names]
    found = [str(path) for path in own if path.is_file()] + [path for path in on_path if path]
    return list(dict.fromkeys(found))


def base_python() -> str | None:
    """A Python the engine can be installed with: 3.11 to 3.13, 64 bit, able to make environments.

    Starts each candidate once, so call it off the main thread.
    """
    for program in python_candidates():
        try:
            asked = subprocess.run(  # nosec B603
                [program, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False,
                stdin=subprocess.DEVNULL, env=scrubbed(), **child_options(),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            continue  # nosec B112
        words = asked.stdout.split()
        if asked.returncode == 0 and len(words) == 2 and words[1] == "True":
            version = tuple(int(part) for part in words[0].split("."))
            if OLDEST <= version <= NEWEST:
                return program
    return None


def has_gpu() -> bool:
    """Whether an NVIDIA driver is loaded; looks at files only."""
    windows = Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "System32" / "nvcuda.dll"
    places = (Path("/proc/driver/nvidia/version"), windows)
    return any(place.exists() for place in places)
