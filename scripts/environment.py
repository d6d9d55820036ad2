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
IN_USE = "changevg-in-use"
ASIDE = ".old"
"""Behind the name of an environment while another one is made in its place."""
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


def runtime_in(folder: Path) -> str | None:
    """The runtime that an environment has, ``cpu`` or ``gpu``; None where there is none."""
    if not (folder / STAMP).is_file():
        return None
    places = ("lib/python*/site-packages", "Lib/site-packages")
    found = {path.name.partition("-")[0] for place in places
             for path in folder.glob(f"{place}/onnxruntime*.dist-info")}  # fmt: skip
    extras = {"onnxruntime_gpu": "gpu", "onnxruntime": "cpu"}
    return next((extra for name, extra in extras.items() if name in found), None)


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


def newest_python(executable: str = getattr(sys, "_base_executable", "") or sys.executable) -> str:
    """This Python, or a newer one on the path where this one is too old.

    Of an environment, the Python it was made from: the environment itself may be made anew.

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

    One that works stays until a better one has been made: set-up may find no network.

    Parameters
    ----------
    folder : Path
    python : str
        The interpreter it is made from; one that is there keeps its own.
    venv_options : sequence of str
        Options of ``python -m venv``.
    files : sequence of Path
        Files that decide what goes in.
    pip_calls : sequence of sequences of str
        Arguments after ``pip install``; those of the last say what the environment is for.
    rebuild : bool

    Returns
    -------
    Path

    Raises
    ------
    SetupError
        It could not be made or renewed, or is in use and would have to be made anew.
    """
    # Other extras mean a new environment: onnxruntime and onnxruntime-gpu must never meet in one.
    base = _base(folder, python, venv_options, pip_calls[-1])
    needs = stamp([], files)
    mark = folder / STAMP
    with _one_at_a_time(folder):
        _put_back(folder)
        have = mark.read_text().split() if mark.is_file() else []
        version = _version_of(python_of(folder)) if have else ""
        if len(have) == 2 and have[0] == _former_base(folder, python, venv_options, pip_calls):
            have = _write_mark(folder, base, have[1])
        sound = bool(version) and have[:1] + have[2:] == [base, version]
        if sound and have[1] == needs and not rebuild:
            return folder
        started = time.monotonic()
        fresh = rebuild or not sound
        print(f"Setting up {folder.name} ({'new' if fresh else 'renewed'}; the network is needed "
              "this once) …", file=sys.stderr, flush=True)  # fmt: skip
        with _in_place_of(folder) if fresh else contextlib.nullcontext():
            if fresh:
                _run([python, "-m", "venv", "--clear", *venv_options, str(folder)], folder)
            for call in pip_calls:
                # Byte code is made on first import: compiling everything here costs more time.
                _run([str(python_of(folder)), "-m", "pip", "install", "--disable-pip-version-check",
                      "--no-input", "--no-compile", *call], folder)  # fmt: skip
            _write_mark(folder, base, needs)
        print(f"{folder.name} is ready after {time.monotonic() - started:.0f} s.", file=sys.stderr)
    return folder


def hold(folder: Path) -> None:
    """Let nobody replace an environment while this process, or what it becomes, is at work."""
    try:
        import fcntl
    except ImportError:
        return
    with contextlib.suppress(OSError):  # no locks there: then nobody is kept away
        handle = os.open(folder / IN_USE, os.O_RDWR | os.O_CREAT, 0o644)
        os.set_inheritable(handle, True)
        fcntl.flock(handle, fcntl.LOCK_SH)


def _base(folder: Path, python: str, venv_options: Sequence[str], words: Sequence[str]) -> str:
    """What an environment is, apart from the Python in it and the contents of files."""
    # Only one that sees its Python's own packages depends on which Python that is.
    own = [str(Path(shutil.which(python) or python).resolve())] if venv_options else []
    return stamp([*own, str(folder.resolve()), str(ROOT), *venv_options, *words], [])


def _former_base(
    folder: Path, python: str, venv_options: Sequence[str], pip_calls: Sequence[Sequence[str]]
) -> str:
    """The first word of a stamp as earlier versions wrote it, so that theirs are kept."""
    asked = subprocess.run(
        [python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True,
        check=False, env=clean_environ(),
    )  # fmt: skip
    words = [word for call in pip_calls for word in call]
    return stamp([str(Path(python).resolve()), asked.stdout, str(folder.resolve()), str(ROOT),
                  *venv_options, *words], [])  # fmt: skip


def _version_of(python: Path) -> str:
    """An interpreter's version, as in ``3.11``; empty where it does not start."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run([str(python), "-c", ask], capture_output=True, text=True,
                               check=False, env=clean_environ())  # fmt: skip
    except OSError:
        return ""
    return asked.stdout.strip()


def _write_mark(folder: Path, base: str, needs: str) -> list[str]:
    words = [base, needs, _version_of(python_of(folder))]
    (folder / STAMP).write_text("\n".join(words) + "\n")
    return words


@contextlib.contextmanager
def _in_place_of(folder: Path) -> Iterator[None]:
    """Set an environment aside while another one is made, and put it back where that fails.

    It cannot be made elsewhere and moved: its programs know their interpreter by its path.
    """
    aside = folder.with_name(folder.name + ASIDE)
    if (folder / STAMP).is_file():
        _check_idle(folder)
        try:
            os.replace(folder, aside)
        except OSError as error:
            raise SetupError(
                f"{folder} cannot be replaced: {error.strerror}. Perhaps a program of it is at "
                "work: end it, then try again."
            ) from error
    try:
        yield
    except BaseException as error:
        if not aside.is_dir():
            raise
        with contextlib.suppress(OSError):
            shutil.copyfile(folder / LOG, aside / LOG)
        _put_back(folder)
        if isinstance(error, SetupError):
            raise SetupError(f"{error}\nThe environment that was there is as it was.") from error
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put_back(folder: Path) -> None:
    """Put back what was set aside, also by a start that was killed, unless it was replaced."""
    aside = folder.with_name(folder.name + ASIDE)
    if not aside.is_dir():
        return
    if (folder / STAMP).is_file():
        shutil.rmtree(aside, ignore_errors=True)
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(aside, folder)


def _check_idle(folder: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    with contextlib.suppress(FileNotFoundError), (folder / IN_USE).open("r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                f"{folder.name} is in use and would have to be made anew: wait until the runs that "
                "use it have ended, then try again."
            ) from error
        except OSError:
            return


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
