"""Pictures larger than one scene: scenes side by side, a few of them used again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training.scenes.pair import generate_pair
from training.scenes.scene import ScenePair

CHUNK = 2048  # pixels a scene of a mosaic is wide and high
VARIETY = 6  # scenes a mosaic is made of


@dataclass(frozen=True)
class Chunk:
    """One scene's place in the whole picture; at the rim only its upper left part is used."""

    row0: int
    col0: int
    width: int
    height: int
    pair: ScenePair


def chunks(
    seed: int, width: int, height: int, gsd: float, change: float, max_shift: float
) -> Iterator[Chunk]:
    """The scenes of a picture, row by row: a single one up to 4096 x 4096 pixels.

    Larger pictures repeat :data:`VARIETY` scenes; objects end where their scene ends.
    """
    if width * height <= 4 * CHUNK * CHUNK:
        whole = generate_pair(seed, width, height, gsd, change=change, max_shift=max_shift)
        yield Chunk(0, 0, width, height, whole)
        return
    made: dict[int, ScenePair] = {}
    for i, row0 in enumerate(range(0, height, CHUNK)):
        for j, col0 in enumerate(range(0, width, CHUNK)):
            pick = (2 * i + j) % VARIETY  # equal scenes are never neighbours
            if pick not in made:
                made[pick] = generate_pair(
                    seed * 1000 + pick, CHUNK, CHUNK, gsd, change=change, max_shift=max_shift
                )
            yield Chunk(row0, col0, min(CHUNK, width - col0), min(CHUNK, height - row0), made[pick])
