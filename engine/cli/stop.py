"""Ctrl-C and SIGTERM as a polite request."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """The first Ctrl-C or SIGTERM asks the run to stop; a second one ends the process."""
    cancelled = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    old = {kind: signal.getsignal(kind) for kind in kinds}

    def stop(number: int, _: object) -> None:
        cancelled.set()
        signal.signal(number, signal.SIG_DFL)

    for kind in kinds:
        signal.signal(kind, stop)
    try:
        yield cancelled
    finally:
        for kind in kinds:
            signal.signal(kind, old[kind])
