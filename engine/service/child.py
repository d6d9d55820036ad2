"""The process of one run: the command line, which ends when the service that started it is gone.

The service holds the other end of standard input and writes nothing into it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from engine.errors import CODES, Cancelled


def _end_with_service() -> None:
    os.read(0, 1)
    # At once: what was computed is on the disk, and a run that takes over needs the folder.
    os._exit(CODES[Cancelled][0])


def _interrupt(_: int, __: object) -> None:
    signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Run ``engine`` with this process's arguments."""
    threading.Thread(target=_end_with_service, daemon=True).start()
    if sys.platform == "win32":
        # The only signal that reaches one process group there.
        signal.signal(signal.SIGBREAK, _interrupt)
    from engine.cli.main import main as command_line  # late: the watch stands first

    command_line()


if __name__ == "__main__":
    main()
