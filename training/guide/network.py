"""The guide network: one encoder for both dates, a symmetric change head, an odd direction head."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MEAN = (0.44, 0.44, 0.38)
STD = (0.20, 0.19, 0.18)


def conv(inside: int, outside: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution and batch norm, padded so that stride 1 keeps the size."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
    )


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut.

    The shortcut of a halving block is average pooling and a 1x1 convolution of stride 1: strided
    1x1 convolutions corrupt memory in some CPU builds of torch.
    """

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        self.first = conv(inside, outside, 3, stride)
        self.second = conv(outside, outside)
        self.halve = stride == 2
        self.match = conv(inside, outside, 1) if inside != outside else None

    def forward(self, x: Tensor) -> Tensor:
        """(N, inside, H, W) to (N, outside, H/stride, W/stride)."""
        short = F.avg_pool2d(x, 2) if self.halve else x
        if self.match is not None:
            short = self.match(short)
        inner = F.relu(self.first(x), inplace=True)
        return F.relu(self.second(inner) + short, inplace=True)


class Encoder(nn.Module):
    """Feature maps of one date at 1/2, 1/4, 1/8, 1/16 and 1/32 of its resolution."""

    def __init__(self, stem: int, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = conv(3, stem, 3, 2)
        self.stages = nn.ModuleList()
        inside = stem
        for width, count in zip(widths, blocks, strict=True):
            parts = [Residual(inside, width, 2)]
            parts += [Residual(width, width) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(*parts))
            inside = width

    def forward(self, x: Tensor) -> list[Tensor]:
        """Normalised images (N, 3, H, W) to a list of maps, finest first."""
        maps = [F.relu(self.stem(x), inplace=True)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps


class Merge(nn.Module):
    """One step of the decoder: upsample the coarse map, add the projected pair, refine."""

    def __init__(self, coarse: int, pair: int, width: int) -> None:
        super().__init__()
        self.lateral = nn.Conv2d(pair, width, 1, bias=False)
        self.reduce = nn.Conv2d(coarse, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.refine = conv(width, width)

    def forward(self, coarse: Tensor, pair: Tensor) -> Tensor:
        """(N, coarse, h, w) and (N, pair, 2h, 2w) to (N, width, 2h, 2w)."""
        up = F.interpolate(
            self.reduce(coarse), scale_factor=2.0, mode="bilinear", align_corners=False
        )
        x = F.relu(self.norm(self.lateral(pair) + up), inplace=True)
        return F.relu(self.refine(x), inplace=True)


def pair_features(first: Tensor, second: Tensor) -> Tensor:
    """Sum and absolute difference: the same whichever date comes first."""
    return torch.cat((first + second, (first - second).abs()), dim=1)


class Guide(nn.Module):
    """Change and direction logits of a pair of images.

    Swapping the dates leaves the change logits as they are and turns the sign of the direction
    logits, whatever the weights: the change head sees only sums and absolute differences, and
    the direction is the difference of one score computed from each date alone.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        classes: tuple[str, ...] = ("building",),
        stem: int = 24,
        widths: tuple[int, ...] = (32, 64, 128, 192),
        blocks: tuple[int, ...] = (2, 2, 2, 2),
        decoder: tuple[int, ...] = (24, 40, 64, 96, 128),
    ) -> None:
        super().__init__()
        self.classes = tuple(classes)
        self.encoder = Encoder(stem, tuple(widths), tuple(blocks))
        maps = (stem, *widths)
        self.top = conv(2 * maps[-1], decoder[-1], 1)
        self.merges = nn.ModuleList(
            Merge(decoder[i + 1], 2 * maps[i], decoder[i]) for i in reversed(range(len(widths)))
        )
        self.change = nn.Conv2d(decoder[0], len(self.classes), 3, padding=1)
        self.presence = nn.ModuleList(nn.Conv2d(m, 1, 1, bias=False) for m in maps)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1) * 255, persistent=False)
        assert self.change.bias is not None
        nn.init.constant_(self.change.bias, -2.0)

    def channels_last(self) -> Guide:
        """Itself, with its kernels laid out as the CPU likes them."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                module.weight.data = module.weight.data.contiguous(
                    memory_format=torch.channels_last
                )
        return self

    def score(self, maps: list[Tensor]) -> Tensor:
        """Presence score of one date at 1/2 resolution, from projections of every scale."""
        total = self.presence[-1](maps[-1])
        for project, level in zip(self.presence[-2::-1], maps[-2::-1], strict=True):
            total = F.interpolate(total, scale_factor=2.0, mode="bilinear", align_corners=False)
            total = total + project(level)
        return total

    def forward(self, before: Tensor, after: Tensor) -> tuple[Tensor, Tensor]:
        """Logits at full resolution.

        Parameters
        ----------
        before, after : Tensor
            (N, 3, H, W), RGB 0..255, any real or integer type; H and W multiples of 32.

        Returns
        -------
        tuple of Tensor
            Change logits (N, K, H, W) and direction logits (N, 1, H, W), positive where the
            object is in ``after``.
        """
        count = before.shape[0]
        both = (torch.cat((before, after)).float() - self.mean) / self.std
        maps = self.encoder(both)
        firsts = [level[:count] for level in maps]
        seconds = [level[count:] for level in maps]
        x = F.relu(self.top(pair_features(firsts[-1], seconds[-1])), inplace=True)
        for step, first, second in zip(self.merges, firsts[-2::-1], seconds[-2::-1], strict=True):
            x = step(x, pair_features(first, second))
        change = F.interpolate(
            self.change(x), scale_factor=2.0, mode="bilinear", align_corners=False
        )
        scores = self.score(maps)
        direction = F.interpolate(
            scores[count:] - scores[:count],
            scale_factor=2.0,
            mode="bilinear",
            align_corners=False,
        )
        return change, direction
