"""Posting JSON to a language server: tries, pauses, and when it is left alone."""

from __future__ import annotations

import ipaddress
import json
import random
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from engine.errors import LanguageServerError, UsageError
from engine.language.patience import NoAnswer, Patience

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Statuses that may be gone a moment later."""
DOWN_AFTER, DOWN_S = 3, 30.0
"""After so many tries in a row that nobody answered the server is not tried for so many seconds, or
for as long as the last try took: then at most half of a run is spent on waiting for nothing."""


def checked_url(url: str) -> str:
    """A server's address without a slash at its end.

    Raises
    ------
    UsageError
        It is no http or https address, or has a name and password in it.
    """
    try:
        parts = urlsplit(url)
        # Both raise a ValueError where they are out of range.
        _, host = parts.port, (parts.hostname or "").encode("idna")
        good = parts.scheme in ("http", "https") and bool(host)
    except ValueError:
        good = False
    # Line breaks, which urlsplit takes out without a word.
    if not good or not url.isprintable() or " " in url:
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
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
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
        The address is none, or the key cannot be sent.
    """

    def __init__(
        self, url: str, key: str | None = None, patience: Patience | None = None, requests: int = 4
    ) -> None:
        from engine.language.exchange import Exchange

        self.url = checked_url(url)
        if key is not None and not (key.isascii() and key.isprintable()):
            raise UsageError(
                "The environment variable CHANGEVG_LANGUAGE_KEY has characters that no key has.",
                hint="Is there a line break at its end?",
            )
        self.patience = patience or Patience()
        # A proxy is for servers elsewhere; on loopback it would only be in the way.
        self._exchange = Exchange(key, self.patience, requests, proxies=not is_here(self.url))
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._unanswered, self._down_until = 0, 0.0

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send JSON and return the JSON object that came back.

        Raises
        ------
        LanguageServerError
            After all tries there is no such answer, or the server refuses the request.
        """
        content = json.dumps(body).encode("ascii")
        last = ""
        for attempt in range(self.patience.attempts):
            if self._unanswered >= DOWN_AFTER and time.monotonic() < self._down_until:
                raise self._error(last or "it did not answer before")
            try:
                return self._once(path, content)
            except NoAnswer as failure:
                last = str(failure)
                if not failure.again:
                    raise self._error(last) from failure
                if attempt + 1 < self.patience.attempts:
                    self._closed.wait(self._pause(attempt, failure.wait_s))
        raise self._error(f"{last}, {self.patience.attempts} times")

    def close(self) -> None:
        """Close the connections; requests under way fail."""
        self._closed.set()
        self._exchange.close()

    def _count(self, reached: bool, took_s: float) -> None:
        with self._lock:
            self._unanswered = 0 if reached else self._unanswered + 1
            self._down_until = time.monotonic() + max(DOWN_S, took_s)

    def _pause(self, attempt: int, asked_s: float | None) -> float:
        usual = self.patience.pause_s * 2**attempt
        # Not all at the same moment.
        usual *= random.uniform(0.7, 1.3)  # nosec B311
        return min(self.patience.longest_pause_s, max(usual, asked_s or 0.0))

    def _once(self, path: str, content: bytes) -> dict[str, Any]:
        began, reached = time.monotonic(), True
        try:
            answer = self._exchange.post(self.url + path, content)
        except NoAnswer as failure:
            reached = failure.reached
            raise
        finally:
            self._count(reached, time.monotonic() - began)
        if answer.status in BUSY:
            raise NoAnswer(f"status {answer.status}", _seconds(answer.headers.get("retry-after")))
        said = _said(answer.content)
        if answer.status != 200:
            raise self._error(f"it answers with status {answer.status}: {said}", answer.status)
        try:
            value = json.loads(answer.content)
        except (ValueError, RecursionError):
            kind = answer.headers.get("content-type", "no type").split(";")[0]
            raise self._error(f"its answer is no JSON but {kind}: {said}") from None
        if not isinstance(value, dict):
            raise self._error(f"its answer is no JSON object: {said}")
        return value

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
