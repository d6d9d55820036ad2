"""Standard error, or what stands for it: a log that cannot be written ends no run."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TextIO


class LineStream:
    """Writes text at once; falls silent when its stream fails (a full disk, a closed pipe).

    Parameters
    ----------
    stream : text stream, optional
        None where the process was started without one.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write text as it is."""
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except BlockingIOError:
            return  # who reads is slow: the rest goes with the next text
        except (OSError, ValueError):  # ValueError: it was closed
            let_go(self._stream)
            self._stream = None


def let_go(stream: TextIO) -> None:
    """Let a stream that failed end nowhere.

    What it still holds would fail again at Python's end, which then ends with a code of its own.
    """
    with suppress(OSError, ValueError):  # no file, as in tests
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
