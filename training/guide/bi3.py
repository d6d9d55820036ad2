"""Bi-temporal interaction: local perception, then attention to gated differences.

Source: the BI3 layer of MCI, which ChangeVG's guide is (science.md 1.3; arXiv 2403.19646, III-B).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LocalPerception(nn.Module):
    """LPE: a map plus what depth-wise 3x3, 1x5 and 5x1 convolutions see in it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.views = nn.ModuleList(
            nn.Conv2d(width, width, size, padding=(size[0] // 2, size[1] // 2), groups=width)
            for size in ((3, 3), (1, 5), (5, 1))
        )
        self.norm = nn.BatchNorm2d(3 * width)
        self.project = nn.Conv2d(3 * width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) to the same shape."""
        seen = self.norm(torch.cat([view(x) for view in self.views], dim=1))
        return x + self.project(F.gelu(seen))


class Attention(nn.Module):
    """Multi-head attention in which keys and values come from one map."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, query: Tensor, memory: Tensor) -> Tensor:
        """(N, L, C) and (N, M, C) to (N, L, C)."""

        def split(x: Tensor) -> Tensor:
            return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(self.query(query)), split(self.key(memory)), split(self.value(memory))
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.out(mixed.transpose(1, 2).flatten(2))


class BI3Block(nn.Module):
    """One date looks at what differs from the other (GDFA): own * (other - own) is attended to.

    Parameters
    ----------
    width : int
        Channels of the maps.
    heads : int
        Attention heads.
    hidden : int
        Width of the feed-forward part.
    dropout : float
        After attention and inside the feed-forward part, in training only.
    """

    def __init__(self, width: int, heads: int, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.local_query = LocalPerception(width)
        self.local_memory = LocalPerception(width)
        self.gate = nn.Conv2d(width, width, 1)
        self.gate_norm = nn.BatchNorm2d(width)
        self.attention = Attention(width, heads)
        self.drop = nn.Dropout(dropout)
        self.norm_attention = nn.LayerNorm(width)
        self.forward_in = nn.Linear(width, hidden)
        self.forward_out = nn.Linear(hidden, width)
        self.norm_forward = nn.LayerNorm(width)

    def forward(self, own: Tensor, other: Tensor) -> Tensor:
        """Maps (N, C, h, w) of one date and of the other to the first one's new map."""
        rows = own.shape[2]
        query = self.local_query(own)
        mine, theirs = self.local_memory(own), self.local_memory(other)
        gated = F.relu(self.gate_norm(self.gate(mine * (theirs - mine))))
        tokens, memory = (part.flatten(2).transpose(1, 2) for part in (query, gated))
        tokens = self.norm_attention(tokens + self.drop(self.attention(tokens, memory)))
        inner = self.forward_out(self.drop(F.relu(self.forward_in(tokens))))
        tokens = self.norm_forward(tokens + self.drop(inner))
        return tokens.transpose(1, 2).unflatten(2, (rows, -1))
