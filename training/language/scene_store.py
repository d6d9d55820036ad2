"""Generated scenes for the language model, made once for a run folder: half a second each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.scenes.pair import generate_pair

CHUNK = 100
"""Scenes of one file: so many are lost when a run is stopped."""
_ARRAYS = ("before", "after", "allowed", "direction")


@dataclass(frozen=True)
class StoredScene:
    """What is kept of a generated pair.

    Attributes
    ----------
    before, after : uint8 (h, w, 3)
    allowed, direction : uint8 (h, w)
        Labels as :class:`training.guide.tiles.Pair` has them.
    """

    before: Any
    after: Any
    allowed: Any
    direction: Any
    sentences: tuple[str, ...]


def draw(number: int, seed: int, size: int = 256, gsd: float = 0.5) -> StoredScene:
    """One scene, decided by the seed and its number alone; every second one is unchanged."""
    rng = np.random.default_rng([seed, 2, number])
    share = 0.0 if number % 2 else float(rng.uniform(0.1, 0.6))
    scene = generate_pair(int(rng.integers(1, 2**30)), size, size, gsd, change=share)
    before, after = (
        np.ascontiguousarray(date.transpose(1, 2, 0)) for date in (scene.before, scene.after)
    )
    return StoredScene(before, after, scene.allowed, scene.direction, tuple(scene.sentences))


def stored_scenes(folder: Path, count: int, seed: int, workers: int = 1) -> Iterator[StoredScene]:
    """Scenes 0 to ``count``; those not in ``folder`` yet are made and kept there.

    Parameters
    ----------
    workers : int
        Processes that make them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        path = folder / f"{seed}-{start}-{stop}.npz"
        if not path.exists():
            with ProcessPoolExecutor(workers) as pool:
                _write(path, list(pool.map(partial(draw, seed=seed), range(start, stop))))
        yield from _read(path)


def _write(path: Path, scenes: list[StoredScene]) -> None:
    part = path.with_suffix(".part")
    arrays: dict[str, Any] = {
        name: np.stack([getattr(s, name) for s in scenes]) for name in _ARRAYS
    }
    with open(part, "wb") as stream:
        np.savez(stream, sentences=json.dumps([scene.sentences for scene in scenes]), **arrays)
    os.replace(part, path)


def _read(path: Path) -> Iterator[StoredScene]:
    with np.load(path, allow_pickle=False) as stored:
        arrays = [stored[name] for name in _ARRAYS]
        sentences = json.loads(str(stored["sentences"]))
    for before, after, allowed, direction, said in zip(*arrays, sentences, strict=True):
        yield StoredScene(before, after, allowed, direction, tuple(said))
