"""What a run knows of itself: its time by stage, its memory, and the trace of both."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from engine.errors import OutputError
from engine.run.memory import peak_mb
from engine.run.spans import Spans
from engine.run.trace import Trace


class Stopwatch:
    """Started with the run.

    Parameters
    ----------
    profile : Path, optional
        Where the trace goes.

    Raises
    ------
    OutputError
        The trace cannot be begun.
    """

    def __init__(self, profile: Path | None = None) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()
        self.trace = Trace(profile) if profile is not None else None
        self.spans = Spans(self.trace.add if self.trace is not None else None)

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self._wall

    def timings(self) -> dict[str, Any]:
        """Seconds so far, of the run and of its stages; JSON-able (docs/performance.md)."""
        return {
            "wall_s": round(self.seconds, 3),
            "cpu_s": round(time.process_time() - self._cpu, 3),
            "peak_memory_mb": peak_mb(),
            "stages": self.spans.as_dict(),
        }

    def mark(self) -> None:
        """Note the memory of this moment, where a trace is wanted."""
        if self.trace is not None:
            self.trace.memory()

    def close(self, facts: dict[str, Any]) -> OutputError | None:
        """Complete the trace, however the run ended; gives why there is none."""
        trace, self.trace = self.trace, None
        return None if trace is None else trace.close(facts | {"timings": self.timings()})
