"""Posting JSON to a language server: time limits, retries, and answers of a bearable size."""

from __future__ import annotations

import ipaddress
import json
import random
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from engine.errors import LanguageServerError, UsageError

ANSWER_MOST_BYTES = 2_000_000
"""A sentence is short: whatever is longer is no answer."""
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Statuses that may be gone a moment later."""
DOWN_AFTER, DOWN_S = 3, 30.0
"""After so many tries in a row that reached nobody the server is not tried for so many seconds."""


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for.

    Attributes
    ----------
    connect_s, read_s : float
        Seconds until a connection, and between two pieces of an answer.
    total_s : float
        Seconds for one attempt.
    attempts : int
        Tries of one request, the first included.
    pause_s, longest_pause_s : float
        Seconds before the second try, doubled for each further one; and the most.
    """

    connect_s: float = 5.0
    read_s: float = 60.0
    total_s: float = 180.0
    attempts: int = 4
    pause_s: float = 0.5
    longest_pause_s: float = 20.0


class _Later(Exception):
    """Worth another try."""

    def __init__(self, why: str, wait_s: float | None = None, reached: bool = True) -> None:
        super().__init__(why)
        self.wait_s, self.reached = wait_s, reached


def checked_url(url: str) -> str:
    """A server's address without a slash at its end.

    Raises
    ------
    UsageError
        It is no http or https address, or has a name and password in it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"--language-url {url!r} is no http address.",
            hint="Give the address that ends in /v1, such as http://127.0.0.1:8000/v1.",
        )
    if parts.username or parts.password:
        raise UsageError(
            "--language-url has a name or a password in it.",
            hint="Put the key into the environment variable CHANGEVG_LANGUAGE_KEY.",
        )
    return url.rstrip("/")


def is_here(url: str) -> bool:
    """Whether an address is this machine: then no image leaves it."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Server:
    """A connection pool to one server.

    Parameters
    ----------
    url : str
        Up to and with ``/v1``.
    key : str, optional
        Bearer token. It is sent to this server only and stands in no message.
    patience : Patience
    requests : int
        Connections at a time.

    Raises
    ------
    UsageError
        The address is none.
    """

    def __init__(
        self, url: str, key: str | None = None, patience: Patience | None = None, requests: int = 4
    ) -> None:
        self.url = checked_url(url)
        self.patience = patience or Patience()
        limits = httpx.Limits(max_connections=requests, max_keepalive_connections=requests)
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.patience.read_s, connect=self.patience.connect_s),
            limits=limits,
            follow_redirects=False,
            # A proxy is for servers elsewhere; on loopback it would only be in the way.
            trust_env=not is_here(self.url),
        )
        self._lock = threading.Lock()
        self._unreached, self._tried = 0, 0.0

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send JSON and return the JSON object that came back.

        Raises
        ------
        LanguageServerError
            After all tries there is no such answer, or the server refuses the request.
        """
        last = ""
        for attempt in range(self.patience.attempts):
            if self._unreached >= DOWN_AFTER and time.monotonic() - self._tried < DOWN_S:
                raise self._error(last or "it could not be reached before")
            try:
                value = self._once(path, body)
            except _Later as later:
                last = str(later)
                self._count(later.reached)
                if attempt + 1 < self.patience.attempts:
                    time.sleep(self._pause(attempt, later.wait_s))
            else:
                self._count(True)
                return value
        raise self._error(f"{last}, {self.patience.attempts} times")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _count(self, reached: bool) -> None:
        with self._lock:
            self._unreached = 0 if reached else self._unreached + 1
            self._tried = time.monotonic()

    def _pause(self, attempt: int, asked_s: float | None) -> float:
        usual = self.patience.pause_s * 2**attempt
        # Not all at the same moment.
        usual *= random.uniform(0.7, 1.3)  # nosec B311
        return min(self.patience.longest_pause_s, max(usual, asked_s or 0.0))

    def _once(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            with self._client.stream("POST", self.url + path, json=body) as response:
                content = self._content(response)
                status, headers = response.status_code, response.headers
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _Later(f"no connection ({error})", reached=False) from error
        except httpx.TimeoutException as error:
            raise _Later("no answer in time") from error
        except httpx.TransportError as error:
            raise _Later(f"the connection broke ({type(error).__name__})") from error
        if status in BUSY:
            raise _Later(f"status {status}", _seconds(headers.get("retry-after")))
        if status != 200:
            raise self._error(f"it answers with status {status}: {_said(content)}", status)
        try:
            value = json.loads(content)
        except ValueError:
            kind = headers.get("content-type", "no type").split(";")[0]
            raise self._error(f"its answer is no JSON but {kind}: {_said(content)}") from None
        if not isinstance(value, dict):
            raise self._error(f"its answer is no JSON object: {_said(content)}")
        return value

    def _content(self, response: httpx.Response) -> bytes:
        ends = time.monotonic() + self.patience.total_s
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > ANSWER_MOST_BYTES:
                raise self._error(f"its answer has more than {ANSWER_MOST_BYTES / 1e6:g} MB")
            if time.monotonic() > ends:
                raise _Later(f"an answer still unfinished after {self.patience.total_s:g} s")
        return b"".join(parts)

    def _error(self, why: str, status: int | None = None) -> LanguageServerError:
        hints = {
            401: "Put its key into the environment variable CHANGEVG_LANGUAGE_KEY.",
            403: "Put its key into the environment variable CHANGEVG_LANGUAGE_KEY.",
            404: "Is the address the one that ends in /v1, and is the model's name right?",
        }
        usual = "Is the server running, and is --language-url its address?"
        return LanguageServerError(
            f"The language server at {self.url} gave no answer: {why}.",
            hint=hints.get(status or 0, usual if status is None else None),
        )


def _said(content: bytes) -> str:
    from engine.plain_text import plain_line

    return plain_line(content[:2000].decode("utf-8", "replace"), 200) or "nothing"


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
