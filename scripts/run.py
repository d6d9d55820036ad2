#!/usr/bin/env python3
"""Set up ChangeVG, then run it: ``python3 scripts/run.py tile-infer before.tif after.tif out.gpkg``.

Without arguments: a demo on a generated pair, in the folder ``demo``. Arguments are handed to
``engine`` as they are. The first start makes a virtual environment (.venv) in the project folder;
later starts need no network.

Options before the engine's own arguments:
  --extra cpu|gpu   which runtime to install (default: the one that is installed, at first gpu where
                    nvidia-smi finds one; also $CHANGEVG_EXTRA)
  --rebuild         make the environment anew
  --setup-only      set up and stop
  -h, --help        this text (the engine's: scripts/run.py tile-infer --help)

$CHANGEVG_VENV_DIR puts the environment elsewhere.
"""  # noqa: E501

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import (
    ROOT,
    SetupError,
    clean_environ,
    ensure_project,
    hold,
    python_of,
    runtime_in,
    tool_of,
    venv_folder,
)

EXTRAS = ("cpu", "gpu")
DEMO_SEED = 2025
DEMO_SIZE = 1024


@dataclass(frozen=True)
class Request:
    """What the command line asks of this script, and what is left for the engine."""

    extra: str | None
    rebuild: bool
    setup_only: bool
    help: bool
    rest: tuple[str, ...]


def parse(arguments: list[str]) -> Request:
    """Take this script's own options off the front.

    Raises
    ------
    SystemExit
        Code 2: ``--extra`` without cpu or gpu.
    """
    extra, rebuild, setup_only, helped = os.environ.get("CHANGEVG_EXTRA"), False, False, False
    rest = list(arguments)
    while rest:
        word = rest[0]
        if word == "--extra" or word.startswith("--extra="):
            rest.pop(0)
            extra = word.partition("=")[2] or (rest.pop(0) if rest and "=" not in word else "")
        elif word == "--rebuild":
            rebuild = bool(rest.pop(0))
        elif word == "--setup-only":
            setup_only = bool(rest.pop(0))
        elif word in ("-h", "--help"):
            helped = bool(rest.pop(0))
        else:
            break
    if extra is not None and extra not in EXTRAS:
        print(f"--extra must be cpu or gpu, not {extra!r}", file=sys.stderr)
        raise SystemExit(2)
    return Request(extra, rebuild, setup_only, helped, tuple(rest))


def choose_extra(wanted: str | None, folder: Path | None = None) -> str:
    """The runtime to install: as asked, else what a folder has, else gpu where there is one.

    A driver that does not answer once is no reason to make the environment anew.
    """
    if wanted := wanted or (runtime_in(folder) if folder else None):
        return wanted
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "cpu"
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=20,
                                check=False)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "cpu"
    return "gpu" if listed.returncode == 0 and "GPU" in listed.stdout else "cpu"


def demo(folder: Path) -> int:
    """Draw a pair into ``demo``, run the engine on it, and say where everything is."""
    out = ROOT / "demo"
    print(f"Demo: drawing a pair of {DEMO_SIZE} x {DEMO_SIZE} pixels in {out} …", file=sys.stderr)
    made = subprocess.run(
        [str(python_of(folder)), "-m", "training", "scenes", "make", str(out),
         "--seed", str(DEMO_SEED), "--width", str(DEMO_SIZE), "--height", str(DEMO_SIZE)],
        cwd=ROOT, env=clean_environ(), stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if made.returncode:
        return made.returncode
    layers, report, picture = out / "changes.gpkg", out / "report.html", out / "changes.png"
    ran = subprocess.run(
        [str(tool_of(folder, "engine")), "tile-infer", str(out / "before.tif"),
         str(out / "after.tif"), str(layers), "--report", str(report), "--picture", str(picture),
         "--overwrite"],
        cwd=ROOT, env=clean_environ(), stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if ran.returncode:
        return ran.returncode
    print("\nChanges found in the demo pair:")
    for line in totals(layers):
        print(f"  {line}")
    places = {
        "Rasters": f"{out / 'before.tif'}, {out / 'after.tif'}",
        "Layers": layers,
        "Report": report,
        "Picture": picture,
        "Truth": f"{out / 'truth.gpkg'} (what was drawn)",
    }
    print()
    for name, place in places.items():
        print(f"{name:8} {place}")
    return 0


def totals(layers: Path) -> list[str]:
    """One line per class and action of the boxes layer: objects and area in m²."""
    query = (
        "SELECT class, action, count(*), coalesce(sum(area_m2), 0) FROM boxes "
        "GROUP BY class, action ORDER BY class, action"
    )
    try:
        with contextlib.closing(sqlite3.connect(layers)) as base:
            rows = base.execute(query).fetchall()
    except sqlite3.Error as error:
        return [f"(the layers could not be read: {error})"]
    if not rows:
        return ["none"]
    return [f"{n} {name} {action}, {area:,.0f} m²" for name, action, n, area in rows]


def main(arguments: list[str]) -> int:
    """Set up, then hand over.

    Returns
    -------
    int
        The engine's exit code; 1 where the set-up fails; 2 for an option that makes no sense.
    """
    request = parse(arguments)
    if request.help:
        print(__doc__)
        return 0
    try:
        extra = choose_extra(request.extra, venv_folder(".venv"))
        folder = ensure_project(".venv", [extra], rebuild=request.rebuild)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if request.setup_only:
        return 0
    hold(folder)
    if not request.rest:
        return demo(folder)
    command = [str(tool_of(folder, "engine")), *request.rest]
    if os.name != "nt":  # there is no exec on Windows that a shell waits for
        os.execve(command[0], command, clean_environ())
    return subprocess.call(command, env=clean_environ())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
