"""What every guide network answers."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

CLASSES = ("building", "road", "other")
"""Change classes; the logits have the background before them."""


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
    """

    change: Tensor
    direction: Tensor
    flag: Tensor
    features: Tensor
    tokens: Tensor
