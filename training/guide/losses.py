"""What the fine branch and the flag minimise, where a source labels only some classes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.guide.config import FitConfig
from training.guide.reading import CLASSES, Reading
from training.guide.tiles import GAP, ROAD_HINT

BITS = tuple(1 << index for index in range(1 + len(CLASSES)))
"""Bit of each class in ``allowed``: background, building, road, other."""
EDGE_PX = 2
"""How near is near an outline: people's outlines are good to a pixel or two."""
HINT_LEAST_PX, HINT_ROAD_PX = 24_000, 400
"""Pixels of a crop that a view must hold, and of a piece of road 25 m long and 4 m wide."""
GAP_WEIGHT, GAP_DICE = 4.0, 0.2
UNKNOWN = 2
"""Flag label of a crop of which nobody knows whether it changed."""


def allowed_mask(allowed: Tensor) -> Tensor:
    """Bit masks (N, H, W) uint8 to booleans (N, 4, H, W)."""
    bits = torch.tensor(BITS, dtype=torch.uint8, device=allowed.device)
    return (allowed[:, None] & bits.view(1, -1, 1, 1)) > 0


def edges(mask: Tensor) -> Tensor:
    """Where a label's outline is near, bool (N, H, W).

    Those are the pixels within ``EDGE_PX`` of both a pixel that certainly is of one class of change
    and one that certainly is not: the rims of buildings and roads and the gaps between neighbours.

    Parameters
    ----------
    mask : Tensor
        Allowed classes, bool (N, 4, H, W).
    """
    alone = mask.sum(1, keepdim=True) == 1
    sides = torch.cat(((alone & mask[:, 1:3]), ~mask[:, 1:3]), 1).float()
    near = F.max_pool2d(sides, 2 * EDGE_PX + 1, 1, EDGE_PX) > 0
    return (near[:, :2] & near[:, 2:]).any(1)


def partial_entropy(log_p: Tensor, mask: Tensor, prior: float, edge: float = 0.0) -> Tensor:
    """Mean of -log of the probability that the label allows.

    Parameters
    ----------
    log_p : Tensor
        Log probabilities (N, 4, H, W).
    mask : Tensor
        Allowed classes, bool (N, 4, H, W).
    prior : float
        Weight of a pull towards background where other classes are allowed beside it: without it
        an unlabelled pixel may be anything for nothing.
    edge : float
        Extra weight of the pixels near an outline (:func:`edges`).
    """
    inside = torch.logsumexp(log_p.masked_fill(~mask, -1e4), dim=1)
    if edge:
        inside = inside * (1 + edge * edges(mask))
    open_ground = mask[:, 0] & (mask.sum(1) > 1)
    return -(inside.mean() + prior * (log_p[:, 0] * open_ground).mean())


def hinted(log_p: Tensor, allowed: Tensor) -> Tensor:
    """-log of the mean road probability of the likeliest pixels of crops that built a road.

    Of real crops with new roads, people only say that there are some. The likeliest pixels of such
    a crop, as many as the shortest piece of road has, have to be road; which ones is left open.

    Parameters
    ----------
    log_p : Tensor
        Log probabilities (N, 4, H, W).
    allowed : Tensor
        uint8 (N, H, W), with ``ROAD_HINT`` where a pair's crop says so; views that hold little of
        the crop may have missed its road and do not count.
    """
    told = (allowed & ROAD_HINT) > 0
    enough = told.flatten(1).sum(1) >= HINT_LEAST_PX
    if not enough.any():
        return log_p.new_zeros(())
    chance = log_p[:, 2].exp().masked_fill(~told, 0.0).flatten(1)[enough]
    top = chance.topk(HINT_ROAD_PX, dim=1).values.mean(1)
    return -top.clamp_min(1e-4).log().mean()


def gap_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Binary cross-entropy and Dice of the gaps between neighbouring buildings.

    A gap covers few pixels: ``GAP_WEIGHT`` times the weight makes them count.

    Parameters
    ----------
    logits : Tensor
        (N, 1, H, W).
    allowed : Tensor
        uint8 (N, H, W), ``GAP`` where there is one. Pixels that may be a building or not are left
        out: so may be what lies beside them.
    """
    mask = allowed_mask(allowed)
    known = ((mask.sum(1) == 1) | ~mask[:, 1]).float()
    truth = ((allowed & GAP) > 0).float()
    score = logits[:, 0].float()
    weight = known * (1 + (GAP_WEIGHT - 1) * truth)
    entropy = F.binary_cross_entropy_with_logits(score, truth, weight, reduction="sum")
    p = score.sigmoid() * known
    overlap = 1 - (2 * (p * truth).sum() + 64) / (p.sum() + truth.sum() + 64)
    return entropy / (known.sum() + 64) + GAP_DICE * overlap


def dice(log_p: Tensor, mask: Tensor) -> Tensor:
    """One minus soft Dice of building and road, over the pixels that decide each class."""
    total = log_p.new_zeros(())
    alone = mask.sum(1) == 1
    for index in (1, 2):
        truth = (alone & mask[:, index]).float()
        decided = (alone & mask[:, index]) | ~mask[:, index]
        p = log_p[:, index].exp() * decided
        total = total + 1 - (2 * (p * truth).sum() + 64) / (p.sum() + truth.sum() + 64)
    return total / 2


def guide_loss(
    reading: Reading,
    allowed: Tensor,
    direction: Tensor,
    flag: Tensor,
    config: FitConfig,
) -> tuple[Tensor, dict[str, float]]:
    """Weighted sum of the parts and each part's value.

    Parameters
    ----------
    reading : Reading
    allowed : Tensor
        uint8 (N, H, W), classes a pixel may have.
    direction : Tensor
        uint8 (N, H, W): 0 unknown, 1 appeared, 2 disappeared.
    flag : Tensor
        uint8 (N,): 0 unchanged, 1 changed, 2 unknown.
    config : FitConfig
        Its ``dice``, ``direction``, ``flag``, ``prior``, ``edge``, ``gap`` and ``road_hint``.
    """
    mask = allowed_mask(allowed)
    log_p = F.log_softmax(reading.change.float(), dim=1)
    entropy = partial_entropy(log_p, mask, config.prior, config.edge)
    overlap = dice(log_p, mask)
    known = (direction > 0).float()
    sides = F.binary_cross_entropy_with_logits(
        reading.direction[:, 0].float(), (direction == 1).float(), reduction="none"
    )
    side = (sides * known).sum() / (known.sum() + 64)
    told = (flag != UNKNOWN).float()
    flags = F.binary_cross_entropy_with_logits(
        reading.flag.float(), (flag == 1).float(), reduction="none"
    )
    flagged = (flags * told).sum() / (told.sum() + 1)
    total = entropy + config.dice * overlap + config.direction * side + config.flag * flagged
    if config.gap and reading.gap is not None:
        total = total + config.gap * gap_loss(reading.gap, allowed)
    if config.road_hint:
        total = total + config.road_hint * hinted(log_p, allowed)
    parts = torch.stack([entropy, overlap, side, flagged]).detach().tolist()
    return total, dict(zip(("entropy", "dice", "direction", "flag"), parts, strict=True))
