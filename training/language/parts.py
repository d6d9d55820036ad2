"""The two graphs of a nano model, over the weights of its transformers network.

The forward passes are written out for a fixed image size and a cache that goes in and comes out,
because that is what a graph can do; tests hold them to the network's own numbers.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import Qwen2_5_VLForConditionalGeneration

MEAN, STD = 127.5, 127.5
"""Of the images, 0..255, alike in all bands."""


def patches(images: Tensor, patch: int, merged: int) -> Tensor:
    """Images (N, 3, S, S) 0..255 as the rows that the vision part reads, (N, T, 6 p p).

    As transformers' image processor lays them out: blocks of ``merged`` x ``merged`` patches
    together, each patch twice because a still image counts as two frames.
    """
    side = images.shape[-1] // patch // merged
    x = (images.float() - MEAN) / STD
    x = x.reshape(images.shape[0], 3, side, merged, patch, side, merged, patch)
    x = x.permute(0, 2, 5, 3, 6, 1, 4, 7)
    x = x.unsqueeze(6).expand(-1, -1, -1, -1, -1, -1, 2, -1, -1)
    return x.reshape(images.shape[0], (side * merged) ** 2, 6 * patch * patch)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Sight(nn.Module):
    """Images to the vectors that stand for them in the text.

    Parameters
    ----------
    network : Qwen2_5_VLForConditionalGeneration
    side : int
        Pixels of an image's side.

    Raises
    ------
    ValueError
        The side is no whole number of attention windows.
    """

    places: Tensor
    order: Tensor
    back: Tensor

    def __init__(self, network: Qwen2_5_VLForConditionalGeneration, side: int) -> None:
        super().__init__()
        self.visual: Any = network.model.visual
        config = self.visual.config
        self.patch, self.merged = int(config.patch_size), int(config.spatial_merge_size)
        self.heads = int(config.num_heads)
        self.whole = set(config.fullatt_block_indexes)
        if side % config.window_size or config.window_size % (self.patch * self.merged):
            raise ValueError(f"{side} px is no whole number of windows of {config.window_size} px")
        across, blocks = side // config.window_size, side // self.patch // self.merged
        self.windows = across**2
        inside = blocks // across
        index = torch.arange(blocks * blocks).reshape(across, inside, across, inside)
        order = index.permute(0, 2, 1, 3).reshape(-1)
        fine = (order[:, None] * self.merged**2 + torch.arange(self.merged**2)).reshape(-1)
        rows, columns = (
            grid.reshape(blocks, self.merged, blocks, self.merged).transpose(1, 2).reshape(-1)
            for grid in torch.meshgrid(*[torch.arange(side // self.patch)] * 2, indexing="ij")
        )
        angles = torch.stack((rows, columns), -1)[..., None] * self.visual.rotary_pos_emb.inv_freq
        angles = angles.flatten(1)[fine]
        places = torch.stack((angles.cos(), angles.sin())).repeat(1, 1, 2)
        self.register_buffer("places", places, persistent=False)
        self.register_buffer("order", fine, persistent=False)
        self.register_buffer("back", torch.argsort(order), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """uint8 (N, 3, S, S), RGB, to (N, tokens, width)."""
        x = patches(images, self.patch, self.merged)
        kernel = self.visual.patch_embed.proj.weight.flatten(1)
        x = F.linear(x, kernel)[:, self.order]
        for index, block in enumerate(self.visual.blocks):
            groups = 1 if index in self.whole else self.windows
            x = x + self._attend(block.attn, block.norm1(x), groups)
            x = x + block.mlp(block.norm2(x))
        merger = self.visual.merger
        x = merger.ln_q(x).reshape(images.shape[0], -1, self.merged**2 * x.shape[-1])
        return merger.mlp(x)[:, self.back]

    def _attend(self, layer: Any, x: Tensor, groups: int) -> Tensor:
        count, length, width = x.shape
        parts = layer.qkv(x).reshape(count, length, 3, self.heads, -1).unbind(2)
        cos, sin = self.places[0, :, None], self.places[1, :, None]
        q, k, v = _turned(parts[0], cos, sin), _turned(parts[1], cos, sin), parts[2]
        q, k, v = (
            part.reshape(count * groups, length // groups, self.heads, -1).transpose(1, 2)
            for part in (q, k, v)
        )
        chance = (q @ k.transpose(2, 3) * layer.scaling).softmax(-1)
        return layer.proj((chance @ v).transpose(1, 2).reshape(count, length, width))


class Speech(nn.Module):
    """Tokens and images' vectors to the next token; what was read before comes as a cache.

    Prefill and every further step are this one graph: the cache may be empty.
    """

    def __init__(self, network: Qwen2_5_VLForConditionalGeneration) -> None:
        super().__init__()
        text: Any = network.model.language_model
        self.text, self.head = text, network.lm_head
        config = text.config
        self.heads, self.shared = config.num_attention_heads, config.num_key_value_heads
        self.size = config.hidden_size // self.heads
        self.sections: list[int] = list(text.rotary_emb.mrope_section)

    def forward(
        self,
        tokens: Tensor,
        images: Tensor,
        slots: Tensor,
        places: Tensor,
        fresh: Tensor,
        known: Tensor,
        last: Tensor,
        past: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Read T tokens in each of B rows behind P that are in the cache.

        Parameters
        ----------
        tokens : Tensor
            int64 (B, T).
        images : Tensor
            (M, width): vectors of all images, M at least 1.
        slots : Tensor
            int64 (B, T): which of ``images`` stands there instead of the token; -1 for none.
        places : Tensor
            int64 (3, B, T): positions by time, row and column.
        fresh, known : Tensor
            bool (B, T) and (B, P): what may be looked at; padding may not.
        last : Tensor
            int64 (B,): of which of the T tokens the successor is wanted.
        past : Tensor
            (layers, 2, B, shared heads, P, size): keys and values read before.

        Returns
        -------
        tuple of Tensor
            Logits (B, words) and the cache (layers, 2, B, shared heads, P + T, size).
        """
        rows, length = tokens.shape
        before = past.shape[4]
        pictures = images[slots.clamp_min(0)]
        x = torch.where((slots >= 0)[..., None], pictures, self.text.embed_tokens(tokens))
        cos, sin = self._angles(places)
        order = torch.arange(before + length)
        causal = order[None] <= (before + torch.arange(length))[:, None]
        seen = causal[None] & torch.cat((known, fresh), 1)[:, None]
        bias = torch.where(seen, 0.0, -1e9)[:, None]
        cache = []
        for index, layer in enumerate(self.text.layers):
            added, kept = self._attend(
                layer.self_attn, layer.input_layernorm(x), cos, sin, bias, past[index]
            )
            x = x + added
            x = x + layer.mlp(layer.post_attention_layernorm(x))
            cache.append(kept)
        x = self.text.norm(x[torch.arange(rows), last])
        return self.head(x), torch.stack(cache)

    def _angles(self, places: Tensor) -> tuple[Tensor, Tensor]:
        angles = places[..., None].float() * self.text.rotary_emb.inv_freq
        parts = angles.split(self.sections, -1)
        mixed = torch.cat([part[index % 3] for index, part in enumerate(parts)], -1)
        both = torch.cat((mixed, mixed), -1)[:, None]
        return both.cos(), both.sin()

    def _attend(
        self, layer: Any, x: Tensor, cos: Tensor, sin: Tensor, bias: Tensor, past: Tensor
    ) -> tuple[Tensor, Tensor]:
        rows, length, _ = x.shape
        q, k, v = (
            part(x).reshape(rows, length, -1, self.size).transpose(1, 2)
            for part in (layer.q_proj, layer.k_proj, layer.v_proj)
        )
        q = _turned(q, cos, sin)
        k = torch.cat((past[0], _turned(k, cos, sin)), 2)
        v = torch.cat((past[1], v), 2)
        share = self.heads // self.shared
        q = q.reshape(rows, self.shared, share * length, self.size)
        chance = (q @ k.transpose(2, 3) * layer.scaling).reshape(rows, self.heads, length, -1)
        chance = (chance + bias).softmax(-1).reshape(rows, self.shared, share * length, -1)
        y = (chance @ v).reshape(rows, self.heads, length, self.size).transpose(1, 2)
        return layer.o_proj(y.reshape(rows, length, -1)), torch.stack((k, v))
