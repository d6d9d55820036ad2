"""The training loop: accelerate for device and precision, the rest in plain sight."""

from __future__ import annotations

import copy
import json
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from accelerate import Accelerator

from training.guide import checkpoint
from training.guide.config import FitConfig
from training.guide.data import Crops, batches
from training.guide.losses import guide_loss
from training.guide.networks import GuideNetwork, build, channels_last
from training.guide.runs import plain, with_defaults
from training.guide.twins import steady_loss


def learning_rate(config: FitConfig, step: int) -> float:
    """Linear warm-up, then cosine to zero at the last step."""
    warm = max(1, round(config.warm_up * config.steps))
    if step < warm:
        return config.learning_rate * (step + 1) / warm
    share = (step - warm) / max(1, config.steps - warm)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def optimiser(network: GuideNetwork, config: FitConfig) -> torch.optim.Optimizer:
    """AdamW with decay on the kernels only, and a rate of its own for the encoder.

    ``rate`` of a group is its share of the learning rate.
    """
    groups = []
    for inside, rate in ((True, config.encoder_rate), (False, 1.0)):
        chosen = [
            weight
            for name, weight in network.named_parameters()
            if name.startswith("encoder.") == inside and weight.requires_grad
        ]
        for decay, part in (
            (config.weight_decay, [weight for weight in chosen if weight.ndim > 1]),
            (0.0, [weight for weight in chosen if weight.ndim <= 1]),
        ):
            groups.append({"params": part, "weight_decay": decay, "rate": rate})
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.98))


@torch.no_grad()
def follow(average: GuideNetwork, network: GuideNetwork, decay: float, step: int) -> None:
    """Move the averaged weights and statistics towards the current ones."""
    share = 1 - min(decay, (1 + step) / (10 + step))
    for mean, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(now, share)
        else:
            mean.copy_(now)


@torch.no_grad()
def carry_over(network: GuideNetwork, weights: dict[str, torch.Tensor]) -> None:
    """Start from another run's weights, whose network may have been smaller.

    A kernel that has got more inputs since keeps what it was and gives the new ones no weight;
    what the other network did not have keeps its start, further outputs among it.

    Raises
    ------
    ValueError
        A weight has another shape in some other way.
    """
    for name, own in network.state_dict().items():
        if name not in weights:
            continue
        given = weights[name]
        if given.shape[:1] < own.shape[:1] and given.shape[1:] == own.shape[1:]:
            given = torch.cat((given, own[len(given) :]))
        if own.ndim == 4 and given.shape[1] < own.shape[1] and given.shape[0] == own.shape[0]:
            given = F.pad(given, (0, 0, 0, 0, 0, own.shape[1] - given.shape[1]))
        if given.shape != own.shape:
            raise ValueError(f"{name} is {tuple(given.shape)}, wanted {tuple(own.shape)}")
        own.copy_(given)


def fit(
    config: FitConfig,
    crops: Crops,
    out: Path,
    resume: bool = True,
    workers: int = 1,
) -> Path:
    """Train and return the path of the last checkpoint.

    Parameters
    ----------
    config : FitConfig
        The run's settings; kept in the checkpoint, and a resumed run must have the same.
    crops : Crops
        The batches.
    out : Path
        Run folder: ``last.pt`` and ``log.jsonl``.
    resume : bool
        Continue from ``last.pt`` when there is one; else it is written over.
    workers : int
        Threads that prepare crops.

    Raises
    ------
    ValueError
        ``out`` holds a run with other settings.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    out.mkdir(parents=True, exist_ok=True)
    settings = plain(config)
    accelerator = Accelerator(cpu=not torch.cuda.is_available(), mixed_precision=config.precision)
    network = channels_last(build(config, pretrained=config.pretrained and not config.start_from))
    if config.start_from:
        carry_over(network, checkpoint.read(config.start_from)["average"])
    average = copy.deepcopy(network).requires_grad_(False).to(accelerator.device)
    network, steering = accelerator.prepare(network, optimiser(network, config))
    bare = accelerator.unwrap_model(network)
    first, spent = 0, 0.0
    last = out / checkpoint.LAST
    if resume and last.exists():
        state = checkpoint.read(last)
        if with_defaults(state["config"]) != settings:
            raise ValueError(f"{last} was made with other settings; start a new run folder")
        bare.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        steering.load_state_dict(state["optimiser"])
        first, spent = int(state["step"]), float(state["seconds"])
    started = saved = logged = time.monotonic()
    sums: dict[str, float] = {}
    counted = pairs = 0
    network.train()
    for step, batch in enumerate(batches(crops, first, workers), first):
        # Dropout draws by the step: a resumed run draws what an uninterrupted one does.
        torch.manual_seed(config.seed * 1_000_003 + step)
        for group in steering.param_groups:
            group["lr"] = learning_rate(config, step) * group["rate"]
        before, after, allowed, direction, flag = (part.to(accelerator.device) for part in batch)
        with accelerator.autocast():
            reading = network(before, after)
        loss, parts = guide_loss(reading, allowed, direction, flag, config)
        if config.twins and config.steady:
            unsteady = steady_loss(reading, before, after, config.twins)
            loss = loss + config.steady * unsteady
            parts["steady"] = float(unsteady.detach())
        steering.zero_grad(set_to_none=True)
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(network.parameters(), 2.0)
        steering.step()
        follow(average, bare, config.average, step)
        sums = {key: sums.get(key, 0.0) + value for key, value in parts.items()}
        counted, pairs = counted + 1, pairs + len(before)
        now, done = time.monotonic(), step + 1
        if counted == 50 or done == config.last_step:
            line = {"step": done, "of": config.last_step, "lr": learning_rate(config, step)}
            line |= {key: round(value / counted, 4) for key, value in sums.items()}
            line |= {"pairs_s": round(pairs / (now - logged), 1)}
            with open(out / "log.jsonl", "a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
            sums, counted, pairs, logged = {}, 0, 0, now
        if now - saved > config.checkpoint_seconds or done == config.last_step:
            values = {"step": done, "seconds": spent + now - started, "config": settings}
            values |= {"network": bare.state_dict(), "average": average.state_dict()}
            checkpoint.save(last, values | {"optimiser": steering.state_dict()})
            saved = now
    return last
