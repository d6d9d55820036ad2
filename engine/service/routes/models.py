"""``/v1/models``: the models at hand."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from engine.models import list_models

router = APIRouter(tags=["models"])


@router.get("/models")
def models() -> dict[str, Any]:
    """Every model the engine can find, as ``engine models list --json`` describes it."""
    return {"models": [info.summary() for info in list_models()]}
