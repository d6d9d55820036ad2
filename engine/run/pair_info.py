"""What a pair is, and whether it fits together and to the model: headers and a few windows."""

from __future__ import annotations

import json
from typing import Any

from engine.models import load_model
from engine.raster import RasterPair
from engine.raster.env import gdal_env
from engine.run.settings import PairOptions


def pair_info(before: str, after: str, options: PairOptions, model: str) -> dict[str, Any]:
    """JSON-able facts: both dates, the working grid, radiometry, shift, common area, warnings.

    Parameters
    ----------
    before, after : str
        Paths or GDAL names.
    model : str
        Id or folder; its ``gsd_m`` (smallest and largest ground sample distance, m) decides whether
        the pair fits it.

    Raises
    ------
    PairError
        The pair does not fit; and what opening raises.
    ModelError
    """
    warnings: list[str] = []
    known = load_model(model)
    with (
        gdal_env(),
        RasterPair.open(
            before, after, **options.keywords(), model=known, warn=warnings.append
        ) as pair,
    ):
        facts = pair.describe()
    facts |= {"warnings": warnings, "model": {"id": known.id, "gsd_m": known.gsd_m}}
    plain: dict[str, Any] = json.loads(json.dumps(facts, default=str))
    return plain
