"""The ``paper`` guide: MCI as ChangeVG uses it, with a fourth class, a direction and a flag.

Source: arXiv 2403.19646 and science.md 1.3. The caption decoder that belongs to it is
``CaptionDecoder(1024, 512, 8, 2048, 1, words)``.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import SegformerConfig, SegformerModel

from training.guide.network import pair_features
from training.guide.paper_blocks import CaptionNeck, ChangeFusion, DetectionNeck, UpPath
from training.guide.reading import CLASSES, Reading

WIDTHS = (64, 128, 320, 512)
MEAN = (0.39073, 0.38623, 0.32989)
STD = (0.15329, 0.14628, 0.13648)


def mit_b1(weights: Path | None = None) -> SegformerModel:
    """SegFormer's B1 encoder, random or with the weights of a local folder; nothing is fetched.

    Source: Xie et al. 2021 (arXiv 2105.15203), table 6.

    Raises
    ------
    OSError
        ``weights`` holds no SegFormer.
    """
    if weights is not None:
        # A folder of the user: nothing is downloaded.
        return SegformerModel.from_pretrained(str(weights), local_files_only=True)  # nosec B615
    return SegformerModel(
        SegformerConfig(
            depths=[2, 2, 2, 2],
            hidden_sizes=list(WIDTHS),
            num_attention_heads=[1, 2, 5, 8],
            sr_ratios=[8, 4, 2, 1],
            mlp_ratios=[4, 4, 4, 4],
            drop_path_rate=0.1,
        )
    )


class PaperGuide(nn.Module):
    """SegFormer-B1 for both dates, a caption neck, a detection neck, fusion at four scales.

    Unlike ``nano`` it is not symmetric: its second date sees the first one's new map, so swapping
    the dates changes the reading, apart from ``features``.

    Parameters
    ----------
    layers : int
        BI3 layers of each neck.
    weights : Path, optional
        Folder with a SegFormer-B1 in ``transformers`` format, such as ImageNet's.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, layers: int = 3, dropout: float = 0.1, weights: Path | None = None) -> None:
        super().__init__()
        width = WIDTHS[-1]
        self.encoder = mit_b1(weights)
        self.caption_neck = CaptionNeck(width, 8, 2048, layers, dropout)
        self.detection_neck = DetectionNeck(width, 8, 2048, layers, dropout)
        self.fusion = nn.ModuleList(ChangeFusion(level) for level in WIDTHS)
        self.up = UpPath(WIDTHS)
        self.change = nn.Conv2d(64, 1 + len(CLASSES), 1)
        self.direction = nn.Conv2d(64, 1, 1)
        self.flag = nn.Linear(2 * width, 1)
        for name, value in (("mean", MEAN), ("std", STD)):
            scaled = torch.tensor(value).view(1, 3, 1, 1) * 255
            self.register_buffer(name, scaled, persistent=False)

    def forward(self, before: Tensor, after: Tensor) -> Reading:
        """Read a batch of pairs.

        Parameters
        ----------
        before, after : Tensor
            (N, 3, H, W), RGB 0..255, any real or integer type; H and W multiples of 32.
        """
        count = before.shape[0]
        both = (torch.cat((before, after)).float() - self.mean) / self.std
        maps = self.encoder(both, output_hidden_states=True).hidden_states
        firsts = [level[:count] for level in maps]
        seconds = [level[count:] for level in maps]
        features = pair_features(firsts[-1], seconds[-1]).mean((2, 3))
        told = torch.cat(self.caption_neck(firsts[-1], seconds[-1]), 1)
        firsts[-1], seconds[-1] = self.detection_neck(firsts[-1], seconds[-1])
        fused = [fuse(*dates) for fuse, *dates in zip(self.fusion, firsts, seconds, strict=True)]
        x = self.up(fused)
        return Reading(
            change=self.change(x),
            direction=self.direction(x),
            flag=self.flag(told.mean((2, 3)))[:, 0],
            features=features,
            tokens=told,
        )
