"""``/v1/chat/completions``: two images and a question, in OpenAI's protocol."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, StreamingResponse

from engine.service.completion_requests import CompletionRequest
from engine.service.context import Here
from engine.service.streams import HEADERS

router = APIRouter(prefix="/chat", tags=["chat"])


@router.post(
    "/completions",
    response_class=JSONResponse,
    responses={200: {"content": {"application/json": {}, "text/event-stream": {}}}},
)
async def completions(body: CompletionRequest, here: Here) -> Response:
    """What changed between two images, in words or as JSON, at once or as a stream."""
    done = await here.completions.complete(body)
    if not body.stream:
        return JSONResponse(done.whole())
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    return StreamingResponse(
        done.chunks(with_usage), media_type="text/event-stream", headers=HEADERS
    )
