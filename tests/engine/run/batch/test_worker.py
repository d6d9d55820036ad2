"""The process of a pair, seen from the batch: heard, stopped, lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled
from engine.run.batch import worker as module
from engine.run.batch.worker import Worker, WorkerDiedError
from engine.run.settings import RunSettings

SETTINGS = RunSettings(before="a.tif", after="b.tif", output=Path("o.gpkg"))


class FakeProcess:
    """Stands for the process; what it would do is done by a thread of the test."""

    exitcode: int | None = None
    killed = False

    def join(self, timeout: float | None = None) -> None:
        pass

    def is_alive(self) -> bool:
        return not self.killed

    def kill(self) -> None:
        self.killed = True


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Connection:
    """The other end of the worker's line."""
    near, far = Pipe()

    def start(self: Worker) -> None:
        self._line, self._process = near, FakeProcess()

    monkeypatch.setattr(Worker, "_start", start)
    return far


def test_a_stop_is_heard_while_events_flow(far: Connection) -> None:
    cancelled, over = threading.Event(), threading.Event()

    def chatter() -> None:
        assert far.recv() == SETTINGS
        while not over.is_set():
            far.send(("event", {"event": "warning", "message": "again"}))
            if far.poll():
                assert far.recv() is None
                far.send(("error", Cancelled("Stopped by the user.")))
                return
            time.sleep(0.002)

    thread = threading.Thread(target=chatter)
    thread.start()
    heard = []

    def on_event(event: dict[str, Any]) -> None:
        heard.append(event)
        if len(heard) == 5:
            cancelled.set()
        assert len(heard) < 500, "nobody listens"

    try:
        with pytest.raises(Cancelled):
            Worker().run(SETTINGS, on_event, cancelled)
    finally:
        over.set()
        thread.join()


def test_who_does_not_stop_is_ended_while_events_flow(
    far: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    cancelled, over = threading.Event(), threading.Event()
    cancelled.set()

    def chatter() -> None:
        while not over.is_set():
            try:
                far.send(("event", {"event": "warning", "message": "again"}))
            except OSError:
                return
            time.sleep(0.01)

    thread = threading.Thread(target=chatter)
    thread.start()
    worker = Worker()
    try:
        with pytest.raises(Cancelled):
            worker.run(SETTINGS, lambda event: None, cancelled)
    finally:
        over.set()
        thread.join()
    assert worker._process is None and worker._line is None


def test_a_receiver_that_fails_leaves_no_process_at_work(far: Connection) -> None:
    far.send(("event", {"event": "warning", "message": "a"}))
    worker = Worker()

    def fail(event: dict[str, Any]) -> None:
        raise KeyError("a fault")

    with pytest.raises(KeyError):
        worker.run(SETTINGS, fail, threading.Event())
    assert worker._process is None


@pytest.mark.parametrize("stopped", [False, True])
def test_a_process_that_is_gone(far: Connection, stopped: bool) -> None:
    cancelled = threading.Event()
    if stopped:
        cancelled.set()
    far.close()
    with pytest.raises(Cancelled if stopped else WorkerDiedError):
        Worker().run(SETTINGS, lambda event: None, cancelled)


def test_a_process_that_cannot_be_started_is_this_pairs_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    worker = Worker()
    with pytest.raises(WorkerDiedError, match="temporarily unavailable") as failed:
        worker.run(SETTINGS, lambda event: None, threading.Event())
    assert failed.value.hint and "--workers" in failed.value.hint
    monkeypatch.undo()
    with pytest.raises(Exception, match=r"a\.tif"):  # the next pair gets its process
        worker.run(SETTINGS, lambda event: None, threading.Event())
    worker.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no groups of processes")
def test_a_signal_to_the_whole_group_ends_no_pair_by_itself() -> None:
    worker = Worker()
    with pytest.raises(Exception, match=r"a\.tif"):
        worker.run(SETTINGS, lambda event: None, threading.Event())
    pid = worker._process.pid
    for kind in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid, kind)
    time.sleep(0.3)
    with pytest.raises(Exception, match=r"a\.tif"):
        worker.run(SETTINGS, lambda event: None, threading.Event())
    assert worker._process.pid == pid
    worker.close()
