"""A small change flag on frozen features, for a guide whose own flag is not good."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FlagHead(nn.Module):
    """Whether anything worth a sentence changed, from the pooled reading of a pair.

    Parameters
    ----------
    inside : int
        Channels of ``caption_data.Seen.pooled``.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, inside: int, hidden: int = 32) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(inside))
        self.register_buffer("scale", torch.ones(inside))
        self.steps = nn.Sequential(
            nn.Dropout(0.3), nn.Linear(inside, hidden), nn.ReLU(), nn.Linear(hidden, 1)
        )

    def forward(self, pooled: Tensor) -> Tensor:
        """(N, inside) to logits (N,)."""
        return self.steps((pooled - self.mean) / self.scale)[:, 0]


def fit_flag(
    pooled: Tensor, changed: Tensor, seed: int = 20, steps: int = 400, batch: int = 256
) -> FlagHead:
    """Train a head on what :func:`training.guide.caption_data.look` pooled.

    Parameters
    ----------
    pooled : Tensor
        (crops, views, inside).
    changed : Tensor
        bool (crops,), from the sentences.
    """
    source = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = FlagHead(pooled.shape[2])
        flat = pooled.flatten(0, 1)
        head.mean.copy_(flat.mean(0))
        head.scale.copy_(flat.std(0).clamp_min(1e-3))
        truth = changed[:, None].expand(pooled.shape[:2]).flatten().float()
        steering = torch.optim.AdamW(head.parameters(), lr=3e-3, weight_decay=0.1)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(steering, steps)
        head.train()
        for _ in range(steps):
            rows = torch.randint(len(flat), (min(batch, len(flat)),), generator=source)
            loss = F.binary_cross_entropy_with_logits(head(flat[rows]), truth[rows])
            steering.zero_grad(set_to_none=True)
            loss.backward()
            steering.step()
            schedule.step()
    return head.eval()


def accuracy(logits: Tensor, changed: Tensor) -> float:
    """Share of pairs on the right side of zero."""
    return float(((logits > 0) == changed).float().mean())
