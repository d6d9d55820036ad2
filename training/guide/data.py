"""Batches of random crops, each decided by (seed, step) alone so that a run resumes exactly."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
from torch import Tensor

from training.guide.config import FitConfig
from training.guide.gaps import gaps
from training.guide.losses import HINT_LEAST_PX, UNKNOWN
from training.guide.sources import Crop, Draw
from training.guide.tiles import ANY, BACKGROUND, BUILDING, GAP, SAID

SEEN = 40
"""A crop with so many pixels that certainly changed counts as changed."""
Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
TwinDraw = Callable[[np.random.Generator, int], tuple[Crop, Crop]]


def flag_of(allowed: np.ndarray) -> int:
    """Whether a crop changed, from its labels: 0 no, 1 yes, ``UNKNOWN``."""
    if np.count_nonzero((allowed & BACKGROUND) == 0) >= SEEN:
        return 1
    if np.count_nonzero(allowed & SAID) >= HINT_LEAST_PX:
        return 1
    return 0 if (allowed == BACKGROUND).all() else UNKNOWN


class Crops:
    """Item ``step`` is the whole batch of that step.

    Parameters
    ----------
    draws : dict
        What each kind of ``config.shares`` draws.
    config : FitConfig
        Sizes, shares and seed.
    twins : callable, optional
        Draws the ``config.twins`` crops with their twins that end every batch.
    """

    def __init__(
        self, draws: dict[str, Draw], config: FitConfig, twins: TwinDraw | None = None
    ) -> None:
        self.draws, self.config = draws, config
        self.twins = twins
        shares = dict(config.shares)
        self.names = sorted(draws)
        weights = np.array([shares[name] for name in self.names], float)
        self.weights = weights / weights.sum()

    def __getitem__(self, step: int) -> Batch:
        """before, after (B, 3, S, S), allowed, direction (B, S, S), flag (B,); all uint8."""
        rng = np.random.default_rng([self.config.seed, step])
        size, batch = self.config.phase(step)
        kinds = rng.choice(len(self.names), batch, p=self.weights)
        crops = [self.draws[self.names[kind]](rng, size) for kind in kinds]
        if self.twins is not None:
            for _ in range(self.config.twins):
                crops += self.twins(rng, size)
        before, after, allowed, direction = (np.stack(part) for part in zip(*crops, strict=True))
        flags = torch.tensor([flag_of(labels) for labels in allowed], dtype=torch.uint8)
        if self.config.gap:
            for labels in allowed:
                labels[gaps((labels & ANY) == BUILDING)] |= GAP
        return (
            torch.from_numpy(before).permute(0, 3, 1, 2),
            torch.from_numpy(after).permute(0, 3, 1, 2),
            torch.from_numpy(allowed),
            torch.from_numpy(direction),
            flags,
        )

    def __len__(self) -> int:
        return self.config.last_step


def batches(crops: Crops, first: int, workers: int = 1, ahead: int = 6) -> Iterator[Batch]:
    """Batches of the steps from ``first`` on, prepared by background threads.

    Threads, not processes: the work is in OpenCV and NumPy, which let go of the interpreter, and
    a process forked beside OpenCV's own threads can hang.
    """
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        soon = range(first, first + ahead)
        waiting = deque(pool.submit(crops.__getitem__, step) for step in soon)
        for step in range(first, crops.config.last_step):
            batch = waiting.popleft().result()
            waiting.append(pool.submit(crops.__getitem__, step + ahead))
            yield batch
        for job in waiting:
            job.cancel()
