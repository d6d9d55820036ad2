"""The nano guide: one encoder for both dates, interaction, a fine branch and a global branch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.bi3 import BI3Block
from training.guide.encoders import EfficientNetLite
from training.guide.reading import CLASSES, Reading, class_chances


def conv(inside: int, outside: int, kernel: int = 3) -> nn.Sequential:
    """Convolution and batch norm, padded so that the size stays."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, 1, kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
    )


def double(x: Tensor) -> Tensor:
    """Bilinear upsampling by two."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Merge(nn.Module):
    """One step of the decoder: upsample the coarse map, add the projected pair, refine."""

    def __init__(self, coarse: int, level: int, width: int) -> None:
        super().__init__()
        self.lateral = nn.Conv2d(3 * level, width, 1, bias=False)
        self.reduce = nn.Conv2d(coarse, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.refine = conv(width, width)

    def forward(self, coarse: Tensor, first: Tensor, second: Tensor, lean: Tensor) -> Tensor:
        """(N, coarse, h, w) and both dates' (N, level, 2h, 2w) to (N, width, 2h, 2w).

        ``lean`` is that of :func:`leaning` at the finer size.
        """
        pair = torch.cat((pair_features(first, second), chosen(first, second, lean)), 1)
        return self.merged(coarse, pair)

    def merged(self, coarse: Tensor, pair: Tensor) -> Tensor:
        """The same from both dates' maps as one, (N, 3 level, 2h, 2w)."""
        x = F.relu(self.norm(self.lateral(pair) + double(self.reduce(coarse))), inplace=True)
        return F.relu(self.refine(x), inplace=True)


def chosen(first: Tensor, second: Tensor, lean: Tensor) -> Tensor:
    """The date on which something stands: where ``lean`` (N, 1, h, w) is 1 the second, 0 the first.

    Outlines are sharp on that date alone; sums and differences mix them with the other's ground.
    """
    return first + lean * (second - first)


def pair_features(first: Tensor, second: Tensor) -> Tensor:
    """Sum and absolute difference: the same whichever date comes first."""
    return torch.cat((first + second, (first - second).abs()), dim=1)


def leaning(apart: Tensor, levels: int) -> list[Tensor]:
    """How far each place leans to the second date, 0..1, at 1/1, 1/2, 1/4 ... of the resolution.

    Parameters
    ----------
    apart : Tensor
        (N, 1, H/4, W/4): second score less first.
    levels : int
        Halvings, at least 2.
    """
    lean = apart.sigmoid()
    coarse = [lean]
    while len(coarse) < levels - 1:
        coarse.append(F.avg_pool2d(coarse[-1], 2))
    half = double(lean)
    return [double(half), half, *coarse]


class Presence(nn.Module):
    """How much of each class stands at a place on one date, at 1/4 resolution."""

    def __init__(self, widths: tuple[int, ...], width: int, classes: int) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(inside, width, 1) for inside in widths)
        self.refine = conv(width, width)
        self.score = nn.Conv2d(width, classes, 1)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps of one date, finest (1/4) first, to scores (N, classes, H/4, W/4)."""
        x = self.laterals[-1](maps[-1])
        for lateral, level in zip(self.laterals[-2::-1], maps[-2::-1], strict=True):
            x = double(x) + lateral(level)
        return self.score(F.relu(self.refine(F.relu(x)), inplace=True))


class Sharpen(nn.Module):
    """Logits at full resolution from a map at 1/2 and the image of the date that matters.

    The work is done at 1/2, with four logits of each class a place: full-resolution maps are slow.
    """

    unshuffle: Tensor

    def __init__(self, inside: int, width: int, logits: int) -> None:
        super().__init__()
        self.refine = conv(inside + 12, width)
        self.score = nn.Conv2d(width, 4 * logits, 1)
        # Pixel unshuffle as a convolution, which onnxruntime does in a third of the time.
        places = torch.eye(12).view(12, 3, 2, 2)
        self.register_buffer("unshuffle", places, persistent=False)

    def forward(self, x: Tensor, image: Tensor) -> Tensor:
        """(N, inside, H/2, W/2) and (N, 3, H, W) to (N, logits, H, W)."""
        both = torch.cat((x, F.conv2d(image, self.unshuffle, stride=2)), 1)
        return F.pixel_shuffle(self.score(F.relu(self.refine(both), inplace=True)), 2)


class Guide(nn.Module):
    """Change, direction and flag of a pair of images.

    Swapping the dates leaves change, flag and features as they are and turns the sign of the
    direction, whatever the weights: the fine branch sees only sums and absolute differences, both
    dates go through the same interaction, and the direction is the difference of scores computed
    from each date alone.

    Parameters
    ----------
    width, heads, layers : int
        Channels, attention heads and number of the BI3 layers at 1/32 resolution; no layers leave
        the plain difference (for the ablation).
    decoder : tuple of int
        Channels of the fine branch at 1/2, 1/4, 1/8, 1/16 and 1/32 resolution.
    presence, fine : int
        Channels of each date's own score at 1/4 and of the last step.
    frozen : int
        Encoder stages, after the stem, that keep their weights.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        width: int = 128,
        heads: int = 4,
        layers: int = 2,
        decoder: tuple[int, ...] = (24, 40, 64, 96, 128),
        presence: int = 24,
        fine: int = 32,
        frozen: int = 2,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.encoder = EfficientNetLite(frozen)
        maps = self.encoder.widths
        self.reduce = conv(maps[-1], width, 1)
        self.interaction = nn.ModuleList(
            BI3Block(width, heads, 2 * width, dropout) for _ in range(layers)
        )
        self.top = conv(2 * width, decoder[-1], 1)
        self.merges = nn.ModuleList(
            Merge(decoder[i + 1], maps[i], decoder[i]) for i in reversed(range(len(maps) - 1))
        )
        self.change = Sharpen(decoder[0], fine, 1 + len(CLASSES) + 1)
        self.presence = Presence(maps[1:], presence, len(CLASSES))
        self.flag = nn.Sequential(
            nn.Linear(2 * width + 2 * len(CLASSES), 64), nn.ReLU(), nn.Linear(64, 1)
        )
        for name, value in (("mean", self.encoder.mean), ("std", self.encoder.std)):
            self.register_buffer(name, torch.tensor(value).view(1, 3, 1, 1), persistent=False)
        assert self.change.score.bias is not None
        nn.init.constant_(self.change.score.bias, 0.0)
        self.change.score.bias.data[:4] = 2.0
        self.change.score.bias.data[-4:] = -3.0

    def forward(self, before: Tensor, after: Tensor) -> Reading:
        """Read a batch of pairs.

        Parameters
        ----------
        before, after : Tensor
            (N, 3, H, W), RGB 0..255, any real or integer type; H and W multiples of 32.
        """
        count = before.shape[0]
        both = (torch.cat((before, after)).float() - self.mean) / self.std
        maps = self.encoder(both)
        firsts = [level[:count] for level in maps]
        seconds = [level[count:] for level in maps]
        features = pair_features(firsts[-1], seconds[-1]).mean((2, 3))
        top = F.relu(self.reduce(maps[-1]))
        for block in self.interaction:
            top = block(top, torch.cat((top[count:], top[:count])))
        first, second = top[:count], top[count:]
        pair = pair_features(first, second)
        scores = self.presence(maps[1:])
        apart = scores[count:] - scores[:count]
        leans = leaning(apart.sum(1, keepdim=True), len(firsts))
        x = F.relu(self.top(pair), inplace=True)
        for step, one, two, lean in zip(
            self.merges, firsts[-2::-1], seconds[-2::-1], leans[-2:0:-1], strict=True
        ):
            x = step(x, one, two, lean)
        fine = self.change(x, chosen(both[:count], both[count:], leans[0]))
        change = fine[:, :-1]
        chance = class_chances(F.avg_pool2d(change, 4))
        share = chance / chance.sum(1, keepdim=True).clamp_min(1e-6)
        side = (share * apart).sum(1, keepdim=True)
        pooled = torch.cat((pair.mean((2, 3)), chance.mean((2, 3)), chance.amax((2, 3))), 1)
        return Reading(
            change=change,
            direction=F.interpolate(side, scale_factor=4.0, mode="bilinear", align_corners=False),
            flag=self.flag(pooled)[:, 0],
            features=features,
            tokens=torch.cat((first, second), 1),
            gap=fine[:, -1:],
        )
