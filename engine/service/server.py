"""``engine serve``: the service on a port of this machine."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from engine import __version__
from engine.service import API_VERSION
from engine.service.app import create_app
from engine.service.completions import Completions
from engine.service.context import Context
from engine.service.errors import PortTakenError
from engine.service.guard import Guard
from engine.service.logs import log_to_stderr
from engine.service.paths import AllowedFolders
from engine.service.patience import ImpatientProtocol
from engine.service.questions import Questions
from engine.service.runs import Runs
from engine.service.store import RunStore
from engine.service.talks import Talks
from engine.service.watch import watch_parent, watch_stdin

HOST = "127.0.0.1"
CONNECTIONS_MOST = 128
KEEP_ALIVE_SECONDS = 30
END_SECONDS = 8.0
"""When the service has not ended by then, it is ended."""

log = logging.getLogger("changevg.service")


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """How a service is started.

    Attributes
    ----------
    token : str
        Every request must carry it.
    port : int
        0: one that is free.
    parent_pid : int, optional
        The service ends when this process is gone.
    ends_with_stdin : bool
        The service ends when standard input is closed.
    roots : sequence of Path
        Folders that requests may name files in; home and temporary folder when empty.
    state_dir : Path
        Where runs and conversations are kept.
    """

    token: str
    port: int = 0
    parent_pid: int | None = None
    ends_with_stdin: bool = False
    roots: Sequence[Path] = ()
    state_dir: Path


def serve(settings: ServiceSettings) -> None:
    """Run the service until a signal, its parent's end, or the end of standard input.

    Prints the handshake line on standard output when requests are answered.

    Raises
    ------
    EngineError
        A root is no folder, the port is taken, or the state folder cannot be used.
    """
    log_to_stderr()
    folders = AllowedFolders(settings.roots, private=[settings.state_dir])
    listening = _listen(settings.port)
    port = listening.getsockname()[1]
    store = RunStore(settings.state_dir)
    talks = Talks(settings.state_dir / "chats", folders, store)
    context = Context(folders, Runs(store), Questions(), talks, Completions())
    server = _Server(
        uvicorn.Config(
            Guard(create_app(context), settings.token, port),
            http=ImpatientProtocol,
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS_MOST,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,
        ),
        port,
    )
    context.ending = lambda: server.should_exit

    def over(reason: str) -> None:
        log.info("ending", extra={"reason": reason})
        server.should_exit = True
        timer = threading.Timer(END_SECONDS, os._exit, (1,))
        timer.daemon = True
        timer.start()

    if settings.parent_pid is not None:
        watch_parent(settings.parent_pid, over)
    if settings.ends_with_stdin:
        watch_stdin(over)
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says on standard output where it listens, as soon as it does."""

    def __init__(self, config: uvicorn.Config, port: int) -> None:
        super().__init__(config)
        self._port = port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        hello = {
            "port": self._port, "pid": os.getpid(), "version": __version__, "api": API_VERSION,
        }  # fmt: skip
        print(json.dumps(hello), flush=True)
        log.info("listening", extra={"port": self._port})


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # There another program could otherwise take over the port.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise PortTakenError(
            f"Port {port} cannot be listened on: {error}.", hint="Choose another one, or --port 0."
        ) from error
    return listening
