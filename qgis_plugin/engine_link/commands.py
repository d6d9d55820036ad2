"""Running an installer's program: its lines as they come, and an end when the user wants it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from .environment import child_options


def stream(
    command: Sequence[str],
    environ: Mapping[str, str],
    line: Callable[[str], None],
    stop: Callable[[], bool],
) -> int | None:
    """Run a program to its end.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; no shell is involved.
    environ : mapping
        Its whole environment.
    line : callable
        Gets every line it writes.
    stop : callable
        Asked ten times a second; when it says true, the program and its children are ended.

    Returns
    -------
    int or None
        The exit code; None when it was stopped.

    Raises
    ------
    OSError
        It does not start.
    """
    child = subprocess.Popen(  # nosec B603
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=dict(environ), text=True, encoding="utf-8",
        errors="replace", **child_options(),
    )  # fmt: skip
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(
        target=_read, args=(child.stdout, lines), name="changevg-install", daemon=True
    )
    reader.start()
    try:
        while True:
            if stop():
                return None
            try:
                text = lines.get(timeout=0.1)
            except queue.Empty:
                continue
            if text is None:
                return child.wait()
            line(text)
    finally:
        end_tree(child)
        reader.join(2.0)
        if child.stdout is not None:
            child.stdout.close()


def end_tree(child: subprocess.Popen[str]) -> None:
    """End a program that was started in a group of its own, with its children."""
    if child.poll() is not None:
        return
    with contextlib.suppress(OSError):
        if os.name == "nt":
            system = os.path.join(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32")
            subprocess.run(  # nosec B603
                [os.path.join(system, "taskkill.exe"), "/F", "/T", "/PID", str(child.pid)],
                capture_output=True, check=False, **child_options(),
            )  # fmt: skip
        else:
            os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(2.0)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            if os.name == "nt":
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _read(pipe: IO[str] | None, lines: queue.Queue[str | None]) -> None:
    try:
        for text in pipe or ():
            lines.put(text.rstrip("\r\n"))
    except ValueError:
        pass  # nosec B110 (the pipe was closed because the program was stopped)
    finally:
        lines.put(None)
