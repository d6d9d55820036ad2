"""What a run minimises."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def dice(logits: Tensor, target: Tensor) -> Tensor:
    """One minus the soft Dice score over the whole batch."""
    probability = logits.sigmoid()
    overlap = (probability * target).sum()
    return 1 - (2 * overlap + 1) / (probability.sum() + target.sum() + 1)


def guide_loss(
    change: Tensor, direction: Tensor, truth: Tensor, dice_weight: float, direction_weight: float
) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy and Dice on the change, cross-entropy on the direction of changed pixels.

    Parameters
    ----------
    change, direction : Tensor
        Logits (N, 1, H, W).
    truth : Tensor
        (N, 3, H, W) 0/1: changed, appeared, direction known.
    """
    target = truth[:, :1].float()
    entropy = F.binary_cross_entropy_with_logits(change, target)
    overlap = dice(change, target)
    known = (truth[:, :1] & truth[:, 2:]).float()
    sides = F.binary_cross_entropy_with_logits(direction, truth[:, 1:2].float(), reduction="none")
    side = (sides * known).sum() / (known.sum() + 64)
    total = entropy + dice_weight * overlap + direction_weight * side
    parts = torch.stack([entropy, overlap, side]).detach().tolist()
    return total, dict(zip(("entropy", "dice", "direction"), parts, strict=True))
