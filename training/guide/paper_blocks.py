"""The parts of the ``paper`` guide: necks of BI3 layers, fusion of the dates, up path.

Source: MCI (arXiv 2403.19646, III-B), which ChangeVG's guide is; dims in science.md 1.3. Parts
that the original holds but never uses are left out.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.bi3 import BI3Block

GRID = 8
"""Side of the position tables: a 256 px image at 1/32 resolution."""


class Position(nn.Module):
    """Learned 2-D position: half the channels for the row, half for the column."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.rand(width // 2, GRID))
        self.columns = nn.Parameter(torch.rand(width // 2, GRID))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) plus its positions; the table as it is at 8 x 8, else interpolated."""
        rows = self.rows[None, :, :, None].expand(1, -1, GRID, GRID)
        columns = self.columns[None, :, None, :].expand(1, -1, GRID, GRID)
        table = torch.cat((rows, columns), 1)
        return x + F.interpolate(table, x.shape[2:], mode="bilinear", align_corners=False)


class CaptionNeck(nn.Module):
    """BI3 layers whose two blocks, one per date, are updated side by side."""

    def __init__(self, width: int, heads: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.position = Position(width)
        self.firsts, self.seconds = (
            nn.ModuleList(BI3Block(width, heads, hidden, dropout) for _ in range(layers))
            for _ in range(2)
        )

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (N, C, h, w) of both dates to new ones."""
        first, second = self.position(first), self.position(second)
        for one, two in zip(self.firsts, self.seconds, strict=True):
            first, second = one(first, second), two(second, first)
        return first, second


class DetectionNeck(CaptionNeck):
    """BI3 layers in which the second date sees the first one's new map, with outer residuals."""

    def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (N, C, h, w) of both dates to new ones."""
        first, second = self.position(first), self.position(second)
        for one, two in zip(self.firsts, self.seconds, strict=True):
            first = first + one(first, second)
            second = second + two(second, first)
        return first, second


class ChangeFusion(nn.Module):
    """CBF: both dates and their difference, the difference raised by how alike the dates are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.difference = nn.Sequential(nn.Conv2d(width, width, 1), nn.BatchNorm2d(width))
        self.mix = nn.Sequential(
            nn.Conv2d(3 * width, 2 * width, 3, padding=1),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Conv2d(2 * width, 2 * width, 1),
        )

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """(N, C, h, w) twice to (N, 2 C, h, w)."""
        alike = F.cosine_similarity(first, second, dim=1).unsqueeze(1)
        difference = self.difference(second - first) + alike
        return self.mix(torch.cat((first, difference, second), 1))


class UpStep(nn.Module):
    """A 1x1 convolution, then a transposed one that doubles the size."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv2d(inside, inside, 1),
            nn.BatchNorm2d(inside),
            nn.ReLU(),
            nn.ConvTranspose2d(inside, outside, 4, 2, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, inside, h, w) to (N, outside, 2h, 2w)."""
        return self.steps(x)


class UpPath(nn.Module):
    """Top-down: double the coarse map, add it to the next finer one, and on to full resolution."""

    def __init__(self, widths: tuple[int, ...], last: int = 64) -> None:
        super().__init__()
        doubled = [2 * width for width in widths]
        self.steps = nn.ModuleList(
            UpStep(coarse, fine)
            for coarse, fine in zip(doubled[:0:-1], doubled[-2::-1], strict=True)
        )
        self.refine = UpStep(doubled[0], doubled[0])
        self.last = nn.ConvTranspose2d(doubled[0], last, 4, 2, 1)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Fused maps, finest (1/4) first, to (N, last, H, W)."""
        x = maps[-1]
        for step, finer in zip(self.steps, maps[-2::-1], strict=True):
            x = step(x) + finer
        return self.last(self.refine(x))
