"""The three-stage schedule: both branches together, then each alone on a frozen encoder.

Source: science.md 1.3 (MCI's schedule). In the joint stage every loss is divided by its own
detached value, so that each weighs one whatever its size.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.guide.reading import Reading
from training.guide.vocabulary import PAD
from training.guide.word_decoder import WordDecoder

SMALLEST = 1e-6


@dataclasses.dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes
    ----------
    losses : tuple of str
        Which of ``detection`` and ``caption`` are minimised.
    learns : frozenset of str
        Which of the network's ``encoder``, ``shared``, ``caption`` and ``detection`` parts learn,
        see :func:`part_of`; with ``caption`` the decoder does too.
    patience : int
        Validations without improvement that end the stage.
    """

    name: str
    losses: tuple[str, ...]
    learns: frozenset[str]
    patience: int = 50


STAGES = (
    Stage(
        "joint",
        ("detection", "caption"),
        frozenset(("encoder", "shared", "caption", "detection")),
    ),
    Stage("caption", ("caption",), frozenset(("caption",))),
    Stage("detection", ("detection",), frozenset(("detection",))),
)
_PARTS = {
    "encoder": "encoder",
    "reduce": "shared",
    "interaction": "shared",
    "caption_neck": "caption",
}


def part_of(name: str) -> str:
    """``encoder``, ``shared``, ``caption`` or ``detection``: where a network's child belongs.

    Nano's interaction feeds both branches: tuning it for one would spoil the other.
    """
    return _PARTS.get(name, "detection")


def balanced(losses: Mapping[str, Tensor]) -> Tensor:
    """Sum of the losses, each divided by its own value: their gradients weigh alike.

    >>> float(balanced({"a": torch.tensor(4.0), "b": torch.tensor(0.5)}))
    2.0
    """
    return torch.stack(
        [value / value.detach().clamp_min(SMALLEST) for value in losses.values()]
    ).sum()


def caption_loss(
    decoder: WordDecoder, memory: Tensor, tokens: Tensor, smoothing: float = 0.0
) -> Tensor:
    """Mean cross-entropy of every word but ``<start>``, padding left out.

    Parameters
    ----------
    memory : Tensor
        (N, T, width).
    tokens : Tensor
        int64 (N, L) from ``<start>`` to ``<end>``, padded at the end.
    """
    logits = decoder(memory, tokens[:, :-1]).float()
    return F.cross_entropy(
        logits.flatten(0, 1),
        tokens[:, 1:].flatten(),
        ignore_index=PAD,
        label_smoothing=smoothing,
    )


def stage_losses(
    stage: Stage,
    reading: Reading,
    decoder: WordDecoder,
    tokens: Tensor,
    detection: Tensor,
    smoothing: float = 0.0,
) -> dict[str, Tensor]:
    """What a stage minimises on one batch, for :func:`balanced`.

    Parameters
    ----------
    tokens : Tensor
        One sentence of each pair, int64 (N, L); a row of padding alone has none.
    detection : Tensor
        The loss of the fine branch on the same batch.
    """
    losses: dict[str, Tensor] = {}
    if "detection" in stage.losses:
        losses["detection"] = detection
    told = (tokens != PAD).any(1)
    if "caption" in stage.losses and bool(told.any()):
        memory = decoder.memory(reading.of(told))
        losses["caption"] = caption_loss(decoder, memory, tokens[told], smoothing)
    return losses


def enter(stage: Stage, network: nn.Module, decoder: WordDecoder) -> list[nn.Parameter]:
    """Set the modes for a stage; returns the parameters that learn, for its optimiser.

    The other parts are put in evaluation mode, so that their batch norms and dropout rest too.
    Weights that need no gradient, such as an encoder's first stages, never learn.
    """
    learning: list[nn.Parameter] = []
    for name, part in network.named_children():
        learns = part_of(name) in stage.learns
        part.train(learns)
        if learns:
            learning += [p for p in part.parameters() if p.requires_grad]
    decoder.train("caption" in stage.learns)
    if "caption" in stage.learns:
        learning += list(decoder.parameters())
    return learning


class Patience:
    """Remembers the best value of a measure and says when it has not risen for long."""

    def __init__(self, limit: int, best: float = float("-inf"), waited: int = 0) -> None:
        self.limit, self.best, self.waited = limit, best, waited

    def better(self, value: float) -> bool:
        """Whether ``value`` is the best so far; counts the others."""
        if value > self.best:
            self.best, self.waited = value, 0
            return True
        self.waited += 1
        return False

    @property
    def over(self) -> bool:
        """Whether the stage ends."""
        return self.waited >= self.limit
