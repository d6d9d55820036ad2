"""``/v1/models``: the models at hand."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from engine.models import ModelInfo, list_models
from engine.models.folder import MODEL_FILE

router = APIRouter(tags=["models"])


@router.get("/models")
def models() -> dict[str, Any]:
    """Every model the engine can find, as ``engine models list --json`` describes it.

    ``data`` has the same models as clients of OpenAI's protocol list them.
    """
    found = list_models()
    return {
        "object": "list",
        "data": [_listed(info) for info in found],
        "models": [info.summary() for info in found],
    }


def _listed(info: ModelInfo) -> dict[str, Any]:
    made = int((info.path / MODEL_FILE).stat().st_mtime)
    return {"id": info.id, "object": "model", "created": made, "owned_by": "changevg"}
