"""The service ends with whoever started it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

PARENT_SECONDS = 0.5
"""How often the parent is looked for."""

Over = Callable[[str], None]
"""Told why the service must end."""


def watch_parent(pid: int, over: Over) -> None:
    """Call ``over`` when a process is gone."""
    ours = os.getppid() == pid

    def look() -> None:
        # A dead parent that nobody waited for still has its number: who adopted us tells.
        while _lives(pid) and (os.getppid() == pid or not ours):
            time.sleep(PARENT_SECONDS)
        over("the parent process is gone")

    threading.Thread(target=look, name="parent watch", daemon=True).start()


def watch_stdin(over: Over) -> None:
    """Call ``over`` when standard input is closed."""

    def look() -> None:
        while os.read(0, 4096):
            pass
        over("standard input was closed")

    threading.Thread(target=look, name="stdin watch", daemon=True).start()


if sys.platform == "win32":
    import ctypes

    _SYNCHRONIZE, _STILL_THERE = 0x00100000, 0x102

    def _lives(pid: int) -> bool:
        # os.kill would end the process here.
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == _STILL_THERE)
        finally:
            kernel.CloseHandle(handle)

else:

    def _lives(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
