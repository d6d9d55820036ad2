"""One request to an engine and its answer: what all its resources have in common."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any

from ..translation import tr
from .errors import EngineAnswerError, EngineLinkError
from .transport import BROKEN, Address, LineStream, hang_up, interruptible

SHORT_S = 15.0
# The engine sends a heartbeat every ten seconds; three missed ones mean it is gone.
SILENCE_S = 35.0
LARGEST = 64 * 1024 * 1024

Stop = Callable[[], bool]


class Exchange:
    """Requests to one engine. Every call has its own connection, so threads may share this.

    Parameters
    ----------
    url : str
        As in ``http://127.0.0.1:40123``.
    token : str
        Sent as bearer token; none where it is empty.
    """

    def __init__(self, url: str, token: str) -> None:
        self.address = Address(url)
        self._token = token

    @property
    def url(self) -> str:
        """The engine's address."""
        return self.address.url

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "ChangeVG-QGIS"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float = SHORT_S,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        """One request and its answer as an object."""
        connection = self.address.connect(timeout)
        sock = connection.sock

        def exchange() -> tuple[int, bytes]:
            try:
                response = self._request(connection, method, path, body)
                return response.status, response.read(LARGEST)
            except (*BROKEN, ValueError, AttributeError) as error:
                raise self.address.unreachable(error) from error

        try:
            status, content = interruptible(exchange, lambda: hang_up(sock), stop)
        finally:
            connection.close()
        return self._answer(f"{method} {path}", status, content)

    def _request(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> http.client.HTTPResponse:
        headers = self._headers() | dict(extra or {})
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection.request(method, self.address.path + path, content, headers)
        return connection.getresponse()

    def _stream(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        extra: Mapping[str, str] | None = None,
        stop: Stop | None = None,
    ) -> LineStream:
        """One request whose answer is a stream of events."""
        headers = {"Accept": "text/event-stream"} | dict(extra or {})
        connection = self.address.connect(SILENCE_S)
        sock = connection.sock

        def ask() -> http.client.HTTPResponse:
            try:
                return self._request(connection, method, path, body, headers)
            except (*BROKEN, ValueError, AttributeError) as error:
                raise self.address.unreachable(error) from error

        try:
            response = interruptible(ask, lambda: hang_up(sock), stop)
            if response.status != 200:
                self._answer(f"{method} {path}", response.status, response.read(LARGEST))
                raise self.strange(f"{method} {path}", response.status)
        except BROKEN as error:
            connection.close()
            raise self.address.unreachable(error) from error
        except EngineLinkError:
            connection.close()
            raise
        return LineStream(connection, sock, response, stop)

    def _answer(self, what: str, status: int, content: bytes) -> dict[str, Any]:
        """The object of an answer, or the error it tells of."""
        try:
            answer = json.loads(content) if content else {}
        except ValueError:
            answer = None
        if status < 400 and isinstance(answer, dict):
            return answer
        told = answer.get("error") if isinstance(answer, dict) else None
        if not isinstance(told, dict):
            raise self.strange(what, status)
        hint = told.get("hint")
        if status == 401:  # whatever the engine advises: here the token is an option
            hint = tr("The token is wrong: choose it in Settings ▸ Options ▸ ChangeVG.")
        elif not hint and status == 403:
            hint = tr("Allow the folder in Settings ▸ Options ▸ ChangeVG.")
        elif not hint and status == 429:
            hint = tr("Wait until a run has ended, or cancel one.")
        code = told.get("exit_code")
        raise EngineAnswerError(
            str(told.get("message") or tr("The engine refused.")),
            str(hint) if hint else None,
            kind=str(told.get("type") or ""),
            status=status,
            exit_code=code if isinstance(code, int) else None,
        )

    def strange(self, what: str, status: int | None = None) -> EngineAnswerError:
        """The error for an answer that no engine gives."""
        return EngineAnswerError(
            tr("What answers at {url} is not a ChangeVG engine ({what}: {status}).").format(
                url=self.url, what=what, status=status or "?"
            ),
            tr("Check the address in Settings ▸ Options ▸ ChangeVG."),
            status=status,
        )
