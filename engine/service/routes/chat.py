"""``/v1/chat``: conversations about results."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from engine.chat import markdown
from engine.service.chat_requests import ChatRequest
from engine.service.context import Here
from engine.service.streams import TalkResponse

router = APIRouter(prefix="/chat", tags=["chat"])


@router.post(
    "",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def ask(body: ChatRequest, here: Here) -> StreamingResponse:
    """Answer a message, as server-sent events; closing the connection stops the answer."""
    return TalkResponse(await here.talks.begin(body), here.ending)


@router.get("")
def list_(here: Here) -> dict[str, Any]:
    """Every conversation, the one that went on last first."""
    store = here.talks.chats.store
    return {"sessions": [record.public() for record in store.newest_first()]}


@router.get("/{session}")
def get(session: str, here: Here) -> dict[str, Any]:
    """One conversation with its turns, and what can be asked next."""
    return here.talks.chats.show(session)


@router.post("/{session}/stop", status_code=202)
async def stop(session: str, here: Here) -> dict[str, Any]:
    """Stop the answer at work; what was said is kept."""
    return {"session": session, "stopped": here.talks.stop(session)}


@router.delete("/{session}", status_code=204, response_class=Response)
async def delete(session: str, here: Here) -> Response:
    """Forget a conversation."""
    here.talks.stop(session)
    await run_in_threadpool(here.talks.chats.store.delete, session)
    return Response(status_code=204)


@router.get(
    "/{session}/markdown",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}}}},
)
def transcript(session: str, here: Here) -> Response:
    """The conversation as Markdown."""
    chats = here.talks.chats
    text = markdown(chats.store.get(session), chats.turns(session))
    return Response(text, media_type="text/markdown; charset=utf-8")
