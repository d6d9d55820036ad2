"""The half of the caption branch that strings words together, whatever the memory is made of.

Source: the caption decoder of MCI, which ChangeVG's guide is (science.md 1.3; arXiv 2403.19646).
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.bi3 import Attention
from training.guide.reading import Reading
from training.guide.vocabulary import MAX_LENGTH


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


class WordDecoder(nn.Module):
    """Transformer decoder over a memory that a subclass makes of what was seen.

    Parameters
    ----------
    width, heads, hidden, layers : int
        Of the transformer decoder. The paper: 512, 8, 2048, 1.
    words : int
        Size of the vocabulary.
    dropout : float
        In training only.

    Attributes
    ----------
    settings : dict
        What makes another one of the same shape; a subclass adds its own.
    """

    places: Tensor
    settings: dict[str, Any]

    def __init__(
        self, width: int, heads: int, hidden: int, layers: int, words: int, dropout: float
    ) -> None:
        super().__init__()
        self.width = width
        self.settings = {
            "width": width,
            "heads": heads,
            "hidden": hidden,
            "layers": layers,
            "words": words,
            "dropout": dropout,
        }
        self.embed = nn.Embedding(words, width)
        self.register_buffer("places", sinusoids(MAX_LENGTH, width), persistent=False)
        self.layers = nn.ModuleList(WordLayer(width, heads, hidden, dropout) for _ in range(layers))
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(width, words)
        nn.init.normal_(self.embed.weight, std=width**-0.5)

    def remember(self, seen: Tensor) -> Tensor:
        """What was seen of N pairs to memory (N, T, width)."""
        raise NotImplementedError

    def memory(self, reading: Reading) -> Tensor:
        """Memory (N, T, width) of a batch of pairs; which date is which stays known."""
        raise NotImplementedError

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
