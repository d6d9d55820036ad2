"""``/v1/runs/{id}/events``: what happens in a run, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from engine.service.context import Context, Here
from engine.service.crash import kept_end
from engine.service.eventlog import FINAL, Event, EventReader

router = APIRouter(prefix="/runs", tags=["runs"])

HEARTBEAT_SECONDS = 10.0
LOOK_SECONDS = 0.1
"""How often the run's events are looked at; a file that has not grown costs nothing."""

LAST_LOOKS = 20
"""Another service notes a run's end a moment before its last event."""


@router.get(
    "/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(
    run_id: str, here: Here, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Events from the first one, or from behind ``Last-Event-ID``, to the run's end."""
    here.runs.store.get(run_id)
    # Whatever is no number is none of our ids: from the beginning then.
    known = last_event_id if last_event_id is not None and last_event_id.isascii() else ""
    after = int(known) if known.isdigit() and len(known) < 10 else 0
    return StreamingResponse(
        _stream(run_id, after, here),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(run_id: str, after: int, here: Context) -> AsyncIterator[str]:
    reader = EventReader(here.runs.store.events_path(run_id), after)
    yield ": the run's events\n\n"
    spoken, looks = time.monotonic(), LAST_LOOKS
    while not here.ending():
        # The state before the events: what ended by now has all its events in the file.
        record = here.runs.store.get(run_id)
        for number, event in reader.read():
            yield _said(number, event)
            spoken = time.monotonic()
            if event["event"] in FINAL:
                return
        if not record.active and reader.at_end:
            looks -= 1
            if not looks:
                last = kept_end(record)
                if last is not None and reader.lacks_end:
                    yield _said(reader.next_id, last)
                return
        if time.monotonic() - spoken >= HEARTBEAT_SECONDS:
            yield ": still here\n\n"
            spoken = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS if reader.at_end else 0)


def _said(number: int, event: Event) -> str:
    return f"id: {number}\nevent: {event['event']}\ndata: {json.dumps(event)}\n\n"
