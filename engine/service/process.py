"""One run as a process: started, read, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections import deque
from collections.abc import Callable
from pathlib import Path

import engine
from engine.errors import Cancelled
from engine.service.crash import unsaid_end
from engine.service.eventlog import FINAL, Event
from engine.service.options import RunOptions
from engine.service.records import RunRecord

STOP_SECONDS = 1.7
"""From the request to stop to the kill; the promise is two seconds."""
if sys.platform == "win32":
    STOP_SIGNAL = signal.CTRL_BREAK_EVENT
else:
    STOP_SIGNAL = signal.SIGINT
_LINE_MOST = 4_000_000
_TAIL = 12
"""Lines that are no events, kept to explain a crash."""


class RunProcess:
    """``engine tile-infer`` for one run.

    Parameters
    ----------
    record : RunRecord
        Its paths and options are safe already.
    folder : Path
        Where the process works.
    on_event : callable
        Takes every event but the last.
    """

    def __init__(self, record: RunRecord, folder: Path, on_event: Callable[[Event], None]) -> None:
        self._record, self._folder, self._on_event = record, folder, on_event
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None
        self._stopped = False

    async def run(self) -> Event:
        """Start it and wait until it ends; gives the final event.

        Raises
        ------
        OSError
            It cannot be started.
        """
        windows = sys.platform == "win32"
        self._process = await asyncio.create_subprocess_exec(
            *command(self._record),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env=environment(),
            limit=_LINE_MOST,
            # Apart from the terminal's Ctrl-C, which the service gets and passes on.
            start_new_session=not windows,
            creationflags=0x200 if windows else 0,  # CREATE_NEW_PROCESS_GROUP
        )
        if self._stopped:
            self._ending = asyncio.create_task(self._end())
        last: Event | None = None
        tail: deque[str] = deque(maxlen=_TAIL)
        assert self._process.stderr is not None
        try:
            async for line in self._process.stderr:
                event = _event(line)
                if event is None:
                    tail.append(line.decode("utf-8", "replace").rstrip())
                elif event["event"] in FINAL:
                    last = event
                else:
                    self._on_event(event)
            code = await self._process.wait()
        finally:
            self._kill()
        if last is None:
            last = unsaid_end(code, list(tail), stopped=self._stopped)
        if last["event"] == "error" and (self._stopped or last.get("type") == Cancelled.__name__):
            return last | {"event": "cancelled"}
        return last

    def stop(self) -> None:
        """Ask the run to stop; it is ended when it does not, within two seconds."""
        if not self._stopped:
            self._stopped = True
            if self._process is not None:
                self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        assert self._process is not None
        self._interrupt()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._kill()

    def _interrupt(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(STOP_SIGNAL)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


def command(record: RunRecord) -> list[str]:
    """The argument list of a run; nothing in it is secret."""
    options = RunOptions.model_validate(record.options)
    return [
        sys.executable, "-P", "-m", "engine.service.child", "tile-infer", "--progress=json",
        *options.arguments(), "--", record.before, record.after, record.output,
    ]  # fmt: skip


def environment() -> dict[str, str]:
    """The environment of a run: the service's own, which its token was taken out of."""
    own = {"PYTHONIOENCODING": "utf-8:backslashreplace"}
    home = str(Path(engine.__file__).resolve().parents[1])
    if home not in sysconfig.get_paths().values():
        # Not installed but run from its sources, which the new process must find as this one did.
        inherited = os.environ.get("PYTHONPATH")
        own["PYTHONPATH"] = os.pathsep.join([home, *([inherited] if inherited else [])])
    return os.environ | own


def _event(line: bytes) -> Event | None:
    """An event, or None where the line is other text."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None
