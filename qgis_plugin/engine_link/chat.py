"""Conversations about a finished result, as the engine keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ..translation import tr
from .events import parse_events
from .exchange import Exchange, Stop

CHAT_FINAL = ("done", "error", "stopped")
# What is left out is for the engine as it was: a server or a layer taken back would still be asked.
ALWAYS = ("session", "options", "vectors")


class ChatCalls(Exchange):
    """The part of an engine that is talked to."""

    def chat(
        self,
        message: str,
        *,
        session: str | None = None,
        layers: str | None = None,
        run: str | None = None,
        before: str | None = None,
        after: str | None = None,
        vectors: Mapping[str, str] | None = None,
        context: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        stop: Stop | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Say something about a result, and follow the answer as it comes.

        Parameters
        ----------
        message : str
        session : str, optional
            A conversation to go on with; a new one begins without it.
        layers, run : str, optional
            A GeoPackage of ``engine tile-infer``, or the id of a run: what a new conversation is
            about.
        before, after : str, optional
            The rasters; those named in the layers by default.
        vectors : mapping of str to str, optional
            Paths of vector files that may be asked about, by the names questions call them.
        context : mapping, optional
            ``bbox`` (xmin, ymin, xmax, ymax) with ``crs``, or ``selection`` (ids of boxes): the
            objects that the question is about.
        options : mapping, optional
            ``model``, ``device``, ``language_url``, ``language_model``.
        stop : callable, optional
            Asked ten times a second; when it says true, the connection is closed, which ends the
            answer, and no more events come.

        Yields
        ------
        dict
            The event, with ``event`` (its kind) and ``id``; the last is ``done``, ``error`` or
            ``stopped``.

        Raises
        ------
        EngineUnreachableError
            The engine ended in the middle of the answer.
        """
        given = {
            "session": session, "message": message, "layers": layers, "run": run,
            "before": before, "after": after, "vectors": dict(vectors or {}),
            "context": dict(context or {}), "options": dict(options or {}),
        }  # fmt: skip
        body = {name: value for name, value in given.items() if value or name in ALWAYS}
        stream = self._stream("POST", "/v1/chat", body, stop=stop)
        for event in parse_events(stream):
            yield event
            if event["event"] in CHAT_FINAL:
                return
        if not stream.stopped:
            raise self.address.unreachable(
                stream.failure or ConnectionError(tr("the connection ended"))
            )

    def chats(self) -> list[dict[str, Any]]:
        """All conversations: ``session``, ``layers``, ``title``, times and number of turns."""
        return list(self._json("GET", "/v1/chat").get("sessions", []))

    def chat_history(self, session: str) -> dict[str, Any]:
        """One conversation: its ``layers``, its ``turns``, and ``suggestions`` for an empty one."""
        return self._json("GET", _path(session))

    def stop_chat(self, session: str) -> None:
        """End the answer at work; what was said is kept."""
        self._json("POST", f"{_path(session)}/stop", {})

    def delete_chat(self, session: str) -> None:
        """Forget a conversation."""
        self._json("DELETE", _path(session))


def _path(session: str) -> str:
    return f"/v1/chat/{quote(session, safe='')}"
