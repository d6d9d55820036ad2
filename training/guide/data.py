"""Batches of random crops, each decided by (seed, step) alone so that a run resumes exactly."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
from torch import Tensor

from training.guide import augment
from training.guide.config import FitConfig
from training.guide.tiles import Tile


class Crops:
    """Item ``step`` is the whole batch of that step.

    Parameters
    ----------
    tiles : list of Tile
        The places to crop from.
    config : FitConfig
        Sizes, shares and seed.
    scenes : list of Tile
        Generated places, drawn with ``config.scene_share``.
    """

    def __init__(self, tiles: list[Tile], config: FitConfig, scenes: list[Tile] | None = None):
        self.config = config
        self.sources = [tiles, scenes or []]
        self.points = [[self._changed(tile) for tile in source] for source in self.sources]
        self.weights = [self._weights(points) for points in self.points]

    @staticmethod
    def _changed(tile: Tile) -> np.ndarray:
        rows, columns = np.nonzero(tile.truth[..., 0])
        return np.column_stack([columns, rows])[:: max(1, len(rows) // 20000)].astype(np.float32)

    @staticmethod
    def _weights(points: list[np.ndarray]) -> np.ndarray:
        weights = np.sqrt([float(len(places)) for places in points])
        return weights / max(weights.sum(), 1e-9)

    def _crop(self, rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
        which = int(bool(self.sources[1]) and rng.random() < self.config.scene_share)
        tiles, points, weights = self.sources[which], self.points[which], self.weights[which]
        same_date = rng.random() < self.config.same_date_share
        if rng.random() < self.config.changed_share and weights.sum() > 0.5:
            index = int(rng.choice(len(tiles), p=weights))
            centre = points[index][rng.integers(len(points[index]))]
            centre = centre + rng.uniform(-size * 0.4, size * 0.4, 2)
        else:
            index = int(rng.integers(len(tiles)))
            centre = rng.uniform(0, tiles[index].truth.shape[1::-1])
        return augment.pair(rng, tiles[index], size, centre, same_date)

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """before, after (B, 3, S, S) uint8 and truth (B, 3, S, S) uint8 0/1, channels last."""
        rng = np.random.default_rng([self.config.seed, step])
        size, batch = self.config.phase(step)
        crops = [self._crop(rng, size) for _ in range(batch)]
        before, after, truth = (
            torch.from_numpy(np.stack(part).astype(np.uint8)).permute(0, 3, 1, 2)
            for part in zip(*crops, strict=True)
        )
        return before, after, truth

    def __len__(self) -> int:
        return self.config.steps


def batches(crops: Crops, first: int, workers: int = 1, ahead: int = 6) -> Iterator[tuple]:
    """Batches of the steps from ``first`` on, prepared by background threads.

    Threads, not processes: the work is in OpenCV and NumPy, which let go of the interpreter, and
    a process forked beside OpenCV's own threads can hang.
    """
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        soon = range(first, first + ahead)
        waiting = deque(pool.submit(crops.__getitem__, step) for step in soon)
        for step in range(first, crops.config.steps):
            batch = waiting.popleft().result()
            waiting.append(pool.submit(crops.__getitem__, step + ahead))
            yield batch
        for job in waiting:
            job.cancel()
