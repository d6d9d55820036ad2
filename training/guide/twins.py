"""Twins: a real window and the same with one building more or less; all else must stay said.

What is read of one object should not hang on another one far from it. Networks with attention over
the whole window do not have that by themselves: doubtful claims come and go with any edit.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.guide import augment
from training.guide.config import FitConfig
from training.guide.reading import Reading, class_chances
from training.guide.sources import Crop
from training.guide.tiles import ANY, Pair, levir_pairs, refuse_report
from training.scenes.edits import edited_window

REACH_PX = 6
"""So far around an edit a reading may change with it."""
SEEN = 0.05
"""Probability of change from which a pixel counts in :func:`steady_loss`."""
TRIES = 20


class Twins:
    """Draws pairs of crops.

    Parameters
    ----------
    pairs : list of Pair
        Real places.
    """

    def __init__(self, pairs: list[Pair]) -> None:
        self.pairs = [dataclasses.replace(pair, allowed=pair.allowed & ANY) for pair in pairs]

    def __call__(self, rng: np.random.Generator, size: int) -> tuple[Crop, Crop]:
        """A crop and its twin, seen alike.

        Raises
        ------
        ValueError
            In ``TRIES`` windows there was nothing to edit.
        """
        removal = bool(rng.random() < 0.5)
        for _ in range(TRIES):
            found = edited_window(self.pairs, removal, rng)
            if found is None:
                continue
            plain, edited, mask = found
            rows, columns = np.nonzero(mask)
            centre = np.array([columns.mean(), rows.mean()]) + rng.uniform(-size / 8, size / 8, 2)
            view = int(rng.integers(1 << 62))
            first, second = (
                augment.pair(np.random.default_rng(view), one, size, centre)
                for one in (plain, edited)
            )
            if (first[2] != second[2]).any():  # a turned view may miss a corner
                return first, second
        raise ValueError(f"nothing to edit in {TRIES} windows")


def twin_draw(config: FitConfig, root: Path) -> Twins | None:
    """What draws the twins of a run; None where it has none."""
    if not config.twins:
        return None
    refuse_report(config.train)
    return Twins(levir_pairs(root, config.train))


def steady_loss(reading: Reading, before: Tensor, after: Tensor, count: int) -> Tensor:
    """How much the last ``2 * count`` readings differ within twins, away from the edits.

    The absolute differences of the classes' probabilities over the probabilities themselves, where
    either twin sees a change: 0 for equal readings, 1 for claims that one twin alone has.

    Parameters
    ----------
    reading : Reading
        Of a batch that ends with ``count`` crops, each followed by its twin.
    before, after : Tensor
        uint8 (N, 3, H, W).
    """
    first, second = slice(-2 * count, None, 2), slice(1 - 2 * count, None, 2)
    edited = (before[first] != before[second]) | (after[first] != after[second])
    side = 2 * REACH_PX + 1
    near = F.max_pool2d(edited.any(1, keepdim=True).float(), side, 1, REACH_PX) > 0
    chance = class_chances(reading.change[-2 * count :].float())
    one, two = chance[::2], chance[1::2]
    most = torch.maximum(one, two)
    counts = (~near & (most.detach() > SEEN)).float()
    return ((one - two).abs() * counts).sum() / ((most.detach() * counts).sum() + 64)
