"""What every guide network answers."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

CLASSES = ("building", "road", "other")
"""Change classes; the logits have the background before them."""

MOST_LOGIT = 40.0
"""Differences of logits beyond this are certainty; their exponentials would overflow."""


class Reading(NamedTuple):
    """Raw outputs of a guide for a batch of pairs.

    Attributes
    ----------
    change : Tensor
        Logits (N, 4, H, W): background, building, road, other.
    direction : Tensor
        Logits (N, 1, H, W), positive where the object is in the after date.
    flag : Tensor
        Logits (N,), positive where anything worth a sentence changed.
    features : Tensor
        Embedding (N, F) of the pair, the same whichever date comes first.
    tokens : Tensor
        Both dates' maps after the interaction, (N, 2 D, H/32, W/32): before, then after.
    gap : Tensor, optional
        Logits (N, 1, H, W), positive on ground between two changed buildings that nearly touch.
    """

    change: Tensor
    direction: Tensor
    flag: Tensor
    features: Tensor
    tokens: Tensor
    gap: Tensor | None = None

    def of(self, pairs: Tensor) -> Reading:
        """Only some pairs' outputs, by a mask or by indices."""
        return Reading(*(None if part is None else part[pairs] for part in self))  # type: ignore[arg-type]


def class_chances(logits: Tensor) -> Tensor:
    """Probabilities (N, K, H, W) of the classes of change from logits (N, 1 + K, H, W).

    The softmax without the background, written as quotients with it: onnxruntime's own softmax over
    few channels of a large map takes six times as long.
    """
    return _parts(logits)[1]


def with_background(logits: Tensor) -> Tensor:
    """Probabilities (N, 1 + K, H, W), the background first; see :func:`class_chances`."""
    return torch.cat(_parts(logits), 1)


def _parts(logits: Tensor) -> tuple[Tensor, Tensor]:
    odds = (logits[:, 1:] - logits[:, :1]).clamp_max(MOST_LOGIT).exp()
    nothing = 1 / (1 + odds.sum(1, keepdim=True))
    return nothing, odds * nothing
