"""Contact sheets of composed pairs, for judging their look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.guide.singles import road_singles
from training.guide.tiles import ANY, BUILDING, ROAD, Pair, levir_pairs
from training.scenes.compose import compose
from training.scenes.cutouts import anywhere, cropped
from training.scenes.inpaint import Image
from training.scenes.roads_real import road_pair, xor_pair

SIZE = 320
_COLOURS = {0: (255, 255, 0), 1: (255, 40, 40), 2: (60, 90, 255)}


def outlined(pair: Pair) -> Image:
    """The after date with outlines: appeared red, disappeared blue, direction unknown yellow.

    Ground of which nothing is known is dimmed.
    """
    image = pair.after.copy()
    image[pair.allowed == ANY] //= 2
    for kind in (BUILDING, ROAD):
        for way, colour in _COLOURS.items():
            mask = ((pair.allowed == kind) & (pair.direction == way)).astype(np.uint8)
            rings, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(image, rings, -1, colour, 1)
    return image


def sheet(path: Path, root: Path, groups: Sequence[str], count: int = 8, seed: int = 0) -> None:
    """Write a PNG of ``count`` rows: a composed pair, a painted road, and two places crossed.

    Each as before, after, and after with outlines. It shows others' imagery: it must not be
    published or committed.

    Parameters
    ----------
    root : Path
        The data folder.
    groups : sequence of str
        Groups of LEVIR tiles, as in :data:`training.guide.tiles.GROUPS`.

    Raises
    ------
    OSError
        The image cannot be written.
    """
    rng = np.random.default_rng(seed)
    pairs = levir_pairs(root, tuple(groups))
    singles = [single for kind in ("epfl", "cil") for single in road_singles(root, kind)]
    rows = []
    for _ in range(count):
        one, two = (singles[int(rng.integers(len(singles)))] for _ in range(2))
        real = pairs[int(rng.integers(len(pairs)))]
        real = cropped(real, anywhere(real.allowed.shape, SIZE, rng))
        made = [
            compose(real, pairs, rng),
            road_pair(one.image, one.road, rng, one.gsd),
            xor_pair(one.image, one.road, two.image, two.road, rng, one.gsd),
        ]
        row: list[NDArray[np.uint8]] = []
        for pair in made:
            small = cropped(pair, anywhere(pair.allowed.shape, SIZE, rng))
            row += [small.before, small.after, outlined(small)]
        rows.append(np.hstack(row))
    if not cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)):
        raise OSError(f"cannot write {path}")
