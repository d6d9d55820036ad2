"""``/v1/models``: the models at hand."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from engine.models import list_models

router = APIRouter(tags=["models"])

_ARRAYS = {"mean", "scale", "axes", "variances"}
"""What of a model's range is numbers for the engine, not for people."""


@router.get("/models")
def models() -> dict[str, Any]:
    """Every model the engine can find, as ``engine models list --json`` describes it."""
    told = [
        json.loads(info.model_dump_json(by_alias=True, exclude={"range_section": _ARRAYS}))
        for info in list_models()
    ]
    return {"models": told}
