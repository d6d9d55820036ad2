"""A guide's readings of the tiles as the engine's own, from the file that ``change-imti`` takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.guide.tile_reading import ClassReading, TileReading


def load_readings(path: Path) -> dict[str, TileReading]:
    """Readings by crop, from JSON as ``docs/change-imti.md`` shows it.

    Raises
    ------
    FileNotFoundError
    ValueError
        The file is not of this form.
    """
    try:
        records = json.loads(path.read_text("utf-8"))["readings"]
        return {str(record["image_id"]): reading_of(record) for record in records}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no file of guide readings ({error})") from error


def reading_of(record: Mapping[str, Any]) -> TileReading:
    """One reading; a class without a count is not in it.

    Raises
    ------
    ValueError
        A count below 0, or a word that names no cell.
    """
    counts, cells = record.get("counts") or {}, record.get("cells") or {}
    classes = tuple(
        ClassReading(name, int(number), tuple(cells.get(name, ())))
        for name, number in counts.items()
    )
    return TileReading(
        classes, record.get("changed"), record.get("score"), record.get("caption"), (256, 256)
    )
