"""Class maps and strips for tests of merging."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.objects import ChangeObject, ObjectMerger, Strip


def strips_of(
    class_map: NDArray[np.uint8],
    cuts: Iterable[int] = (),
    *,
    seen: NDArray[np.bool_] | None = None,
    seed: int = 0,
) -> list[Strip]:
    """Cut a class map into strips, with random probabilities that depend on the seed only."""
    rng = np.random.default_rng(seed)
    shape = class_map.shape
    prob = rng.integers(128, 256, shape).astype(np.uint8) * (class_map > 0)
    appeared = rng.integers(0, 256, shape).astype(np.uint8) * (class_map > 0)
    seen = np.ones(shape, bool) if seen is None else seen
    bounds = sorted({0, shape[0], *(cut for cut in cuts if 0 < cut < shape[0])})
    return [
        Strip(a, class_map[a:b], prob[a:b].astype(np.uint8), appeared[a:b], seen[a:b])
        for a, b in itertools.pairwise(bounds)
    ]


def merge(
    strips: list[Strip], classes: tuple[str, ...] = ("building", "road"), min_pixels: int = 1
) -> tuple[list[ChangeObject], ObjectMerger]:
    """All objects of strips, and the merger."""
    merger = ObjectMerger(classes, strips[0].width, min_pixels=min_pixels)
    found = [one for strip in strips for one in merger.add(strip)]
    return found + merger.close(), merger
