"""``/v1/health``: whether the service lives, and how busy it is."""

from __future__ import annotations

import os
import time
from typing import Any

from fastapi import APIRouter

from engine import __version__
from engine.service import API_VERSION
from engine.service.context import Here

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(here: Here) -> dict[str, Any]:
    """Version, process, seconds since the start, and runs by state."""
    return {
        "status": "ok",
        "version": __version__,
        "api": API_VERSION,
        "pid": os.getpid(),
        "uptime_s": round(time.monotonic() - here.began, 1),
        "runs": here.runs.counts(),
    }
