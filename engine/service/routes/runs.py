"""``/v1/runs``: start, list, look at and cancel runs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from engine.service.admission import admit_run
from engine.service.context import Here
from engine.service.options import RunRequest

router = APIRouter(prefix="/runs", tags=["runs"])


@router.post("", status_code=202)
async def start(body: RunRequest, here: Here) -> dict[str, Any]:
    """Queue a run; it begins when those before it have ended."""
    admitted = await run_in_threadpool(admit_run, body, here.folders)
    return here.runs.public(here.runs.submit(admitted))


@router.get("")
async def list_(here: Here) -> dict[str, Any]:
    """Every run, the newest first, those of former services included."""
    return {"runs": [here.runs.public(record) for record in here.runs.store.newest_first()]}


@router.get("/{run_id}")
async def get(run_id: str, here: Here) -> dict[str, Any]:
    """One run."""
    return here.runs.public(here.runs.store.get(run_id))


@router.delete("/{run_id}", status_code=202)
async def cancel(run_id: str, here: Here) -> dict[str, Any]:
    """Cancel a run: it ends within two seconds, and what it computed is kept for a resumed one."""
    return here.runs.public(here.runs.cancel(here.runs.store.get(run_id)))
