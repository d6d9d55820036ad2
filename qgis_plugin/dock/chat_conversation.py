"""One conversation about one result: what is asked, what comes back, stop and retry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.PyQt.QtCore import QDateTime, QObject, Qt, pyqtSignal

from ..engine_link import EngineLink
from ..engine_link.errors import EngineUnreachableError
from ..errors import PluginError
from ..translation import tr
from . import chat_events
from .chat_record import Turn, plain
from .chat_stream import ChatStream

TURNS_MOST = 500
"""Turns kept in memory; the engine keeps all."""


class Conversation(QObject):
    """Turns about a result, and the answer at work if there is one.

    Parameters
    ----------
    link : EngineLink
    package : str
        Path of the result's GeoPackage.
    session : str, optional
        The engine's id of it; None before the first answer.
    turns : iterable of Turn
        What was said before.
    """

    added = pyqtSignal(object)
    removed = pyqtSignal(object)
    changed = pyqtSignal(object, object)
    starting = pyqtSignal(str)
    ended = pyqtSignal(object)

    def __init__(
        self,
        link: EngineLink,
        package: str,
        session: str | None = None,
        turns: Iterable[Turn] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.link = link
        self.package = package
        self.session = session
        self.turns = list(turns)
        self._stream: ChatStream | None = None

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return self._stream is not None

    @property
    def title(self) -> str:
        """The first question."""
        return self.turns[0].question if self.turns else tr("New conversation")

    def send(
        self,
        question: str,
        *,
        place: str = "",
        context: Mapping[str, Any] | None = None,
        vectors: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
        host: str = "",
        may_go_to: str = "",
    ) -> Turn:
        """Ask something; an answer at work is stopped first.

        Parameters
        ----------
        place : str
            The part of the map it is about, in words.
        context, vectors, options : mapping, optional
            As ``EngineClient.chat`` takes them.
        host, may_go_to : str
            Where the question goes to, and where the engine may send it, when that is not this
            computer.
        """
        self.stop()
        now = QDateTime.currentDateTime().toString(Qt.DateFormat.ISODate)
        turn = Turn(question, place, dict(context or {}), asked_at=now, host=host)
        turn.may_go_to = may_go_to
        self.turns.append(turn)
        del self.turns[:-TURNS_MOST]
        self.added.emit(turn)
        stream = ChatStream(
            self.link,
            {
                "message": question,
                "session": self.session,
                "layers": self.package,
                "context": context,
                "vectors": vectors,
                "options": options,
            },
        )
        # Each stream writes into its own turn only, so answers cannot mix.
        stream.arrived.connect(lambda events: self._take(turn, events))
        stream.ended.connect(lambda error: self._finish(turn, error))
        stream.starting.connect(self.starting)
        self._stream = stream
        stream.start()
        return turn

    def stop(self) -> None:
        """End the answer at work; what was said is kept."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        stream.forget()
        turn = self.turns[-1]
        chat_events.stop(turn)
        self.changed.emit(turn, {"sentences", "end"})
        self.ended.emit(turn)

    def close(self, seconds: float = 2.0) -> None:
        """Stop, and wait until the connection is closed (the plugin is unloaded)."""
        stream = self._stream
        self.stop()
        if stream is not None:
            stream.wait(seconds)

    def retry(self, turn: Turn, **now: Any) -> Turn:
        """Ask a question again about the same place; a turn that failed gives way to the new one.

        Parameters
        ----------
        now
            ``vectors``, ``options``, ``host`` and ``may_go_to`` as for :meth:`send`.
        """
        self.stop()
        if turn.state == "failed":
            self.turns.remove(turn)
            self.removed.emit(turn)
        return self.send(turn.question, place=turn.place, context=turn.context, **now)

    def _take(self, turn: Turn, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event.get("event") == "session" and plain(event.get("session")):
                self.session = event["session"]
        changed = chat_events.apply(turn, events)
        if changed:
            self.changed.emit(turn, changed)

    def _finish(self, turn: Turn, error: PluginError | None) -> None:
        self._stream = None
        if turn.running:
            if error is not None:
                chat_events.fail(turn, error.message, _hint(error, turn))
            else:
                chat_events.stop(turn)
            self.changed.emit(turn, {"sentences", "end"})
        self.ended.emit(turn)


def _hint(error: PluginError, turn: Turn) -> str:
    if isinstance(error, EngineUnreachableError) and turn.state == "answering":
        return tr("What was said before is kept. Try again: the engine is started again.")
    return error.hint or ""
