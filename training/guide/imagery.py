"""What the training imagery looked like to a guide: the section ``range`` of ``model.json``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.guide.config import FitConfig
from training.guide.data import Crops
from training.guide.networks import channels_last
from training.guide.range import range_section
from training.guide.sources import clcd_pairs, draws
from training.guide.tiles import GROUPS, levir_pairs, names_of

SIZE = 256
BATCH = 6
STEPS = 80
"""Batches of training crops that the Gaussian is fitted to."""
SCENES = 4
"""Generated scenes among them, drawn anew."""
Images = tuple[np.ndarray, np.ndarray]


def held_groups(config: FitConfig) -> tuple[str, ...]:
    """Groups of tiles that a run neither trained on nor is reported on."""
    seen = set(names_of((*config.train, "report")))
    return tuple(name for name in GROUPS if not seen & set(names_of((name,))))


def _squares(before: np.ndarray, after: np.ndarray, step: int) -> Iterator[Images]:
    for row in range(0, before.shape[0] - SIZE + 1, step):
        for column in range(0, before.shape[1] - SIZE + 1, step):
            cut = np.s_[row : row + SIZE, column : column + SIZE]
            yield before[cut], after[cut]


def _unseen(config: FitConfig, root: Path) -> Iterator[Images]:
    """Ordinary real windows of places that the run did not train on."""
    for pair in levir_pairs(root, held_groups(config)):
        yield from _squares(pair.before, pair.after, SIZE // 2)
    for pair in clcd_pairs(root, "val"):
        yield from _squares(pair.before, pair.after, 2 * SIZE)


@torch.inference_mode()
def _features(network: nn.Module, before: torch.Tensor, after: torch.Tensor) -> np.ndarray:
    return network(before, after).features.numpy()


def imagery_range(network: nn.Module, config: FitConfig, root: Path) -> dict[str, Any]:
    """The section for a trained network in evaluation mode, from the run's own crops.

    Parameters
    ----------
    network : Module
        Any guide network.
    config : FitConfig
        Of the run that made it.
    root : Path
        Data folder.
    """
    phases = ((1.0, SIZE, BATCH),)
    scenes = min(SCENES, config.scene_count)
    drawn = dataclasses.replace(config, phases=phases, steps=STEPS, stop_at=0, scene_count=scenes)
    crops = Crops(draws(drawn, root), drawn)
    network = channels_last(network)
    known = (_features(network, *crops[step][:2]) for step in range(STEPS))

    def unseen() -> Iterator[np.ndarray]:
        for images in _unseen(config, root):
            dates = (torch.from_numpy(image.transpose(2, 0, 1)[None].copy()) for image in images)
            yield _features(network, *dates)

    said = f"LEVIR tiles {', '.join(held_groups(config))}; CLCD val"
    return range_section(known, unseen(), calibrated_on=said)
