#!/usr/bin/env python3
"""Collect the engine and all it needs in one file, for machines without internet.

    python3 scripts/build_wheelhouse.py [--output FOLDER] [--gpu]
    python3 scripts/build_wheelhouse.py --platform win_amd64 --python 3.12

Writes changevg-VERSION-wheelhouse-PLATFORM.zip with wheels and SHA256SUMS; the QGIS plugin installs
from it ("From a wheelhouse file"). Without --platform it fits this machine and this Python. Needs
pip and the network once; versions are those of requirements/constraints.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
SUMS = "SHA256SUMS"
# The archive's clock stands still, so that the same wheels make the same file.
MOMENT = (1980, 1, 1, 0, 0, 0)
PYTHONS = ("3.11", "3.12", "3.13")


class WheelhouseError(Exception):
    """The file cannot be made; the message says why."""


def pip(*arguments: str) -> None:
    """Run pip of this Python.

    Raises
    ------
    WheelhouseError
        It failed; it has said why.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise WheelhouseError(f"pip {arguments[0]} failed: see above.")


def collect(folder: Path, extra: str, platforms: Sequence[str], python: str | None) -> None:
    """Put the engine's wheel and the wheels of all it needs into a folder.

    Parameters
    ----------
    extra : {"cpu", "gpu"}
    platforms : sequence of str
        pip's platform tags; none for this machine.
    python : str, optional
        As in ``3.12``; None for this one.

    Raises
    ------
    WheelhouseError
        A wheel cannot be built or is not to be had.
    """
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (engine,) = folder.glob("changevg-*.whl")
    foreign = [word for name in platforms for word in ("--platform", name)]
    if python:
        foreign += ["--python-version", python]
    pip(
        "download", "--quiet", "--only-binary=:all:", "--constraint", str(CONSTRAINTS),
        "--dest", str(folder), *foreign, f"{engine}[{extra}]",
    )  # fmt: skip


def write(wheels: Path, out: Path) -> Path:
    """Pack a folder of wheels with their checksums; the file appears whole or not at all."""
    files = sorted(wheels.glob("*.whl"))
    if not any(file.name.startswith("changevg-") for file in files):
        raise WheelhouseError(f"there is no engine in {wheels}")
    lines = []
    part = out.with_name(out.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:  # wheels are packed already
        for file in files:
            content = file.read_bytes()
            lines.append(f"{hashlib.sha256(content).hexdigest()}  {file.name}\n")
            archive.writestr(zipfile.ZipInfo(file.name, MOMENT), content)
        archive.writestr(zipfile.ZipInfo(SUMS, MOMENT), "".join(lines))
    part.replace(out)
    return out


def name_of(wheels: Path, extra: str, platforms: Sequence[str], python: str | None) -> str:
    """File name: version, platform, Python, and ``gpu`` where it is for one."""
    (engine,) = wheels.glob("changevg-*.whl")
    place = platforms[0] if platforms else sysconfig.get_platform().replace("-", "_")
    chosen = python or f"{sys.version_info.major}.{sys.version_info.minor}"
    kind = "-gpu" if extra == "gpu" else ""
    return f"changevg-{engine.name.split('-')[1]}-wheelhouse-{place}-py{chosen}{kind}.zip"


def main(arguments: list[str]) -> int:
    """Build one wheelhouse; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="FOLDER")
    parser.add_argument("--gpu", action="store_true", help="with onnxruntime's CUDA runtime")
    parser.add_argument(
        "--platform", action="append", default=[], metavar="TAG",
        help="as in win_amd64, macosx_14_0_arm64, manylinux_2_28_x86_64; repeatable",
    )  # fmt: skip
    parser.add_argument("--python", choices=PYTHONS, help="default: this one")
    options = parser.parse_args(arguments)
    extra = "gpu" if options.gpu else "cpu"
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="changevg-wheels-") as scratch:
            wheels = Path(scratch)
            collect(wheels, extra, options.platform, options.python)
            name = name_of(wheels, extra, options.platform, options.python)
            made = write(wheels, options.output / name)
    except (WheelhouseError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{made} ({made.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
