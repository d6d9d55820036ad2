"""A request and its answer, in a time and a size that nothing a server does can stretch.

A socket's own limit begins anew with every byte: who drips headers or a body, or says 102 again and
again, would be waited for without end. Here every exchange is a task of an event loop, which ends
it wherever it stands. Loaded only where there is a server: httpx takes a while.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from dataclasses import dataclass

import httpx

from engine.errors import UsageError
from engine.language.patience import NoAnswer, Patience

ANSWER_MOST_BYTES = 2_000_000
"""A sentence is short: whatever is longer is no answer."""
END_S = 2.0
"""Seconds that what is under way has to end in, when the connections are closed."""


@dataclass(frozen=True)
class Answer:
    """What a server sent back, of whatever status."""

    status: int
    headers: httpx.Headers
    content: bytes


class Exchange:
    """Connections to one server, and the event loop they live in.

    Parameters
    ----------
    key : str or None
        Bearer token.
    requests : int
        Connections at a time.
    proxies : bool
        Whether the environment's proxies are used.

    Raises
    ------
    UsageError
        The environment's proxy or certificates cannot be used.
    """

    def __init__(self, key: str | None, patience: Patience, requests: int, proxies: bool) -> None:
        self._patience = patience
        headers = {"Accept-Encoding": "identity"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        try:
            self._client = httpx.AsyncClient(
                headers=headers,
                timeout=httpx.Timeout(None, connect=patience.connect_s),
                limits=httpx.Limits(max_connections=requests, max_keepalive_connections=requests),
                follow_redirects=False,
                trust_env=proxies,
            )
        except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
            raise UsageError(
                f"The proxy or the certificates for the language server cannot be used: {error}.",
                hint="See the environment variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and "
                "SSL_CERT_FILE.",
            ) from error
        self._closed, self._lock = False, threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="language server", daemon=True
        )
        self._thread.start()

    def post(self, url: str, content: bytes) -> Answer:
        """Send JSON; any thread may.

        Raises
        ------
        NoAnswer
        """
        with self._lock:
            if self._closed:
                raise _closed()
            job = asyncio.run_coroutine_threadsafe(self._within(url, content), self._loop)
        try:
            return job.result()
        except CancelledError:
            raise _closed() from None

    def close(self) -> None:
        """Close the connections; requests under way end without an answer."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        if tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=END_S)
        await self._client.aclose()

    async def _within(self, url: str, content: bytes) -> Answer:
        limit = self._patience.total_s
        try:
            async with asyncio.timeout(limit):
                return await self._once(url, content)
        except TimeoutError:
            # One who did not make it in all that time will not the next time, nor is it there.
            raise NoAnswer(
                f"nothing whole within {limit:g} s", reached=False, again=False
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoAnswer(f"no connection ({_cause(error)})", reached=False) from error
        except httpx.TransportError as error:
            raise NoAnswer(f"the connection broke ({type(error).__name__})") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            raise NoAnswer(f"{type(error).__name__} ({error})", again=False) from error

    async def _once(self, url: str, content: bytes) -> Answer:
        kind = {"Content-Type": "application/json"}
        async with self._client.stream("POST", url, content=content, headers=kind) as response:
            packing = response.headers.get("content-encoding", "identity").strip().lower()
            if packing not in ("", "identity"):
                # A few packed bytes may unpack to any size.
                raise NoAnswer(f"its answer is packed ({packing[:20]}), unasked", again=False)
            parts, size = [], 0
            async for part in response.aiter_raw():
                parts.append(part)
                size += len(part)
                if size > ANSWER_MOST_BYTES:
                    most = f"{ANSWER_MOST_BYTES / 1e6:g} MB"
                    raise NoAnswer(f"its answer has more than {most}", again=False)
            return Answer(response.status_code, response.headers, b"".join(parts))


def _closed() -> NoAnswer:
    return NoAnswer("the connection was closed", again=False)


def _cause(error: BaseException) -> str:
    """What the system said; the layers above it say only that nothing worked."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
