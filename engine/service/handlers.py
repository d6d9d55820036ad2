"""Every failure as the service's one form of error."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from engine.errors import EngineError
from engine.plain_text import plain_line
from engine.service.errors import OptionError, RequestRefusedError, ServiceError, error_body

SHOWN_MOST = 5
"""Wrong fields that one message names."""
_HINTS = {404: "The resources are listed in docs/service.md.", 405: "Another method is meant here."}

log = logging.getLogger("changevg.service")


def install(app: FastAPI) -> None:
    """Make an application answer every failure in one form."""
    app.add_exception_handler(EngineError, _engine)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _answer(error: EngineError) -> JSONResponse:
    return JSONResponse(error_body(error), status_code=error.http_status)


async def _engine(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, EngineError)
    return _answer(error)


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Of what the client sent only the fields' names are repeated: values may be anything.
    parts: dict[str, str] = {}
    for one in error.errors():
        name = ".".join(str(part) for part in one["loc"] if part != "body") or "body"
        parts.setdefault(plain_line(name, 80), plain_line(str(one["msg"]), 300))
    shown = [f"{name}: {message}" for name, message in list(parts.items())[:SHOWN_MOST]]
    more = len(parts) - len(shown)
    text = "; ".join(shown) + (f"; and {more} more" if more > 0 else "")
    return _answer(
        OptionError(text, hint="Options are those of the command line, with underscores.")
    )


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refused = RequestRefusedError(
        str(error.detail), status=error.status_code, hint=_HINTS.get(error.status_code)
    )
    answer = _answer(refused)
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", exc_info=error)
    return _answer(
        ServiceError(
            f"The service failed: {type(error).__name__}.",
            hint="Its log says more; please report it.",
        )
    )
