"""The guide's global branch in words, as the paper has it: a memory of both dates' maps.

Source: the caption branch of MCI, which ChangeVG's guide is (science.md 1.3; arXiv 2403.19646),
with two additions: the memory also holds the fine branch's reading, and its positions stretch to
any extent.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.reading import CLASSES, Reading, with_background
from training.guide.word_decoder import WordDecoder

STRIDE = 32
FINE = 1 + len(CLASSES) + 1
"""Channels of the fine branch's reading: background, the classes, the direction."""
GRID = 8
"""Side of the position table: a 256 px pair has 8 x 8 memory tokens."""


def evidence(reading: Reading) -> Tensor:
    """What the captions may know of a pair, at 1/32 resolution.

    Parameters
    ----------
    reading : Reading
        Of N pairs of H x W pixels.

    Returns
    -------
    Tensor
        (N, 2 D + 5, H/32, W/32): the tokens (before, then after), the mean probability of the
        four classes, and the mean over the pixels of change times signed direction, -1..1,
        positive where it appeared. Where nothing changed the direction means nothing.
    """
    chance = with_background(reading.change)
    lean = (1 - chance[:, :1]) * torch.tanh(reading.direction / 2)
    fine = F.avg_pool2d(torch.cat((chance, lean), 1), STRIDE)
    return torch.cat((reading.tokens, fine), 1)


class Bottleneck(nn.Module):
    """Residual block of a 1x1, a 3x3 and a 1x1 convolution, half as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.inner = nn.Sequential(
            nn.Conv2d(width, half, 1),
            nn.BatchNorm2d(half),
            nn.ReLU(),
            nn.Conv2d(half, half, 3, padding=1),
            nn.BatchNorm2d(half),
            nn.ReLU(),
            nn.Conv2d(half, width, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to the same shape."""
        return F.relu(x + self.inner(x))


class CaptionDecoder(WordDecoder):
    """Words from the guide's maps.

    Parameters
    ----------
    memory_channels : int
        Channels of ``Reading.tokens``; those of the fine branch are added here.
    width, heads, hidden, layers, words, dropout
        See :class:`WordDecoder`.
    """

    def __init__(
        self,
        memory_channels: int,
        width: int = 192,
        heads: int = 4,
        hidden: int = 384,
        layers: int = 2,
        words: int = 431,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(width, heads, hidden, layers, words, dropout)
        self.settings |= {"memory_channels": memory_channels}
        self.reduce = nn.Conv2d(memory_channels + FINE, width, 1)
        self.refine = Bottleneck(width)
        self.position = nn.Parameter(torch.randn(1, width, GRID, GRID) * 0.02)
        self.unseen = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.drop_memory = nn.Dropout2d(dropout)

    def remember(self, seen: Tensor) -> Tensor:
        """Evidence (N, 2 D + 5, h, w), see :func:`evidence`, to memory (N, h w, width)."""
        x = self.refine(self.reduce(self.drop_memory(seen)))
        place = F.interpolate(self.position, x.shape[2:], mode="bilinear", align_corners=False)
        return (x + place).flatten(2).transpose(1, 2)

    def memory(self, reading: Reading) -> Tensor:
        """Memory (N, h w, width) of a batch of pairs; which date is which stays known."""
        return self.remember(evidence(reading))

    def nothing_seen(self, count: int) -> Tensor:
        """Learned memory (N, 1, width) of a scene nobody looked at, for text without images."""
        return self.unseen.expand(count, -1, -1)
