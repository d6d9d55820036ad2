"""Who may ask at all: Host, Origin and token first, then a body of bearable size and speed."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from engine.errors import EngineError
from engine.service.errors import (
    BodyTooLargeError,
    BodyTooSlowError,
    HostError,
    OriginError,
    TokenError,
    error_body,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_MOST_BYTES = 1_000_000
IMAGES_PATH = "/v1/chat/completions"
IMAGES_MOST_BYTES = 28_000_000
"""20 MB of images in base64, and the text around them."""
IMAGES_AT_ONCE = 8
"""Bodies with images in memory; others wait before they are read."""
DISCARDED_MOST_BYTES = 8_000_000
"""What is read and dropped of a body that is too large."""
BODY_SECONDS = 10.0
"""How long a body may take to arrive."""
SEND_SECONDS = 30.0
"""A client that takes nothing of an answer for so long is let go; events can be resumed."""

log = logging.getLogger("changevg.service")


class Guard:
    """An ASGI application around another one.

    Parameters
    ----------
    app : ASGI application
    token : str
        What ``Authorization: Bearer …`` must carry.
    port : int
        The port listened on; part of the hosts and origins that are let in.
    """

    def __init__(self, app: App, token: str, port: int) -> None:
        self._app = app
        self._token = token.encode()
        hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._hosts = {host.encode() for host in hosts}
        self._origins = {f"http://{host}".encode() for host in hosts}
        self._images = asyncio.Semaphore(IMAGES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        try:
            self._check(scope["headers"])
            if scope["path"] == IMAGES_PATH:
                async with self._images:
                    await self._pass_on(scope, receive, sent, IMAGES_MOST_BYTES)
            else:
                await self._pass_on(scope, receive, sent, BODY_MOST_BYTES)
        except EngineError as error:
            await _refuse(error, sent)
        except TimeoutError:
            log.warning("client too slow", extra={"path": scope["path"]})
            # Raised so that the server drops the connection instead of ending the answer politely.
            raise
        finally:
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round((time.monotonic() - began) * 1000),
                },
            )

    async def _pass_on(self, scope: Scope, receive: Receive, sent: Send, most: int) -> None:
        body = await _whole_body(receive, most)
        if body is not None:  # else the client went away
            await self._app(scope, _replayed(body, receive), sent)

    def _check(self, headers: list[tuple[bytes, bytes]]) -> None:
        def values(name: bytes) -> list[bytes]:
            return [value.strip() for key, value in headers if key == name]

        hosts = values(b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise HostError("This service answers as 127.0.0.1 and localhost, with its port, only.")
        if any(origin.lower() not in self._origins for origin in values(b"origin")):
            raise OriginError("Requests of web pages are refused.")
        given = values(b"authorization")
        scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        if scheme.lower() != b"bearer" or not hmac.compare_digest(token.strip(), self._token):
            raise TokenError(
                "The bearer token is missing or wrong.",
                hint="Send the header Authorization: Bearer TOKEN, with the token that the service "
                "was started with.",
            )


async def _whole_body(receive: Receive, most: int) -> bytes | None:
    """The body; None when the client is gone before it was whole."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                size += len(message.get("body", b""))
                if size <= most:
                    parts.append(message.get("body", b""))
                # Who is cut off while sending does not read the answer: a little is let pass.
                if size > most + DISCARDED_MOST_BYTES or not message.get("more_body", False):
                    break
    except TimeoutError as error:
        raise BodyTooSlowError(
            f"The body did not arrive within {BODY_SECONDS:.0f} seconds."
        ) from error
    if size > most:
        raise BodyTooLargeError(f"The body is larger than {most:,} bytes.")
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(error: EngineError, send: Send) -> None:
    content = json.dumps(error_body(error)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    if isinstance(error, TokenError):
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, (BodyTooLargeError, BodyTooSlowError)):
        headers.append((b"connection", b"close"))  # the rest of the body is not waited for
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
