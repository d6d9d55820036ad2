"""Generated scenes as tiles, so that training mixes them with real places."""

from __future__ import annotations

import numpy as np

from training.guide.config import FitConfig
from training.guide.tiles import Tile


def scene_tiles(config: FitConfig) -> list[Tile]:
    """Render ``config.scene_count`` scenes of ``config.scene_size`` pixels into memory.

    Their change share varies from none to much, and their direction is known everywhere.
    """
    from training.scenes.pair import generate_pair

    rng = np.random.default_rng([config.seed, 1])
    tiles = []
    for index in range(config.scene_count):
        scene = generate_pair(
            int(rng.integers(1, 2**31)),
            config.scene_size,
            config.scene_size,
            float(rng.uniform(0.45, 0.6)),
            change=float(rng.uniform(0.0, 0.5)),
        )
        truth = np.full((scene.height, scene.width, 3), 255, np.uint8)
        truth[..., 0] = np.where(scene.building_change, 255, 0)
        truth[..., 1] = np.where(scene.appeared, 255, 0)
        before, after = (
            np.ascontiguousarray(date.transpose(1, 2, 0)) for date in (scene.before, scene.after)
        )
        tiles.append(Tile(f"scene_{index}", before, after, truth))
    return tiles
