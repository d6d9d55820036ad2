"""All conversations of a program: questions in, turns out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.agent import Plan, ToolCall
from engine.agent.errors import ToolCallError
from engine.chat import model_words
from engine.chat.errors import OtherLayersError
from engine.chat.layers import LayersCache, RunLayers
from engine.chat.records import (
    MESSAGE_MOST,
    ChatContext,
    ChatOptions,
    SessionRecord,
    TurnRecord,
    new_id,
    now,
)
from engine.chat.restriction import Restriction, restrict
from engine.chat.routing import Route, points_back, route
from engine.chat.store import SessionStore
from engine.chat.turn import ModelQuestion, Turn
from engine.errors import UsageError
from engine.guide.device import choose_device
from engine.plain_text import plain_line
from engine.run.conversation import TOLD_AGAIN

TITLE_MOST = 80
MAP, TOOLS_DEVICE = "map", "cpu"
"""Who answers, and on what, where only tools do."""
MayOpen = Callable[[str], str | None]
"""Takes a raster's name as a result's record has it; gives the path, or None where it must not be
opened: the record travels in a file that anybody may have edited."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One message; its paths were checked.

    Attributes
    ----------
    layers : Path, optional
        The result, for a new conversation.
    before, after : str, optional
        The pair, if it is not where the result says.
    vectors : mapping of str to str, optional
        Vector files by name; None: those of the conversation so far.
    options : ChatOptions, optional
        None: those of the conversation so far.
    """

    message: str
    layers: Path | None = None
    before: str | None = None
    after: str | None = None
    vectors: Mapping[str, str] | None = None
    context: ChatContext | None = None
    options: ChatOptions | None = None


@dataclass
class Chats:
    """Begins turns.

    Attributes
    ----------
    may_open : callable
        For rasters that a result's record names.
    """

    store: SessionStore
    may_open: MayOpen
    cache: LayersCache = field(default_factory=LayersCache)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: dict[str, str] = field(default_factory=dict)

    def begin(self, ask: Ask, session: str | None = None) -> Turn:
        """Understand a message and keep it; the turn's events are the answer.

        Raises
        ------
        NoSuchSessionError, OtherLayersError
        UsageError
            A new conversation without layers, or a context that is none.
        LayersError
            The layers are gone, or no output of this program.
        ModelError
            The model that is needed cannot be had.
        HistoryError
            The question cannot be kept.
        """
        known = None if session is None else self.store.get(session)
        record = _about(ask, known)
        layers = self.cache.get(Path(record.layers))
        earlier = [] if known is None else self.store.last(known.id, TOLD_AGAIN)
        last = _call(earlier[-1]) if earlier else None
        limit = restrict(layers, layers.with_vectors(record.vectors), ask.context)
        routed = route(limit.agent, ask.message, last)
        asked = self._for_model(routed, record, layers, limit, earlier, ask.message)
        if isinstance(asked, Route):
            routed, asked = asked, None
        options = record.options
        turn = TurnRecord(
            id=new_id(),
            question=plain_line(ask.message, MESSAGE_MOST),
            asked_at=now(),
            context=ask.context,
            model=MAP if asked is None else model_words.model_name(options),
            device=TOOLS_DEVICE if asked is None else _device(options),
        )
        if known is None:
            record = record.model_copy(update={"title": plain_line(ask.message, TITLE_MOST)})
            self.store.create(record)
        elif record != known:
            self.store.save(record)
        self.store.asked(record.id, turn)
        with self._lock:
            self._at_work[turn.id] = record.id

        def keep(done: TurnRecord) -> None:
            with self._lock:
                self._at_work.pop(done.id, None)
            self.store.answered(record, done)

        return Turn(record, record.turns + 1, turn, layers, limit, routed, keep, asked, last)

    def show(self, session: str) -> dict[str, Any]:
        """A conversation with its turns.

        Raises
        ------
        NoSuchSessionError
        """
        from engine.chat.suggestions import FIRST

        record, turns = self.store.get(session), self.turns(session)
        asked = turns[-1].suggestions if turns and turns[-1].suggestions else list(FIRST)
        shown = [turn.public() for turn in turns]
        return record.public() | {"turns": shown, "suggestions": asked}

    def turns(self, session: str) -> list[TurnRecord]:
        """The turns that have ended.

        Raises
        ------
        NoSuchSessionError
        """
        with self._lock:
            at_work = set(self._at_work)
        return self.store.turns(session, at_work)

    def _for_model(
        self, routed: Route, record: SessionRecord, layers: RunLayers, limit: Restriction,
        earlier: list[TurnRecord], message: str,
    ) -> ModelQuestion | Route | None:  # fmt: skip
        """What the language model is to be asked; another route where it would take too long."""
        if not routed.may_ask_model or not model_words.has_model(record.options):
            return None
        pair = self._pair(record, layers)
        if pair is None:
            return None
        last = earlier[-1] if earlier else None
        bbox = model_words.area(layers, limit.bbox, last, points_back(message))
        if model_words.too_large(layers, bbox):
            return Route(Plan("ask", question=model_words.TOO_LARGE, reason="area"))
        return ModelQuestion(pair, bbox, record.options, earlier)

    def _pair(self, record: SessionRecord, layers: RunLayers) -> model_words.Pair | None:
        found = []
        for name in ("before", "after"):
            given = getattr(record, name)
            path = given or self.may_open(str(layers.told.get(name) or ""))
            if path is None or not Path(path).is_file():
                return None
            found.append(path)
        return model_words.Pair(*found)


def _about(ask: Ask, known: SessionRecord | None) -> SessionRecord:
    given: dict[str, Any] = {
        name: value
        for name, value in (
            ("before", ask.before), ("after", ask.after), ("options", ask.options),
            ("vectors", None if ask.vectors is None else dict(ask.vectors)),
        )
        if value is not None
    }  # fmt: skip
    if known is not None:
        if ask.layers is not None and str(ask.layers) != known.layers:
            raise OtherLayersError(
                "This conversation is about another result.",
                hint="Begin a new one: leave session out.",
            )
        return known.model_copy(update=given)
    if ask.layers is None:
        raise UsageError(
            "A new conversation needs layers.", hint="Give the GeoPackage of a finished run."
        )
    moment = now()
    return SessionRecord(
        id=new_id(), layers=str(ask.layers), title="", created_at=moment, updated_at=moment, **given
    )


def _call(turn: TurnRecord) -> ToolCall | None:
    if turn.call is None:
        return None
    try:
        return ToolCall.of(turn.call["tool"], turn.call["arguments"])
    except ToolCallError:
        return None  # of another version of the program, which knew other tools


def _device(options: ChatOptions) -> str:
    if options.language_url is not None:
        return "server"
    return choose_device(options.device).name
