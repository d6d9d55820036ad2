"""Stage 2: the caption decoder learns on what a frozen guide has seen, language first.

Steps are drawn from (seed, step) alone, so that a killed run continues to the same weights.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor

from training.guide import checkpoint
from training.guide.fit import follow
from training.guide.word_decoder import WordDecoder

BEST = "best.pt"
_STRIDE = 1_000_003


@dataclasses.dataclass(frozen=True)
class CaptionConfig:
    """Everything that decides the decoder's weights, apart from the data and the frozen guide.

    Attributes
    ----------
    train, validate : tuple of str
        Groups of tiles to learn from, and to keep out of that.
    memory : {"concepts", "maps"}
        What the decoder reads: concepts seen in the pair, or both dates' maps as in the paper.
        The best weights are those of the lowest word loss: maps, on the sentences of changed crops
        of ``validate``; concepts, on the sentences agreed on for LEVIR-CC's validation text.
    views : tuple of int
        Flips and turns of every training crop.
    text_steps : int
        First steps, on sentences without pictures only.
    steps : int
        Steps in all.
    text_share : float
        Maps: share of the later steps that still train on sentences without pictures.
    agreed : int
        Concepts: examples of the sentence people would agree on, for the later steps.
    asked : int
        Sentences that are asked for each of those.
    unchanged_share : float
        Share of examples that show an unchanged pair.
    smoothing : float
        Label smoothing.
    """

    seed: int = 20
    train: tuple[str, ...] = ("middle", "train")
    validate: tuple[str, ...] = ("west", "seventeen")
    memory: str = "concepts"
    width: int = 128
    heads: int = 4
    hidden: int = 256
    layers: int = 2
    dropout: float = 0.1
    views: tuple[int, ...] = (0, 2, 4, 6)
    text_steps: int = 1500
    steps: int = 2300
    batch: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warm_up: float = 0.05
    text_share: float = 0.25
    agreed: int = 3000
    asked: int = 300
    unchanged_share: float = 0.15
    smoothing: float = 0.0
    average: float = 0.99
    validate_every: int = 100
    checkpoint_seconds: float = 60.0


class Corpus(Protocol):
    """What a decoder learns from."""

    def loss(self, decoder: WordDecoder, config: CaptionConfig, step: int) -> Tensor:
        """Loss of the batch that belongs to one step."""

    def held_loss(self, decoder: WordDecoder) -> float | None:
        """Mean word loss on what is kept for validation; None where nothing is."""


def rate(config: CaptionConfig, step: int) -> float:
    """Warm-up and cosine to zero, once for the text steps and once for the others."""
    first, last = (
        (0, config.text_steps) if step < config.text_steps else (config.text_steps, config.steps)
    )
    length = last - first
    warm = max(1, round(config.warm_up * length))
    done = step - first
    if done < warm:
        return config.learning_rate * (done + 1) / warm
    share = (done - warm) / max(1, length - warm)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def fit_captions(
    config: CaptionConfig, plain: WordDecoder, corpus: Corpus, out: Path, key: str
) -> WordDecoder:
    """Train the decoder ``plain``; ``out`` receives ``last.pt``, ``best.pt`` and ``log.jsonl``.

    A run that is there goes on.

    Parameters
    ----------
    key : str
        What the corpus was made from; a run goes on from the same only.

    Returns the weights of the lowest validation loss, averaged over the last steps before it, in
    evaluation mode; the last ones where there is nothing to validate on.

    Raises
    ------
    ValueError
        ``out`` holds a run with other settings, or of another guide.
    """
    out.mkdir(parents=True, exist_ok=True)
    settings = json.loads(json.dumps(dataclasses.asdict(config)))
    accelerator = Accelerator(cpu=not torch.cuda.is_available())
    average = copy.deepcopy(plain).requires_grad_(False).to(accelerator.device)
    kernels = [p for p in plain.parameters() if p.ndim > 1]
    rest = [p for p in plain.parameters() if p.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": kernels, "weight_decay": config.weight_decay},
        {"params": rest},
    ]
    steering = torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=0.0)
    decoder, steering = accelerator.prepare(plain, steering)
    plain = accelerator.unwrap_model(decoder)
    first, best = 0, math.inf
    last = out / checkpoint.LAST
    if last.exists():
        state = checkpoint.read(last)
        if state["config"] != settings or state["key"] != key:
            raise ValueError(
                f"{last} was made with other settings or for another guide; start a new run folder"
            )
        plain.load_state_dict(state["decoder"])
        average.load_state_dict(state["average"])
        steering.load_state_dict(state["optimiser"])
        first, best = int(state["step"]), float(state["best"])
    saved = time.monotonic()
    losses: list[float] = []
    for step in range(first, config.steps):
        for group in steering.param_groups:
            group["lr"] = rate(config, step)
        torch.manual_seed(config.seed * _STRIDE + step)
        plain.train()
        loss = corpus.loss(plain, config, step)
        steering.zero_grad(set_to_none=True)
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(plain.parameters(), 1.0)
        steering.step()
        follow(average, plain, config.average, step)
        losses.append(loss.item())
        done = step + 1
        ends = done == config.steps
        if ends or done % config.validate_every == 0:
            line = {"step": done, "loss": round(float(np.mean(losses)), 4)}
            losses = []
            value = corpus.held_loss(average.eval()) if done > config.text_steps else None
            if value is not None:
                line["validation"] = round(value, 4)
                if value < best:
                    best = value
                    checkpoint.save(out / BEST, {"decoder": average.state_dict(), "step": done})
            with open(out / "log.jsonl", "a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        if ends or time.monotonic() - saved > config.checkpoint_seconds:
            values = {"step": done, "best": best, "config": settings, "key": key}
            values |= {"decoder": plain.state_dict(), "average": average.state_dict()}
            checkpoint.save(last, values | {"optimiser": steering.state_dict()})
            saved = time.monotonic()
    if (out / BEST).exists():
        average.load_state_dict(checkpoint.read(out / BEST)["decoder"])
    return average.eval()
