"""Stage 2: the caption decoder learns on what a frozen guide has seen, language first.

Steps are drawn from (seed, step) alone, so that a killed run continues to the same weights.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor

from training.guide import checkpoint
from training.guide.caption import FINE, CaptionDecoder
from training.guide.caption_data import Example, padded
from training.guide.fit import follow
from training.guide.stages import caption_loss

BEST = "best.pt"
_STRIDE = 1_000_003


@dataclasses.dataclass(frozen=True)
class CaptionConfig:
    """Everything that decides the decoder's weights, apart from the data and the frozen guide.

    Attributes
    ----------
    train, validate : tuple of str
        Groups of tiles; the best weights are those of the lowest word loss on ``validate``.
    views : tuple of int
        Flips and turns of every training crop.
    text_steps : int
        First steps, on sentences without pictures only.
    steps : int
        Steps in all.
    text_share : float
        Share of the later steps that still train on sentences without pictures.
    unchanged_share : float
        Share of a batch's examples that show an unchanged pair.
    smoothing : float
        Label smoothing.
    """

    seed: int = 20
    train: tuple[str, ...] = ("middle", "train")
    validate: tuple[str, ...] = ("west", "seventeen")
    width: int = 192
    heads: int = 4
    hidden: int = 384
    layers: int = 2
    dropout: float = 0.3
    views: tuple[int, ...] = tuple(range(8))
    text_steps: int = 1500
    steps: int = 4000
    batch: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warm_up: float = 0.05
    text_share: float = 0.25
    unchanged_share: float = 0.2
    smoothing: float = 0.0
    average: float = 0.99
    validate_every: int = 100
    checkpoint_seconds: float = 60.0

    def decoder(self, memory_channels: int, words: int) -> CaptionDecoder:
        """A decoder with random weights."""
        return CaptionDecoder(
            memory_channels, self.width, self.heads, self.hidden, self.layers, words, self.dropout
        )


@dataclasses.dataclass(frozen=True)
class Corpus:
    """What a decoder learns from.

    Attributes
    ----------
    seen : Tensor
        Evidence (crops, views, C, h, w), any float type.
    changed, unchanged : sequence of Example
        Training sentences by kind of pair.
    held : sequence of Example
        Validation sentences of changed pairs.
    texts : sequence of tuples of int
        Token lists without a picture.
    """

    seen: Tensor
    changed: Sequence[Example]
    unchanged: Sequence[Example]
    held: Sequence[Example]
    texts: Sequence[tuple[int, ...]]


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


def _draw(rng: np.random.Generator, pool: Sequence, count: int) -> list:
    return [pool[i] for i in rng.integers(len(pool), size=count)] if pool else []


def step_loss(decoder: CaptionDecoder, corpus: Corpus, config: CaptionConfig, step: int) -> Tensor:
    """Loss of the batch that belongs to one step."""
    rng = np.random.default_rng([config.seed, step])
    device = decoder.position.device
    if corpus.texts and (step < config.text_steps or rng.random() < config.text_share):
        tokens = padded(_draw(rng, corpus.texts, config.batch)).to(device)
        memory = decoder.nothing_seen(len(tokens))
    else:
        still = round(config.unchanged_share * config.batch) if corpus.unchanged else 0
        drawn = _draw(rng, corpus.unchanged, still)
        drawn += _draw(rng, corpus.changed, config.batch - still)
        tokens = padded(example.tokens for example in drawn).to(device)
        memory = decoder.remember(evidence_of(corpus.seen, drawn).to(device))
    return caption_loss(decoder, memory, tokens, config.smoothing)


def evidence_of(seen: Tensor, drawn: Sequence[Example]) -> Tensor:
    """Float32 evidence (N, C, h, w) of some examples."""
    return seen[[e.crop for e in drawn], [e.view for e in drawn]].float()


@torch.no_grad()
def held_loss(
    decoder: CaptionDecoder, seen: Tensor, held: Sequence[Example], batch: int = 64
) -> float:
    """Mean word loss on validation sentences."""
    decoder.eval()
    device = decoder.position.device
    total, words = 0.0, 0
    for start in range(0, len(held), batch):
        several = held[start : start + batch]
        tokens = padded(example.tokens for example in several).to(device)
        count = sum(len(example.tokens) - 1 for example in several)
        memory = decoder.remember(evidence_of(seen, several).to(device))
        total += float(caption_loss(decoder, memory, tokens)) * count
        words += count
    return total / max(1, words)


def fit_captions(
    config: CaptionConfig, corpus: Corpus, words: int, out: Path, resume: bool = True
) -> CaptionDecoder:
    """Train a decoder; ``out`` receives ``last.pt``, ``best.pt`` and ``log.jsonl``.

    Returns the weights of the lowest validation loss, averaged over the last steps before it, in
    evaluation mode; the last ones where there is nothing to validate on.

    Raises
    ------
    ValueError
        ``out`` holds a run with other settings.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    settings = json.loads(json.dumps(dataclasses.asdict(config)))
    accelerator = Accelerator(cpu=not torch.cuda.is_available())
    plain = config.decoder(corpus.seen.shape[2] - FINE, words)
    average = copy.deepcopy(plain).requires_grad_(False).to(accelerator.device)
    kernels = [p for p in plain.parameters() if p.ndim > 1]
    rest = [p for p in plain.parameters() if p.ndim <= 1]
    groups = [{"params": kernels, "weight_decay": config.weight_decay}, {"params": rest}]
    steering = torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=0.0)
    decoder, steering = accelerator.prepare(plain, steering)
    plain = accelerator.unwrap_model(decoder)
    first, best = 0, math.inf
    last = out / checkpoint.LAST
    if resume and last.exists():
        state = checkpoint.read(last)
        if state["config"] != settings:
            raise ValueError(f"{last} was made with other settings; start a new run folder")
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
        loss = step_loss(plain, corpus, config, step)
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
            if corpus.held and done > config.text_steps:
                value = held_loss(average, corpus.seen, corpus.held)
                line["validation"] = round(value, 4)
                if value < best:
                    best = value
                    checkpoint.save(out / BEST, {"decoder": average.state_dict(), "step": done})
            with open(out / "log.jsonl", "a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        if ends or time.monotonic() - saved > config.checkpoint_seconds:
            values = {"step": done, "best": best, "config": settings}
            values |= {"decoder": plain.state_dict(), "average": average.state_dict()}
            checkpoint.save(last, values | {"optimiser": steering.state_dict()})
            saved = time.monotonic()
    if corpus.held and (out / BEST).exists():
        average.load_state_dict(checkpoint.read(out / BEST)["decoder"])
    return average.eval()
