"""Conversations at work: who answers, in which order, and what stops an answer.

Tools answer in a few threads, the language model one question at a time beside them, so that its
minutes hold up nobody's milliseconds. Messages of one conversation are answered in their order.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.chat import Ask, ChatEvent, Chats, SessionStore, Turn
from engine.chat.turn import error_facts
from engine.service.chat_admission import admit_again, admit_chat, may_open
from engine.service.chat_requests import ChatRequest
from engine.service.errors import QueueFullError, ServiceError
from engine.service.paths import AllowedFolders
from engine.service.store import RunStore

AT_WORK_MOST = 96
"""Messages being answered, or waiting for their turn."""
MODEL_MOST = 8
"""Of these, questions for the language model."""
TOOL_THREADS = 4

log = logging.getLogger("changevg.service")


@dataclass
class Talk:
    """An answer under way.

    Attributes
    ----------
    stop : threading.Event
        Ends it.
    events : asyncio.Queue
        What is said; None behind the last event.
    """

    stop: threading.Event
    events: asyncio.Queue[ChatEvent | None] = field(default_factory=asyncio.Queue)


@dataclass
class _Line:
    """Those who wait for one conversation."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Talks:
    """The conversations of a service.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    folders : AllowedFolders
    runs : RunStore
    """

    def __init__(self, folder: Path, folders: AllowedFolders, runs: RunStore) -> None:
        self._folders, self._runs = folders, runs
        self.chats = Chats(SessionStore(folder), lambda name: may_open(name, folders))
        self._tools = ThreadPoolExecutor(TOOL_THREADS, "chat")
        self._model = ThreadPoolExecutor(1, "chat-model")
        self._at_work = 0
        self._asking_model = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: dict[str, _Line] = {}
        self._stops: dict[str, set[threading.Event]] = {}

    async def begin(self, request: ChatRequest) -> Talk:
        """Understand a message and begin to answer it.

        Raises
        ------
        EngineError
            The message cannot be taken; it is not kept then.
        QueueFullError
        """
        if self._at_work >= AT_WORK_MOST:
            raise QueueFullError(
                f"{AT_WORK_MOST} messages are being answered already.", hint="Send it again soon."
            )
        self._at_work += 1
        talk = Talk(threading.Event())
        understood: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # On its own from here on: whether the client stays or not, the conversation is put right.
        task = asyncio.create_task(self._answer(request, talk, understood))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await understood
        except asyncio.CancelledError:
            talk.stop.set()
            raise
        return talk

    def stop(self, session: str) -> int:
        """Stop the answers at work in a conversation, and give their number.

        Raises
        ------
        NoSuchSessionError
        """
        stops = self._stops.get(session, set())
        if not stops:
            self.chats.store.get(session)
        for one in stops:
            one.set()
        return len(stops)

    def close(self) -> None:
        """Stop all answers; what was said of them is kept."""
        for stops in self._stops.values():
            for one in stops:
                one.set()
        self._tools.shutdown(wait=False, cancel_futures=True)
        self._model.shutdown(wait=False, cancel_futures=True)

    async def _answer(
        self, request: ChatRequest, talk: Talk, understood: asyncio.Future[None]
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._place(request.session):
                with self._stoppable(request.session, talk.stop):
                    turn = await loop.run_in_executor(self._tools, self._begin, request)
                with self._stoppable(turn.session.id, talk.stop):
                    understood.set_result(None)
                    await self._drained(turn, talk)
        except Exception as error:
            if understood.done():
                log.exception("answer lost")
            else:
                understood.set_exception(error)
        finally:
            self._at_work -= 1
            talk.events.put_nowait(None)

    def _begin(self, request: ChatRequest) -> Turn:
        ask: Ask = admit_chat(request, self._folders, self._runs)
        if request.session is not None:
            admit_again(self.chats.store.get(request.session), self._folders)
        return self.chats.begin(ask, request.session)

    async def _drained(self, turn: Turn, talk: Talk) -> None:
        loop = asyncio.get_running_loop()

        def tell(event: ChatEvent) -> None:
            try:
                loop.call_soon_threadsafe(talk.events.put_nowait, event)
            except RuntimeError:
                talk.stop.set()  # the service has ended meanwhile: what was said is kept

        if turn.asks_model is None:
            await loop.run_in_executor(self._tools, _drain, turn, talk.stop, tell)
            return
        if self._asking_model >= MODEL_MOST:
            talk.stop.set()
        self._asking_model += 1
        try:
            await loop.run_in_executor(self._model, _drain, turn, talk.stop, tell)
        finally:
            self._asking_model -= 1

    @asynccontextmanager
    async def _place(self, session: str | None) -> AsyncIterator[None]:
        """The turn of a message in its conversation."""
        if session is None:
            yield
            return
        line = self._lines.setdefault(session, _Line())
        line.waiting += 1
        try:
            async with line.turn:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                self._lines.pop(session, None)

    @contextmanager
    def _stoppable(self, session: str | None, stop: threading.Event) -> Iterator[None]:
        if session is None:
            yield
            return
        stops = self._stops.setdefault(session, set())
        stops.add(stop)
        try:
            yield
        finally:
            stops.discard(stop)
            if not stops:
                self._stops.pop(session, None)


def _drain(turn: Turn, stop: threading.Event, tell: Callable[[ChatEvent], None]) -> None:
    """Run an answer to its end; whatever happens, there is a last event."""
    try:
        for event in turn.events(stop):
            tell(event)
    except Exception as error:
        log.exception("answer failed")
        failed = ServiceError(
            f"The service failed: {type(error).__name__}.",
            hint="Its log says more; please report it.",
        )
        tell(("error", error_facts(failed)))
