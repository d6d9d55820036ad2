"""Questions answered in this process, one at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from engine.models import DEFAULT_MODEL
from engine.run.events import Events
from engine.run.settings import RunSettings
from engine.service.errors import QueueFullError
from engine.service.options import AskRequest

WAITING_MOST = 8


class Questions:
    """Puts questions to the engine in a worker thread; others wait for their turn."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0
        self._stops: set[threading.Event] = set()

    async def ask(
        self, request: AskRequest, gone: Callable[[], Awaitable[None]]
    ) -> dict[str, Any] | None:
        """The answer as ``engine ask --json`` prints it.

        Parameters
        ----------
        request : AskRequest
            Its paths are confined already.
        gone : callable
            Returns when the client has gone away; the question is then dropped.

        Returns
        -------
        dict or None
            None when the client went away.

        Raises
        ------
        EngineError
            As ``engine ask`` does.
        QueueFullError
        """
        if self._waiting >= WAITING_MOST:
            raise QueueFullError(
                f"{WAITING_MOST} questions are waiting already.", hint="Ask again in a moment."
            )
        stop = threading.Event()
        self._stops.add(stop)
        self._waiting += 1
        watch = asyncio.create_task(_when(gone, stop))
        try:
            async with self._turn:
                if stop.is_set():
                    return None
                answer = await asyncio.to_thread(_answer, request, stop)
        finally:
            # A thread cannot be cancelled: it must know, whatever ended this.
            stop.set()
            watch.cancel()
            self._stops.discard(stop)
            self._waiting -= 1
        return answer

    def close(self) -> None:
        """Stop what is being answered."""
        for stop in self._stops:
            stop.set()


async def _when(gone: Callable[[], Awaitable[None]], stop: threading.Event) -> None:
    await gone()
    stop.set()


def _answer(request: AskRequest, stop: threading.Event) -> dict[str, Any]:
    from engine.run.ask import ask  # late: opens the layers' libraries, which takes a second

    given = request.options
    settings = RunSettings(
        before=request.before,
        after=request.after,
        output=Path(given.layers) if given.layers else Path(),
        pair=request.pair_options(),
        model=given.model or DEFAULT_MODEL,
        device=given.device,
        language_url=given.language_url,
        language_model=given.language_model,
        card=given.card,
    )
    return ask(settings, request.question, Events(), stop).as_dict()
