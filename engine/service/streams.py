"""Server-sent events of an answer, for as long as somebody listens."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi.responses import StreamingResponse

from engine.service.talks import Talk

HEARTBEAT_SECONDS = 10.0
LOOK_SECONDS = 0.5
"""How often it is looked whether the service is about to end."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class TalkResponse(StreamingResponse):
    """An answer as it comes; who hangs up stops it.

    Parameters
    ----------
    talk : Talk
    ending : callable
        Whether the service is about to end.
    """

    def __init__(self, talk: Talk, ending: Callable[[], bool]) -> None:
        super().__init__(_stream(talk, ending), media_type="text/event-stream", headers=HEADERS)
        self._talk = talk

    async def __call__(self, *args: Any) -> None:
        """Send the answer."""
        try:
            await super().__call__(*args)
        finally:
            # Also where the client was gone before the first word.
            self._talk.stop.set()


async def _stream(talk: Talk, ending: Callable[[], bool]) -> AsyncIterator[str]:
    yield ": the answer\n\n"
    number, spoken = 0, time.monotonic()
    while True:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                event = await talk.events.get()
        except TimeoutError:
            if ending():
                talk.stop.set()
            if time.monotonic() - spoken >= HEARTBEAT_SECONDS:
                yield ": still here\n\n"
                spoken = time.monotonic()
            continue
        if event is None:
            return
        number += 1
        name, content = event
        yield f"id: {number}\nevent: {name}\ndata: {json.dumps(content)}\n\n"
        spoken = time.monotonic()
