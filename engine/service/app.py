"""The service put together: routers, one form of errors, and the guard around all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from engine import __version__
from engine.service import handlers
from engine.service.context import Context
from engine.service.errors import Failure
from engine.service.routes import ask, chat, completions, events, health, info, models, runs


def create_app(context: Context) -> FastAPI:
    """The application, without its guard.

    Parameters
    ----------
    context : Context
        Its runs end with the application.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        context.questions.close()
        context.talks.close()
        context.completions.close()
        await context.runs.close()
        context.runs.store.close()

    app = FastAPI(
        title="ChangeVG engine",
        version=__version__,
        description="What changed between two rasters: runs, their events, and conversations.",
        openapi_url="/v1/openapi.json",
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.context = context
    handlers.install(app)
    for module in (health, models, info, runs, events, ask, completions, chat):
        app.include_router(module.router, prefix="/v1", responses={"4XX": {"model": Failure}})
    return app
