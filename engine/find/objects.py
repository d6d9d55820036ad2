"""Which objects of a run a filter means, and the tiles they lie in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.agent.arguments import Where
from engine.agent.objects import MapObjects
from engine.agent.selection import Scene
from engine.agent.vectors import VectorLayers
from engine.layers.reading import layer_file, read_layer


@dataclass
class TileObjects:
    """Objects of one tile that a filter means.

    Attributes
    ----------
    score : float
        The best object's; half where none is known.
    """

    score: float = 0.0
    box_ids: list[str] = field(default_factory=list)


def objects_by_tile(path: Path, where: Where) -> dict[str, TileObjects]:
    """Tiles with objects that a filter means; those a person rejected do not count.

    Raises
    ------
    AgentError
        The layers cannot be read.
    """
    objects = MapObjects.open(path)
    at = Scene(objects, VectorLayers({}, objects.plane)).pick(where)
    if where.review is None:
        at = at[np.array([objects.review[one] != "rejected" for one in at], np.bool_)]
    file, layer = layer_file(path, "boxes")
    tiles = read_layer(file, layer, columns=["tile_ids"], geometry=False)
    found: defaultdict[str, TileObjects] = defaultdict(TileObjects)
    for one in at.tolist():
        score = float(objects.score[one])
        for tile in str(tiles["tile_ids"].iloc[one] or "").split(","):
            here = found[tile.strip()]
            here.box_ids.append(str(objects.box_id[one]))
            here.score = max(here.score, score if np.isfinite(score) else 0.5)
    found.pop("", None)
    return dict(found)
