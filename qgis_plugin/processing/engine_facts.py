"""What only the engine can say of a pair: it reads pixels."""

from __future__ import annotations

from typing import Any

from ..engine_link import EngineLinkError
from ..translation import tr
from .engine import words
from .pair_facts import PairFacts
from .raster_source import RasterInput

MISFIT = 3
"""The engine's exit code for a pair that does not fit."""


def add_engine_facts(
    facts: PairFacts, before: RasterInput, after: RasterInput, client: Any
) -> None:
    """Add the estimated shift, the stretch of each date and the engine's own warnings.

    Parameters
    ----------
    facts : PairFacts
        Of the same rasters; gets more rows, notes and problems.
    client : EngineClient
        Of a running engine.
    """
    if before.path is None or after.path is None:
        facts.notes.append(
            tr("The shift is estimated when changes are described: a layer is no plain local file.")
        )
        return
    try:
        told = client.info(before.path, after.path)
    except EngineLinkError as error:
        text = words(error.message, error.hint)
        if getattr(error, "exit_code", None) == MISFIT:
            facts.problems.append(text)
        else:
            facts.notes.append(tr("The engine could not look at the pair: {}").format(text))
        return
    maps = told["maps"]
    facts.rows.append(
        (tr("Stretch to 0–255"), str(maps["before"]["source"]), str(maps["after"]["source"]))
    )
    shift = told.get("shift")
    if shift:
        east, south = float(shift["dx_px"]), float(shift["dy_px"])
        moved = tr("{:+.1f} px east, {:+.1f} px south of before").format(east, south)
        facts.rows.append((tr("Shift, estimated"), "–", moved))
        facts.shift_px = (east, south)
    else:
        facts.rows.append((tr("Shift, estimated"), "–", tr("cannot be told")))
    facts.notes += [str(text) for text in told.get("warnings", [])]
