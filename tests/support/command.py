"""The engine as its users run it: a process with arguments, an exit code and two streams."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def command(*arguments: object) -> list[str]:
    """The command line of ``engine`` in this environment."""
    return [sys.executable, "-m", "engine.cli.main", *map(str, arguments)]


def environment(**extra: str) -> dict[str, str]:
    """This process's environment with the project importable."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "200", **extra}


def begin(*arguments: object, without: str = "") -> subprocess.Popen[str]:
    """Start ``engine`` and go on; what it says on standard error can be read.

    Parameters
    ----------
    without : str
        A variable of this process's environment that it does not get.
    """
    env = environment()
    env.pop(without, None)
    return subprocess.Popen(
        command(*arguments), cwd=PROJECT, env=env, text=True,
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def engine(*arguments: object, cwd: Path | None = None, timeout: float = 120, **extra: str) -> Done:
    """Run ``engine`` and wait."""
    done = subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        cwd=cwd or PROJECT,
        env=environment(**extra),
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def infer(before: Path, after: Path, model: Path, out: Path, *options: object) -> Done:
    """Run ``engine tile-infer`` with a model and wait."""
    return engine("tile-infer", before, after, out, "--model", model, *options)


def refused(done: Done, out: Path, code: int, *words: str) -> None:
    """Exit code, every word in the message, no traceback, no output and no work left."""
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    for word in words:
        assert word.lower() in done.err.lower(), done.err
    assert not out.exists()
    assert not out.with_name(out.name + ".work").exists()
