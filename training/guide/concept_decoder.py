"""Captions by way of concepts: a linear look at the guide's reading, then words."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.caption import FINE, GRID, evidence
from training.guide.concepts import NAMES
from training.guide.reading import Reading
from training.guide.word_decoder import WordDecoder

BLOCKS = 4
"""The fine branch's reading is kept in so many blocks a side."""
CHANGED = 0.1
"""A cell counts as changed from this share of changed pixels on."""


def summary(features: Tensor, seen: Tensor) -> Tensor:
    """What the concepts are read from: a vector (N, S) of fixed length whatever the extent.

    The embedding (N, F) of the pair; from the evidence (N, 2 D + 5, h, w), see
    :func:`training.guide.caption.evidence`: the tokens' mean before, its step to after, and both
    means over the changed ground; the fine branch in 4 x 4 blocks (building, road, other, signed
    direction); how much changed: mean, its root, share of changed cells and largest cell, of each
    class.
    """
    before, after = seen[:, :-FINE].chunk(2, 1)
    fine = seen[:, -FINE + 1 :]
    chance = torch.cat((1 - seen[:, -FINE : -FINE + 1], fine[:, :-1]), 1)
    weight = chance[:, :1] / (chance[:, :1].sum((2, 3), keepdim=True) + 0.05)
    one, two = before.mean((2, 3)), after.mean((2, 3))
    grid = F.interpolate(fine, (GRID, GRID), mode="bilinear", align_corners=False)
    blocks = F.avg_pool2d(grid, GRID // BLOCKS).flatten(1)
    mean = chance.mean((2, 3))
    share = (chance > CHANGED).float().mean((2, 3))
    parts = (
        features,
        one,
        two - one,
        (before * weight).sum((2, 3)),
        (after * weight).sum((2, 3)),
        blocks,
        mean,
        mean.clamp_min(1e-6).sqrt(),
        share,
        chance.amax((2, 3)),
    )
    return torch.cat(parts, 1)


class ConceptDecoder(WordDecoder):
    """Words from concepts, one memory token each.

    Parameters
    ----------
    inside : int
        Length of :func:`summary`.
    width, heads, hidden, layers, words, dropout
        See :class:`WordDecoder`.
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        inside: int,
        width: int = 128,
        heads: int = 4,
        hidden: int = 256,
        layers: int = 2,
        words: int = 431,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(width, heads, hidden, layers, words, dropout)
        self.settings |= {"inside": inside}
        self.register_buffer("weight", torch.zeros(len(NAMES), inside))
        self.register_buffer("bias", torch.zeros(len(NAMES)))
        self.absent = nn.Parameter(torch.randn(len(NAMES), width) * 0.3)
        self.present = nn.Parameter(torch.randn(len(NAMES), width) * 0.3)

    def values(self, seen: Tensor) -> Tensor:
        """Summaries (N, S) to how strongly each concept is seen, (N, concepts), 0..1."""
        return F.linear(seen, self.weight, self.bias).clamp(0, 1)

    def tell(self, values: Tensor) -> Tensor:
        """Concept values (N, concepts) to memory (N, concepts, width)."""
        return self.absent + values[..., None] * self.present

    def remember(self, seen: Tensor) -> Tensor:
        """Summaries (N, S) to memory (N, concepts, width)."""
        return self.tell(self.values(seen))

    def memory(self, reading: Reading) -> Tensor:
        """Memory (N, concepts, width) of a batch of pairs; which date is which stays known."""
        return self.remember(summary(reading.features, evidence(reading)))
