"""transformers' Trainer as the large model needs it: its loss and its two learning rates."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from peft.optimizers import create_loraplus_optimizer
from torch import Tensor
from transformers import Trainer

from training.language.batch import IGNORED

DECAY = 0.0
"""Weight decay; the published settings have none."""


class Tuner(Trainer):
    """Trainer of an adapter.

    transformers says of Qwen2.5-VL that its loss cannot be told how many tokens an accumulated step
    has, and averages the parts' averages: short answers in a small part would count for more. Here
    every token of a step counts alike, however the step is cut up. Logits, of 152,064 words each,
    are made only where there is something to learn.

    Parameters
    ----------
    ratio : float
        Learning rate of B over that of A (LoRA+).
    """

    def __init__(self, *args: Any, ratio: float, **named: Any) -> None:
        super().__init__(*args, **named)
        self.ratio = ratio
        self.model_accepts_loss_kwargs = True  # the loss below takes the number of tokens

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Cross-entropy of the answers' tokens over their number in the whole step."""
        total, count = answer_loss(model, inputs)
        if num_items_in_batch is None:
            loss = total / count
        else:
            # Gradients are averaged over processes, the number is that of all of them.
            loss = total / num_items_in_batch * self.accelerator.num_processes
        return (loss, {"loss": loss}) if return_outputs else loss

    def create_optimizer(self, *args: Any, **named: Any) -> Any:
        """AdamW with A and B apart."""
        if self.optimizer is None:
            network: Any = self.model
            self.optimizer = create_loraplus_optimizer(
                network,
                torch.optim.AdamW,
                lr=self.args.learning_rate,
                loraplus_lr_ratio=self.ratio,
                loraplus_weight_decay=DECAY,
            )
        return self.optimizer


def answer_loss(model: Any, batch: dict[str, Tensor]) -> tuple[Tensor, int]:
    """Summed cross-entropy of the tokens to learn, and how many there are.

    Parameters
    ----------
    batch : dict
        As :class:`training.language.conversation_rows.Collator` makes it.
    """
    wanted = batch["labels"][:, 1:]
    places = (wanted != IGNORED).any(0).nonzero().flatten()
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    logits = model(**inputs, logits_to_keep=places, use_cache=False).logits
    wanted = wanted[:, places].flatten()
    total = F.cross_entropy(
        logits.flatten(0, 1).float(), wanted, ignore_index=IGNORED, reduction="sum"
    )
    return total, int((wanted != IGNORED).sum())
