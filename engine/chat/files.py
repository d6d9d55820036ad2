"""Lines of a conversation's file: added at the end, read from the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from engine.private_files import private_opener

BLOCK_BYTES = 262_144


def append_line(path: Path, line: bytes) -> None:
    """Append a line.

    What a killed process left of a line stays behind as a line of its own, which readers skip;
    nothing is cut off that another process may be writing.
    """
    with open(path, "a+b", opener=private_opener) as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines_backwards(path: Path) -> Iterator[bytes]:
    """Whole lines of a file, the last one first; of a long file only what is asked for is read."""
    with open(path, "rb") as file:
        at = file.seek(0, os.SEEK_END)
        rest = b""
        while at > 0:
            step = min(BLOCK_BYTES, at)
            at -= step
            file.seek(at)
            parts = (file.read(step) + rest).split(b"\n")
            rest = parts[0]
            yield from (part for part in reversed(parts[1:]) if part)
        if rest:
            yield rest
