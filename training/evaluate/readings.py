"""What a guide reads of captioned crops, as the file that instruction data are built with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.objects.components import count_cells
from training.change_imti.place import areas_of
from training.evaluate.captions import decoded
from training.evaluate.models import is_checkpoint, open_subject
from training.evaluate.places import Places
from training.files import write_text
from training.guide.tiles import names_of

FOLD = "a"


def write_readings(
    path: Path, root: Path, groups: Sequence[str], out: Path, trained_on: Sequence[str] = ()
) -> dict[str, Any]:
    """Read every captioned crop of some groups of tiles and write ``out`` (docs/change-imti.md).

    Parameters
    ----------
    path : Path
        Model folder, or run folder (without captions).
    trained_on : sequence of str
        Groups or tiles the guide was trained on; a run folder knows its own, and those of the runs
        that it started from.

    Raises
    ------
    ValueError
        The guide was trained on the area of one of the groups, or nobody says on what.
    """
    if is_checkpoint(path):
        from training.guide import runs

        trained_on = [*trained_on, *runs.trained_on(path)]
    if not trained_on:
        raise ValueError(f"say with --trained-on which groups of tiles {path} was trained on")
    seen = names_of(tuple(trained_on))
    both = areas_of(seen) & areas_of(names_of(tuple(groups)))
    if both:
        raise ValueError(f"{path} was trained on {', '.join(sorted(both))}: read other places")
    places = Places(root, open_subject(path), tuple(groups))
    wordings = decoded(places) or {}
    records = [
        _record(crop.name, wordings.get(crop.name, ("",))[0], places, reading.claims, crop.where)
        for reading in places.readings
        for crop in reading.crops
    ]
    content = {"folds": {FOLD: {"trained_on": list(seen)}}, "readings": records}
    write_text(out, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return {"readings": len(records), "captions": len(wordings), "file": str(out)}


def _record(
    name: str, sentence: str, places: Places, claims: Any, where: tuple[slice, slice]
) -> dict[str, Any]:
    """One crop, counted as the layers count a tile."""
    outputs = places.crop_outputs[name]
    counts, cells = {}, {}
    for class_name, found in claims.items():
        counts[class_name], words = count_cells(found.mask[where])
        cells[class_name] = list(words)
    record: dict[str, Any] = {"image_id": name, "fold": FOLD, "counts": counts, "cells": cells}
    record["changed"] = any(counts.values())
    if "flag" in outputs:
        record["score"] = round(float(np.ravel(outputs["flag"])[0]), 3)
    return record | ({"caption": sentence} if sentence else {})
