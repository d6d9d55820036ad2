"""The guide's global branch in words: a small decoder that reads both dates' maps.

Source: the caption branch of MCI, which ChangeVG's guide is (science.md 1.3; arXiv 2403.19646),
with two additions: the memory also holds the fine branch's reading, and its positions stretch to
any extent.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.bi3 import Attention
from training.guide.reading import CLASSES, Reading
from training.guide.vocabulary import MAX_LENGTH

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
    chance = reading.change.softmax(1)
    lean = (1 - chance[:, :1]) * torch.tanh(reading.direction / 2)
    fine = F.avg_pool2d(torch.cat((chance, lean), 1), STRIDE)
    return torch.cat((reading.tokens, fine), 1)


class CausalAttention(Attention):
    """Attention in which a word sees itself and the words before it."""

    def forward(self, query: Tensor, memory: Tensor) -> Tensor:
        """(N, L, C) twice to (N, L, C)."""
        parts = (self.query(query), self.key(memory), self.value(memory))
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).flatten(2))


class WordLayer(nn.Module):
    """Transformer decoder layer, norms after the sums, its input added once more at the end."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.words = CausalAttention(width, heads)
        self.norm_words = nn.LayerNorm(width)
        self.scene = Attention(width, heads)
        self.norm_scene = nn.LayerNorm(width)
        self.forward_in = nn.Linear(width, hidden)
        self.forward_out = nn.Linear(hidden, width)
        self.norm_forward = nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)

    def forward(self, words: Tensor, memory: Tensor) -> Tensor:
        """Words (N, L, C) and memory (N, T, C) to (N, L, C)."""
        x = self.norm_words(words + self.drop(self.words(words, words)))
        x = self.norm_scene(x + self.drop(self.scene(x, memory)))
        inner = self.forward_out(self.drop(F.relu(self.forward_in(x))))
        return words + self.norm_forward(x + self.drop(inner))


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


class CaptionDecoder(nn.Module):
    """Words from the guide's reading.

    Parameters
    ----------
    memory_channels : int
        Channels of ``Reading.tokens``; those of the fine branch are added here.
    width, heads, hidden, layers : int
        Of the transformer decoder. The paper: 512, 8, 2048, 1.
    words : int
        Size of the vocabulary.
    dropout : float
        In training only.
    """

    places: Tensor

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
        super().__init__()
        self.settings = {
            "memory_channels": memory_channels,
            "width": width,
            "heads": heads,
            "hidden": hidden,
            "layers": layers,
            "words": words,
            "dropout": dropout,
        }
        self.width = width
        self.reduce = nn.Conv2d(memory_channels + FINE, width, 1)
        self.refine = Bottleneck(width)
        self.position = nn.Parameter(torch.randn(1, width, GRID, GRID) * 0.02)
        self.unseen = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.embed = nn.Embedding(words, width)
        self.register_buffer("places", sinusoids(MAX_LENGTH, width), persistent=False)
        self.layers = nn.ModuleList(WordLayer(width, heads, hidden, dropout) for _ in range(layers))
        self.drop = nn.Dropout(dropout)
        self.drop_memory = nn.Dropout2d(dropout)
        self.out = nn.Linear(width, words)
        nn.init.normal_(self.embed.weight, std=width**-0.5)

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

    def _states(self, memory: Tensor, tokens: Tensor) -> Tensor:
        x = self.embed(tokens) * math.sqrt(self.width) + self.places[: tokens.shape[1]]
        x = self.drop(x)
        for layer in self.layers:
            x = layer(x, memory)
        return x

    def forward(self, memory: Tensor, tokens: Tensor) -> Tensor:
        """Logits of every next word.

        Parameters
        ----------
        memory : Tensor
            (N, T, width).
        tokens : Tensor
            Word ids, int64 (N, L) with L at most 41, the first one ``<start>``.

        Returns
        -------
        Tensor
            (N, L, V): position i holds the logits of token i + 1.
        """
        return self.out(self.drop(self._states(memory, tokens)))

    def next_logits(self, memory: Tensor, tokens: Tensor) -> Tensor:
        """Logits (N, V) of the word after ``tokens`` (N, L)."""
        return self.out(self._states(memory, tokens)[:, -1])


def sinusoids(length: int, width: int) -> Tensor:
    """Sine and cosine positions (length, width) of Vaswani et al. (arXiv 1706.03762, 3.5)."""
    place = torch.arange(length)[:, None]
    rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    table = torch.zeros(length, width)
    table[:, 0::2] = torch.sin(place * rate)
    table[:, 1::2] = torch.cos(place * rate)
    return table
