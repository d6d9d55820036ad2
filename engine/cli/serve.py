"""``engine serve``: the service that desktop programs and scripts talk to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import UsageError

# The variable's name, no token.
TOKEN_VARIABLE = "CHANGEVG_TOKEN"  # nosec B105


def serve(
    port: Annotated[int, typer.Option("--port", help="0: a free one.", min=0, max=65535)] = 0,
    parent_pid: Annotated[
        int | None, typer.Option("--parent-pid", help="End when this process has ended.", min=1)
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            "--root",
            help="Folder that requests may name files in; repeatable. Your home folder and the "
            "temporary folder if not given.",
        ),
    ] = None,
    token_stdin: Annotated[
        bool,
        typer.Option(
            "--token-stdin",
            help="Read the token from the first line of standard input, and end when it is closed.",
        ),
    ] = False,
    state_dir: Annotated[
        Path | None, typer.Option("--state-dir", help="Where records of runs are kept.")
    ] = None,
) -> None:
    """Answer requests of programs on this machine (HTTP on 127.0.0.1).

    Prints one line of JSON with the port. Every request must carry the token, which comes from the
    environment variable CHANGEVG_TOKEN or from standard input.

    $ CHANGEVG_TOKEN=$(openssl rand -hex 32) engine serve --port 8765
    """
    from engine.service.offline import go_offline

    token = _token(token_stdin)
    go_offline()  # before the libraries that look at it
    from engine.service.server import ServiceSettings, serve
    from engine.service.store import default_state_dir

    serve(
        ServiceSettings(
            token=token,
            port=port,
            parent_pid=parent_pid,
            ends_with_stdin=token_stdin,
            roots=root or (),
            state_dir=state_dir or default_state_dir(),
        )
    )


def _token(from_stdin: bool) -> str:
    # Taken out of the environment, so that no process started later inherits it.
    token = os.environ.pop(TOKEN_VARIABLE, "").strip()
    if from_stdin:
        token = _first_line().strip()
    if not token or not token.isascii():
        raise UsageError(
            "The service needs a token of ASCII characters.",
            hint=f"Set the environment variable {TOKEN_VARIABLE}, or give --token-stdin and write "
            "the token as the first line of standard input.",
        )
    return token


def _first_line() -> str:
    # Unbuffered, so that the watch on standard input sees what comes behind.
    line = b""
    while not line.endswith(b"\n") and len(line) < 4096:
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            break
        line += byte
    return line.decode("ascii", "replace")
