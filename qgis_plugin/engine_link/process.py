"""The engine as QGIS's child: started, watched over, and ended with QGIS."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from ..settings import LANGUAGE_KEY
from ..translation import tr
from .client import EngineClient
from .environment import child_options, scrubbed
from .errors import EngineStartError, LinkCancelled
from .versions import require_api

START_S = 90.0
STOP_S = 2.0
# After a crash: how long to wait before the next starts, and for how long crashes count.
BACK_OFF_S = (0.0, 1.0, 4.0)
MEMORY_S = 120.0
TAIL = 2000

Stop = Callable[[], bool]


class EngineProcess:
    """One engine, running or not. Its methods are called under a lock by its owner.

    Parameters
    ----------
    program : Path
        The engine's program.
    folders : sequence of str
        Folders it may use; empty for the engine's own defaults.
    log : Path
        Where its log goes; replaced at every start.
    gpu : bool
        Whether it may see graphics cards.
    language_key : str
        Key of a language model's server; handed over in the environment, which others cannot read.
    """

    def __init__(
        self,
        program: Path,
        folders: Sequence[str],
        log: Path,
        *,
        gpu: bool = True,
        language_key: str = "",
    ) -> None:
        self.program = Path(program)
        self.folders = tuple(folders)
        self.log = Path(log)
        self.gpu = gpu
        self._language_key = language_key
        self.client: EngineClient | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._crashes: list[float] = []

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the living child."""
        return self._child.pid if self._child is not None and self.running else None

    def ensure(self, stop: Stop | None = None) -> EngineClient:
        """The client of the running engine; starts it first, or again after a crash.

        Parameters
        ----------
        stop : callable, optional
            Asked ten times a second while the engine starts.

        Raises
        ------
        EngineStartError
            It does not start, or crashed several times in a row; the message ends with what it
            said last.
        EngineVersionError
        LinkCancelled
        """
        if self.running and self.client is not None:
            return self.client
        if self._child is not None:
            self._note_crash()
        self._back_off(stop)
        try:
            return self._start(stop)
        except EngineStartError:
            self._crashes.append(time.monotonic())
            raise

    def stop(self) -> None:
        """End the engine: it is asked first, and killed after two seconds."""
        child, self._child, self.client = self._child, None, None
        self._crashes.clear()
        if child is None:
            return
        atexit.unregister(self.stop)
        with contextlib.suppress(OSError):
            if child.stdin is not None:
                child.stdin.close()
        if child.poll() is None:
            with contextlib.suppress(OSError):
                child.terminate()
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child.stdout is not None:
            child.stdout.close()

    def last_words(self) -> str:
        """The end of the engine's log."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - TAIL))
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def _note_crash(self) -> None:
        self._crashes.append(time.monotonic())
        crashes = self._crashes
        self.stop()
        self._crashes = crashes or [time.monotonic()]

    def _back_off(self, stop: Stop | None) -> None:
        now = time.monotonic()
        self._crashes = [moment for moment in self._crashes if now - moment < MEMORY_S]
        if not self._crashes:
            return
        if len(self._crashes) > len(BACK_OFF_S):
            self._crashes.clear()
            raise EngineStartError(
                tr("The engine ended {count} times in a row.").format(count=len(BACK_OFF_S) + 1)
                + self._said(),
                tr("Copy the diagnostics in Settings ▸ Options ▸ ChangeVG; then try again."),
            )
        end = now + BACK_OFF_S[len(self._crashes) - 1]
        while time.monotonic() < end:
            if stop is not None and stop():
                raise LinkCancelled(tr("Cancelled."))
            time.sleep(0.1)

    def _start(self, stop: Stop | None) -> EngineClient:
        command = [str(self.program), "serve", "--port", "0", "--token-stdin"]
        command += ["--parent-pid", str(os.getpid())]
        for folder in self.folders:
            command += ["--root", folder]
        extra = {} if self.gpu else {"CUDA_VISIBLE_DEVICES": "-1"}
        if self._language_key:
            extra[LANGUAGE_KEY] = self._language_key
        word = secrets.token_urlsafe(32)
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("wb") as log:
                child = subprocess.Popen(  # nosec B603
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                    env=scrubbed(extra=extra), **child_options(),
                )  # fmt: skip
        except OSError as error:
            raise EngineStartError(
                tr("The engine {path} cannot be started: {reason}.").format(
                    path=self.program, reason=error.strerror or error
                ),
                tr("Install it again, or choose it, in Settings ▸ Options ▸ ChangeVG."),
            ) from error
        self._child = child
        atexit.register(self.stop)
        try:
            return self._shake_hands(child, word, stop)
        except BaseException:
            crashes = list(self._crashes)
            self.stop()
            self._crashes = crashes
            raise

    def _shake_hands(
        self, child: subprocess.Popen[bytes], word: str, stop: Stop | None
    ) -> EngineClient:
        with contextlib.suppress(OSError):
            # The pipe stays open: the engine ends when QGIS, and with it the pipe, is gone.
            if child.stdin is not None:
                child.stdin.write(word.encode() + b"\n")
                child.stdin.flush()
        hello = self._first_line(child, stop)
        require_api(hello.get("api"), str(hello.get("version", "?")))
        self.client = EngineClient(f"http://127.0.0.1:{int(hello['port'])}", word)
        self.client.health()
        return self.client

    def _first_line(self, child: subprocess.Popen[bytes], stop: Stop | None) -> dict[str, Any]:
        lines: queue.Queue[bytes] = queue.Queue()
        reader = threading.Thread(
            target=_drain, args=(child.stdout, lines), name="changevg-engine", daemon=True
        )
        reader.start()
        end = time.monotonic() + START_S
        while True:
            try:
                line = lines.get(timeout=0.1)
                break
            except queue.Empty:
                if stop is not None and stop():
                    raise LinkCancelled(tr("Cancelled.")) from None
                if time.monotonic() > end:
                    raise EngineStartError(
                        tr("The engine did not start within {seconds:.0f} s.").format(
                            seconds=START_S
                        )
                        + self._said(),
                        tr("Try again: a first start may be slow. Its log: {log}").format(
                            log=self.log
                        ),
                    ) from None
        try:
            hello = json.loads(line)
            if isinstance(hello, dict) and isinstance(hello.get("port"), int):
                return hello
        except ValueError:
            pass  # nosec B110
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1.0)
        raise EngineStartError(
            tr("The engine {path} does not start.").format(path=self.program) + self._said(),
            tr("Install it again, or choose another one, in Settings ▸ Options ▸ ChangeVG."),
        )

    def _said(self) -> str:
        words = self.last_words()
        return "\n" + words if words else ""


def _drain(pipe: IO[bytes] | None, lines: queue.Queue[bytes]) -> None:
    """Hand on the first line (empty at the end); read the rest away, so the child never waits."""
    if pipe is None:
        lines.put(b"")
        return
    try:
        lines.put(pipe.readline())
        while pipe.read(4096):
            continue
    except (OSError, ValueError):
        return
