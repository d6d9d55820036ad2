"""Talking to a running engine: one method per resource of its service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..translation import tr
from .chat import ChatCalls
from .errors import EngineAnswerError, EngineLinkError, LinkCancelled
from .events import FINAL, parse_events
from .exchange import SHORT_S, Stop
from .transport import LineStream, pause
from .versions import require_api

ASK_S = 900.0
# A shift is estimated from windows of both rasters, which may lie on a slow share.
INFO_S = 120.0
RECONNECTS = 5


class EngineClient(ChatCalls):
    """One engine's service. Safe to use from several threads: every call has its own connection.

    Parameters
    ----------
    url : str
        As in ``http://127.0.0.1:40123``.
    token : str
        Sent as bearer token; none where it is empty.

    Notes
    -----
    Every method raises :class:`EngineLinkError` or one of its leaves, with a message and, where
    there is something to do about it, a hint.
    """

    def health(self, timeout: float = SHORT_S) -> dict[str, Any]:
        """Version, interface version (``api``), process id, uptime in s, and counts of runs."""
        return self._json("GET", "/v1/health", timeout=timeout)

    def models(self) -> list[dict[str, Any]]:
        """The engine's models, as ``engine models list --json`` prints them."""
        return list(self._json("GET", "/v1/models").get("models", []))

    def info(
        self, before: str, after: str, options: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """What a pair is and whether it fits, as ``engine info --json`` prints it.

        A pair that does not fit is an :class:`EngineAnswerError` with ``exit_code`` 3.
        """
        body = {"before": before, "after": after, "options": dict(options or {})}
        return self._json("POST", "/v1/info", body, timeout=INFO_S)

    def start_run(
        self, before: str, after: str, output: str, options: Mapping[str, Any] | None = None
    ) -> str:
        """Queue a run and return its id.

        Parameters
        ----------
        before, after, output : str
            Absolute local paths in folders the engine may use.
        options : mapping
            The long options of ``engine tile-infer`` with underscores, as in ``min_area``.
        """
        body = {"before": before, "after": after, "output": output, "options": dict(options or {})}
        run = self._json("POST", "/v1/runs", body).get("id")
        if not isinstance(run, str):
            raise self.strange("POST /v1/runs")
        return run

    def run(self, run: str) -> dict[str, Any]:
        """One run's record: ``status``, times, and ``result`` or ``error`` at the end."""
        return self._json("GET", f"/v1/runs/{quote(run, safe='')}")

    def runs(self) -> list[dict[str, Any]]:
        """All runs, newest first."""
        return list(self._json("GET", "/v1/runs").get("runs", []))

    def cancel(self, run: str) -> dict[str, Any]:
        """Stop a run; what it found so far is kept and can be resumed."""
        return self._json("DELETE", f"/v1/runs/{quote(run, safe='')}")

    def events(
        self, run: str, after: int | None = None, stop: Stop | None = None
    ) -> Iterator[dict[str, Any]]:
        """Follow a run from its first event to its last (done, error or cancelled).

        A connection that breaks is taken up again where it broke.

        Parameters
        ----------
        run : str
        after : int, optional
            Leave out the events up to this id.
        stop : callable, optional
            Asked ten times a second, also while nothing comes; when it says true, the events end.
            The run itself goes on: :meth:`cancel` ends it.

        Yields
        ------
        dict
            The event, with ``event`` (its kind) and ``id``.
        """
        last = -1 if after is None else after
        failures = 0
        while True:
            try:
                stream = self._open_events(run, last, stop)
            except EngineAnswerError:
                raise
            except LinkCancelled:
                return
            except EngineLinkError:
                # Listening began: then the engine may be back in a moment.
                if last < 0 or failures >= RECONNECTS:
                    raise
            else:
                for event in parse_events(stream):
                    failures = 0
                    if 0 <= event["id"] <= last:
                        continue
                    last = max(last, event["id"])
                    yield event
                    if event["event"] in FINAL:
                        return
                if stream.stopped:
                    return
                if failures >= RECONNECTS:
                    raise self.address.unreachable(
                        stream.failure or ConnectionError(tr("the connection ended"))
                    )
            failures += 1
            pause(0.2 * 2**failures, stop)
            if stop is not None and stop():
                return

    def ask(
        self,
        before: str,
        after: str,
        question: str,
        *,
        bbox: Sequence[float] | None = None,
        aoi: str | None = None,
        options: Mapping[str, Any] | None = None,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        """Put one question to a pair, or to a part of it.

        Parameters
        ----------
        before, after : str
            Absolute local paths.
        question : str
        bbox : sequence of float, optional
            xmin, ymin, xmax, ymax in the before raster's CRS.
        aoi : str, optional
            Path of a vector file.
        options : mapping, optional
        stop : callable, optional
            Asked ten times a second; :class:`LinkCancelled` is raised when it says true.

        Returns
        -------
        dict
            What ``engine ask --json`` prints.
        """
        body: dict[str, Any] = {"before": before, "after": after, "question": question}
        if bbox is not None:
            body["bbox"] = [float(value) for value in bbox]
        if aoi is not None:
            body["aoi"] = aoi
        if options:
            body["options"] = dict(options)
        return self._json("POST", "/v1/ask", body, timeout=ASK_S, stop=stop)

    def check_api(self) -> dict[str, Any]:
        """Ask for health and make sure that engine and plugin understand each other.

        Raises
        ------
        EngineVersionError
            They do not; the hint names the one thing to do.
        """
        health = self.health()
        require_api(health.get("api"), str(health.get("version", "?")))
        return health

    def _open_events(self, run: str, last: int, stop: Stop | None) -> LineStream:
        path = f"/v1/runs/{quote(run, safe='')}/events"
        extra = {"Last-Event-ID": str(last)} if last >= 0 else {}
        return self._stream("GET", path, extra=extra, stop=stop)
