"""``/v1/ask``: one question about a pair, or about a part of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from engine.errors import Cancelled
from engine.service.admission import admit_question
from engine.service.context import Here
from engine.service.options import AskRequest

router = APIRouter(tags=["ask"])


@router.post("/ask")
async def ask(body: AskRequest, here: Here, request: Request) -> JSONResponse:
    """The answer, where it comes from, and the objects it rests on."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    admitted = await run_in_threadpool(admit_question, body, here.folders)
    answer = await here.questions.ask(admitted, gone)
    if answer is None:
        raise Cancelled("The client went away.")
    return JSONResponse(answer)
