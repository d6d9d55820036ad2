"""From logits to the probabilities a model offers: temperature, and valleys between neighbours."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from training.guide.reading import CLASSES, Reading, class_chances

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
    gap : float
        Share of a building's probability that goes where a gap is certain, 0..1.
    """

    temperature: float = 1.0
    valley: float = 0.0
    gap: float = 0.0

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Settle:
        """Those that ``settings`` names under ``graph``, else neutral ones.

        Raises
        ------
        TypeError
            There is another name among them.
        """
        return cls(**settings.get("graph", {}))

    def __call__(self, reading: Reading) -> Tensor:
        """The reading's probabilities (N, K, H, W) of the classes of change."""
        chance = class_chances(reading.change / self.temperature)
        if not (self.valley or self.gap):
            return chance
        building = CLASSES.index("building")
        classes = [chance[:, index : index + 1] for index in range(chance.shape[1])]
        gap = None if reading.gap is None else reading.gap.sigmoid()
        classes[building] = self.part(classes[building], gap)
        return torch.cat(classes, 1)

    def part(self, building: Tensor, gap: Tensor | None) -> Tensor:
        """Probabilities of buildings, lower between neighbours.

        Parameters
        ----------
        building, gap : Tensor
            (N, 1, H, W), 0..1; without a network's own gaps only ``valley`` counts.
        """
        if self.gap and gap is not None:
            building = building * (1 - self.gap * gap)
        return carve(building, self.valley) if self.valley else building


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
