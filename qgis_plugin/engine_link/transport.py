"""HTTP without QGIS's proxy, and reading a stream that can be left at any moment.

``http.client`` knows no proxies, so a proxy set in QGIS never sees what goes to the engine.
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from ..translation import tr
from .errors import EngineLinkError, EngineUnreachableError, LinkCancelled

CONNECT_S = 5.0
POLL_S = 0.1
BROKEN = (OSError, http.client.HTTPException)


class Address:
    """Where an engine listens.

    Parameters
    ----------
    url : str
        As in ``http://127.0.0.1:40123``; a path before ``/v1`` is kept.

    Raises
    ------
    EngineLinkError
        It is not an address with http or https.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
            raise EngineLinkError(
                tr("“{url}” is not the address of an engine.").format(url=url),
                tr("Write it as in http://127.0.0.1:8000."),
            )
        self.secure = parts.scheme == "https"
        self.host = parts.hostname
        self.port = port or (443 if self.secure else 80)
        self.path = parts.path.rstrip("/")
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{self.path}"

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        """Open a connection; ``timeout`` in seconds is for every single read after it."""
        if self.secure:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self.host, self.port, timeout=CONNECT_S, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=CONNECT_S)
        try:
            connection.connect()
        except BROKEN as error:
            connection.close()
            raise self.unreachable(error) from error
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection

    def unreachable(self, error: BaseException) -> EngineUnreachableError:
        """The error for a connection that was refused, broke, or stayed silent."""
        reason = str(error) or type(error).__name__
        return EngineUnreachableError(
            tr("The engine at {url} does not answer ({reason}).").format(
                url=self.url, reason=reason
            ),
            tr("Is it running? See Settings ▸ Options ▸ ChangeVG."),
        )


def hang_up(sock: socket.socket | None) -> None:
    """Break a connection, so that another thread that reads from it wakes up.

    Take the socket before the request: ``http.client`` drops it from its connection when the
    answer says that it is the last one.
    """
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def interruptible(
    work: Callable[[], Any], hang: Callable[[], None], stop: Callable[[], bool] | None
) -> Any:
    """Do something that blocks, and leave it when ``stop()`` says so.

    Raises
    ------
    LinkCancelled
        ``stop()`` became true first.
    """
    if stop is None:
        return work()
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="changevg-request", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(POLL_S)
        if thread.is_alive() and stop():
            hang()
            thread.join()
            raise LinkCancelled(tr("Cancelled."))
    if failure:
        raise failure[0]
    return outcome[0]


class LineStream:
    """Lines of an answer, read by a thread of their own, so that waiting can be left.

    Parameters
    ----------
    connection : http.client.HTTPConnection
        Closed at the end.
    sock : socket.socket
        The connection's own.
    response : http.client.HTTPResponse
    stop : callable, optional
        Asked ten times a second; when it says true, the lines end.
    """

    def __init__(
        self,
        connection: http.client.HTTPConnection,
        sock: socket.socket | None,
        response: http.client.HTTPResponse,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.connection = connection
        self.sock = sock
        self.response = response
        self.stop = stop
        self.stopped = False
        self.failure: BaseException | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=10_000)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, name="changevg-events", daemon=True)

    def __iter__(self) -> Iterator[bytes]:
        self._thread.start()
        try:
            while True:
                if self.stop is not None and self.stop():
                    self.stopped = True
                    return
                try:
                    line = self._lines.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if line is None:
                    return
                yield line
        finally:
            self.close()

    def close(self) -> None:
        """End the connection and the reading thread."""
        self._closed.set()
        hang_up(self.sock)
        if self._thread.is_alive():
            self._thread.join(2.0)
        self.response.close()
        self.connection.close()

    def _read(self) -> None:
        try:
            while not self._closed.is_set():
                line = self.response.readline()
                if not line:
                    break
                self._put(line)
        except (*BROKEN, ValueError, AttributeError) as error:
            # The last two are how http.client reacts to being closed while it reads.
            self.failure = error
        self._put(None)

    def _put(self, line: bytes | None) -> None:
        while not self._closed.is_set():
            try:
                self._lines.put(line, timeout=POLL_S)
                return
            except queue.Full:
                continue


def pause(seconds: float, stop: Callable[[], bool] | None) -> None:
    """Wait, but no longer than until ``stop()``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (stop is not None and stop()):
        time.sleep(min(POLL_S, max(0.0, end - time.monotonic())))
