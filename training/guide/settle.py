"""From logits to the probabilities a model offers: temperature, and valleys between neighbours."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from training.guide.reading import CLASSES

VALLEY_PX = 9
"""Wider gaps between buildings than this part them anyway."""


class Settle(NamedTuple):
    """What is chosen once the weights are trained, and becomes part of the exported graph.

    Attributes
    ----------
    temperature : float
        Divides the change logits, so that probabilities mean what they say.
    valley : float
        How much deeper the gaps between neighbouring buildings get (:func:`carve`).
    """

    temperature: float = 1.0
    valley: float = 0.0

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Settle:
        """Those that ``settings`` names under ``graph``, else neutral ones.

        Raises
        ------
        TypeError
            There is another name among them.
        """
        return cls(**settings.get("graph", {}))

    def __call__(self, change: Tensor) -> Tensor:
        """Logits (N, 1 + K, H, W) to probabilities (N, K, H, W) of the classes of change."""
        chance = (change / self.temperature).softmax(1)[:, 1:]
        if not self.valley:
            return chance
        building = CLASSES.index("building")
        parts = [chance[:, index : index + 1] for index in range(chance.shape[1])]
        parts[building] = carve(parts[building], self.valley)
        return torch.cat(parts, 1)


NEUTRAL = Settle()


def carve(chance: Tensor, valley: float) -> Tensor:
    """Probabilities (N, 1, H, W) less ``valley`` times the depth of each place's valley.

    The depth is what a grey closing over ``VALLEY_PX`` would fill: nought on slopes, peaks and open
    ground, more in a gap that two buildings look over. A threshold then parts neighbours that a
    network, unsure of a gap of few pixels, would join; outlines elsewhere stay where they are.
    """
    # As if the edge went on: ground that falls towards it is no valley.
    wide = F.pad(chance, [2 * (VALLEY_PX // 2)] * 4, mode="replicate")
    closed = -F.max_pool2d(-F.max_pool2d(wide, VALLEY_PX, 1), VALLEY_PX, 1)
    return (chance - valley * (closed - chance)).clamp_min(0)
