"""Where a run's time goes: wall and CPU seconds of its stages, by thread, without nested ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class SpanRecord(NamedTuple):
    """One span for a trace.

    Attributes
    ----------
    start : float
        Seconds since 1970: clocks of several machines meet there.
    seconds : float
        Wall time, nested spans included.
    thread : str
    facts : mapping
        For example the number of tiles.
    """

    name: str
    start: float
    seconds: float
    thread: str
    facts: Mapping[str, Any]


@dataclass
class Stage:
    """Seconds spent in one stage itself, without the spans nested in it."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    spans: int = 0

    def add(self, wall_s: float, cpu_s: float, spans: int) -> None:
        """More of it."""
        self.wall_s += wall_s
        self.cpu_s += cpu_s
        self.spans += spans


class Spans:
    """Adds up stages; safe to use from several threads.

    Parameters
    ----------
    record : callable taking a SpanRecord, optional
        Told of every span that ends; without it a span costs two readings of two clocks.
    """

    def __init__(self, record: Callable[[SpanRecord], None] | None = None) -> None:
        self._record = record
        self._lock = threading.Lock()
        self._local = threading.local()
        self.stages: dict[str, Stage] = {}

    @contextmanager
    def span(self, name: str, **facts: Any) -> Iterator[None]:
        """Time what is done inside; CPU time is this thread's."""
        stack: list[list[float]] = self._local.__dict__.setdefault("stack", [])
        nested = [0.0, 0.0]
        stack.append(nested)
        start = time.time() if self._record is not None else 0.0
        wall, cpu = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
            stack.pop()
            if stack:
                stack[-1][0] += wall
                stack[-1][1] += cpu
            self.add(name, wall - nested[0], cpu - nested[1])
            if self._record is not None:
                self._record(SpanRecord(name, start, wall, threading.current_thread().name, facts))

    def timed(self, name: str, work: Callable[P, T]) -> Callable[P, T]:
        """A function whose calls are spans."""

        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.span(name):
                return work(*args, **kwargs)

        return run

    def add(self, name: str, wall_s: float, cpu_s: float, spans: int = 1) -> None:
        """Seconds that were measured elsewhere."""
        with self._lock:
            self.stages.setdefault(name, Stage()).add(wall_s, cpu_s, spans)

    def merge(self, stages: Mapping[str, Stage]) -> None:
        """The stages of another process."""
        for name, stage in stages.items():
            self.add(name, stage.wall_s, stage.cpu_s, stage.spans)

    def take(self) -> dict[str, Stage]:
        """What was added up so far; begins anew."""
        with self._lock:
            taken, self.stages = self.stages, {}
        return taken

    @contextmanager
    def rest_of_cpu(self, name: str) -> Iterator[None]:
        """Give a stage the process's CPU time that no span of any thread has measured.

        Threads of onnxruntime cannot be asked: what they take is what is left over.
        """
        cpu, known = time.process_time(), self._cpu()
        try:
            yield
        finally:
            rest = (time.process_time() - cpu) - (self._cpu() - known)
            self.add(name, 0.0, max(0.0, rest), 0)

    def _cpu(self) -> float:
        with self._lock:
            return sum(stage.cpu_s for stage in self.stages.values())

    def as_dict(self) -> dict[str, dict[str, float]]:
        """JSON-able, in the order in which the stages first ended."""
        with self._lock:
            return {
                name: {
                    "wall_s": round(stage.wall_s, 3),
                    "cpu_s": round(stage.cpu_s, 3),
                    "spans": stage.spans,
                }
                for name, stage in self.stages.items()
            }
