"""Where on Earth the report set lies: reviews of those places may be measured with, not learned."""

from __future__ import annotations

import json
from pathlib import Path

from shapely import Geometry, box, union_all

from training.guide.tiles import REPORT


def report_area(data: Path | None) -> Geometry | None:
    """The report tiles as one geometry in EPSG:4326; None where the data folder is not there.

    Parameters
    ----------
    data : Path, optional
        Folder with ``levir/tiles.json``.
    """
    path = None if data is None else Path(data) / "levir" / "tiles.json"
    if path is None or not path.is_file():
        return None
    tiles = json.loads(path.read_text("utf-8"))
    bounds = [tiles[name]["bounds_epsg4326"] for name in REPORT if name in tiles]
    return union_all([box(b["west"], b["south"], b["east"], b["north"]) for b in bounds])
