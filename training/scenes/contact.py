"""A contact sheet of generated pairs: before, after, and the land afterwards with its changes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from training.scenes.pair import generate_pair
from training.scenes.scene import LAND, Pixels, ScenePair

COLOURS = np.array(
    [(186, 178, 140), (222, 190, 150), (70, 120, 60), (60, 100, 190), (190, 190, 190), (80, 80, 84),
     (150, 60, 50)], dtype=np.uint8,
)  # fmt: skip
"""Red, green, blue of each class of ``LAND``."""
_MARKS = ((255, 40, 200), (255, 220, 0), (0, 230, 255))  # rims of building, road, other change


def contact_sheet(
    path: str | Path, *, seed: int = 1, count: int = 6, size: int = 384, gsd: float = 0.5
) -> None:
    """Draw ``count`` pairs side by side into one picture.

    Parameters
    ----------
    path : path
        A .png or .jpg.
    seed : int
        Of the first pair; the others follow.
    count : int
    size : int
        Pixels of each pair.
    gsd : float
        Metres per pixel.

    Raises
    ------
    ValueError
        A picture that cannot be written there.
    """
    columns = [_column(generate_pair(seed + k, size, size, gsd)) for k in range(count)]
    sheet = np.concatenate(columns, axis=1)
    if Path(path).suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise ValueError(f"a contact sheet is a .png or .jpg, not {Path(path).name}")
    if not cv2.imwrite(str(path), sheet[..., ::-1]):
        raise ValueError(f"{path} cannot be written")


def _column(pair: ScenePair) -> Pixels:
    """Before, after and truth of a pair, one below the other, (3 h, w, 3)."""
    truth = COLOURS[pair.land[1]]
    masks = (pair.building_change, pair.road_change, pair.other_change)
    for mask, colour in zip(masks[::-1], _MARKS[::-1], strict=True):
        edge = cv2.morphologyEx(
            mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
        )
        truth[edge > 0] = colour
    assert len(COLOURS) == len(LAND)
    return np.concatenate([pair.before.transpose(1, 2, 0), pair.after.transpose(1, 2, 0), truth])
