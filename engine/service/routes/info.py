"""``/v1/info``: what a pair is, and whether it fits."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from engine.models import DEFAULT_MODEL
from engine.service.admission import admit_pair
from engine.service.context import Here
from engine.service.options import InfoRequest

router = APIRouter(tags=["info"])


@router.post("/info")
def info(body: InfoRequest, here: Here) -> dict[str, Any]:
    """Dates, working grid, radiometry, shift, warnings: what ``engine info --json`` prints."""
    from engine.run.pair_info import pair_info  # late: opens the raster libraries

    request = admit_pair(body, here.folders)
    options = request.options
    return pair_info(
        request.before, request.after, options.pair_options(), options.model or DEFAULT_MODEL
    )
