"""``engine`` as a process that can be disturbed."""

from __future__ import annotations

import functools
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.language import server
from engine.raster import env

LIMIT_S = 300.0
"""A run that takes longer hangs."""


class Process:
    """``engine`` in a fork of this process: the same code, without the time of its imports.

    Parameters
    ----------
    arguments : sequence of str
    log : Path
        Takes standard error.
    prepare : callable, optional
        Called in the fork before the command: what is to go wrong in it.
    """

    def __init__(
        self, arguments: list[str], log: Path, prepare: Callable[[], None] | None = None
    ) -> None:
        self.log = log
        self._code: int | None = None
        log.unlink(missing_ok=True)
        self.pid = os.fork()
        if self.pid == 0:
            _become(arguments, log, prepare)

    def poll(self) -> int | None:
        """Exit code, or minus the signal; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self, seconds: float = LIMIT_S) -> int | None:
        """Exit code; None if it still runs after so long."""
        until = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                return None
            time.sleep(0.002)
        return code

    def end(self) -> int:
        """Exit code.

        Raises
        ------
        AssertionError
            It hangs.
        """
        code = self.wait()
        if code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        assert code is not None, f"hangs: {self.said()}"
        return code

    def events(self) -> list[dict[str, object]]:
        """Events so far."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(errors="replace").splitlines()
        return [
            json.loads(line) for line in lines if line.startswith('{"event"') and line[-1] == "}"
        ]

    def said(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-600:] if self.log.exists() else ""

    def error(self) -> dict[str, object]:
        """Its last event, an error.

        Raises
        ------
        AssertionError
            It ended with another.
        """
        events = self.events()
        assert events and events[-1]["event"] == "error", f"no typed error: {self.said()}"
        return events[-1]


def _become(arguments: list[str], log: Path, prepare: Callable[[], None] | None) -> None:
    """Never returns: this process is ``engine`` now."""
    code = 70
    try:
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(
                kind, signal.default_int_handler if kind == signal.SIGINT else signal.SIG_DFL
            )
        if prepare is not None:
            prepare()
        sys.argv = ["engine", *arguments]
        from engine.cli.main import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        # While the command line is still being imported, as any Python program ends.
        code = 130
        traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def file_limit(size: int) -> Callable[[], None]:
    """No file may grow beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def small_cache() -> None:
    """1 MiB for GDAL, instead of the engine's own cache, which holds a small pair as a whole."""
    env.CACHE_MB = 1


def failing_guide(seed: int, chance: float, message: str) -> Callable[[], None]:
    """onnxruntime fails at random, with these words."""

    def prepare() -> None:
        import onnxruntime

        run, rng = onnxruntime.InferenceSession.run, random.Random(seed)  # nosec B311

        def fail(session: Any, *args: Any, **more: Any) -> Any:
            if rng.random() < chance:
                raise RuntimeError(message)
            return run(session, *args, **more)

        onnxruntime.InferenceSession.run = fail

    return prepare


def hasty() -> None:
    """Servers are asked again at once."""
    server.Patience = functools.partial(server.Patience, pause_s=0.01)  # type: ignore[misc, assignment]
