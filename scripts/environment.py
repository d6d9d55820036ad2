"""Virtual environments for the two README commands: made once, renewed when their needs change.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
STAMP = "changevg-stamp"
LOG = "changevg-setup.log"
OLDEST = (3, 11)

# Parts of pip's and venv's own words, and what to tell the person who sees them.
ADVICE = (
    ("No space left on device", "The disk is full: an environment needs about 1.5 GB."),
    ("ensurepip is not", "Python's venv module is missing: on Debian and Ubuntu install the "
                         "package python3-venv (python3.12-venv and so on), then try again."),
    ("No module named venv", "Python's venv module is missing: on Debian and Ubuntu install the "
                             "package python3-venv, then try again."),
    ("Temporary failure in name resolution", "No network. The first set-up needs it once; "
                                             "afterwards everything works offline."),
    ("Failed to establish a new connection", "No network, or a proxy is needed (HTTPS_PROXY). "
                                             "The first set-up needs it once."),
    ("Could not find a version", "pip finds no fitting package: is the network up, and is this "
                                 "Python one of the tested versions (3.11, 3.12)?"),
    ("No matching distribution", "pip finds no fitting package for this Python or machine."),
    ("Permission denied", "The environment's folder cannot be written: set CHANGEVG_VENV_DIR to a "
                          "folder that can."),
    ("externally-managed", "pip tried to write to the system's Python; remove the environment's "
                           "folder and try again."),
)  # fmt: skip


class SetupError(Exception):
    """The environment could not be made; the message says why and what to do."""


def venv_folder(name: str) -> Path:
    """Where an environment lies: in the project, or under ``$CHANGEVG_VENV_DIR``."""
    return Path(os.environ.get("CHANGEVG_VENV_DIR") or ROOT) / name


def python_of(folder: Path) -> Path:
    """The environment's interpreter."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def tool_of(folder: Path, name: str) -> Path:
    """A program installed in the environment."""
    return folder / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}")


def clean_environ() -> dict[str, str]:
    """This process's environment without what would leak other Pythons into a new one."""
    unwanted = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
    return {k: v for k, v in os.environ.items() if k not in unwanted} | {"PYTHONNOUSERSITE": "1"}


def stamp(parts: Sequence[str], files: Sequence[Path]) -> str:
    """A digest of what an environment is made from: words and the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    for path in files:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def newest_python(executable: str = sys.executable) -> str:
    """This Python, or a newer one on the path where this one is too old.

    Raises
    ------
    SetupError
        There is none of version 3.11 or newer.
    """
    if sys.version_info[:2] >= OLDEST:
        return executable
    for minor in (12, 11, 13, 14):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    have = ".".join(map(str, sys.version_info[:2]))
    raise SetupError(
        f"Python {have} is too old: install Python 3.11 or 3.12 and start this script with it."
    )


def advice(output: str) -> str:
    """What to do about a failed command, judged by its output; empty when unknown."""
    return next((text for sign, text in ADVICE if sign in output), "")


def pip_options(extras: Sequence[str]) -> list[list[str]]:
    """The pip calls that fill the project's environment, as argument lists after ``install``."""
    calls = []
    index = os.environ.get("CHANGEVG_TORCH_INDEX")
    if index and {"train", "language"} & set(extras):
        # torch alone from its own index first; the second call finds it installed.
        calls.append(["--constraint", str(CONSTRAINTS), "--index-url", index, "torch"])
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    calls.append(["--constraint", str(CONSTRAINTS), "--editable", target])
    return calls


def ensure_project(name: str, extras: Sequence[str], *, rebuild: bool = False) -> Path:
    """Make or renew an environment with the project and some extras in it.

    Parameters
    ----------
    name : str
        Folder name, as in ``.venv``.
    extras : sequence of str
        Extras of ``pyproject.toml``.
    rebuild : bool
        Start from nothing even if it is up to date.

    Returns
    -------
    Path
        The environment's folder.

    Raises
    ------
    SetupError
        With advice; the log lies in the environment's folder.
    """
    python = newest_python()
    needs = [ROOT / "pyproject.toml", CONSTRAINTS]
    return ensure(venv_folder(name), python, [], needs, pip_options(extras), rebuild=rebuild)


def ensure(
    folder: Path,
    python: str,
    venv_options: Sequence[str],
    files: Sequence[Path],
    pip_calls: Sequence[Sequence[str]],
    *,
    rebuild: bool = False,
) -> Path:
    """Make or renew any environment; nothing happens when its stamp is current.

    Parameters
    ----------
    folder : Path
    python : str
        The interpreter it is made from.
    venv_options : sequence of str
        Options of ``python -m venv``.
    files : sequence of Path
        Files that decide what goes in.
    pip_calls : sequence of sequences of str
        Arguments after ``pip install``.
    rebuild : bool

    Returns
    -------
    Path
    """
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True,
        check=False, env=clean_environ(),
    ).stdout  # fmt: skip
    # Other extras mean a new environment: onnxruntime and onnxruntime-gpu must never meet in one.
    words = [word for call in pip_calls for word in call]
    base = stamp([str(Path(python).resolve()), version, str(folder.resolve()), str(ROOT),
                  *venv_options, *words], [])  # fmt: skip
    needs = stamp([], files)
    mark = folder / STAMP
    with _one_at_a_time(folder):
        have = mark.read_text().split() if mark.is_file() else []
        if have == [base, needs] and python_of(folder).exists() and not rebuild:
            return folder
        started = time.monotonic()
        fresh = rebuild or have[:1] != [base] or not python_of(folder).exists()
        print(f"Setting up {folder.name} ({'new' if fresh else 'renewed'}; the network is needed "
              "this once) …", file=sys.stderr, flush=True)  # fmt: skip
        mark.unlink(missing_ok=True)
        if fresh:
            _run([python, "-m", "venv", "--clear", *venv_options, str(folder)], folder)
        for call in pip_calls:
            # Byte code is made on first import: compiling everything here costs more time.
            _run([str(python_of(folder)), "-m", "pip", "install", "--disable-pip-version-check",
                  "--no-input", "--no-compile", *call], folder)  # fmt: skip
        mark.write_text(f"{base}\n{needs}\n")
        print(f"{folder.name} is ready after {time.monotonic() - started:.0f} s.", file=sys.stderr)
    return folder


def _run(command: Sequence[str], folder: Path) -> None:
    """Run one set-up command; on failure keep its output in a log and explain."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            stdin=subprocess.DEVNULL, env=clean_environ(), errors="replace",
        )  # fmt: skip
        output, code = done.stdout, done.returncode
    except OSError as error:
        output, code = str(error), 1
    if code == 0:
        return
    log = folder / LOG
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{' '.join(command)}\n\n{output}")
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-8:])
    hint = advice(output)
    raise SetupError(
        f"Setting up {folder.name} failed (exit code {code}):\n{tail}\n"
        + (f"{hint}\n" if hint else "")
        + f"Everything it said: {log}"
    )


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let a second start of the script wait for the first instead of working on the same folder."""
    try:
        import fcntl
    except ImportError:  # Windows: two starts at once are left to luck
        yield
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = (folder.parent / f"{folder.name}.lock").open("w")
    except OSError as error:
        raise SetupError(f"{folder.parent} cannot be written: {error}") from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
