"""Teaching a nano model: transformers' Trainer over examples that are drawn by their number."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_model, save_model
from torch import Tensor
from torch.utils.data import Dataset, SequentialSampler
from transformers import Qwen2_5_VLForConditionalGeneration, Trainer, TrainingArguments

from training.language.batch import IGNORED
from training.language.examples import Example, Known, examples
from training.language.network import SIDE_PX
from training.language.parts import Sight
from training.language.run_folder import last_checkpoint

WEIGHTS = "network.safetensors"
Sources: TypeAlias = Mapping[str, Sequence[Known]]
"""Pairs to draw from, by the name of their source."""


@dataclasses.dataclass(frozen=True)
class TeachConfig:
    """One stage of teaching.

    Attributes
    ----------
    steps, batch : int
        Optimiser steps and pairs in each.
    asked : int
        Tasks and questions about each pair, which share its images and card.
    tasks : tuple of str
        Kinds of tasks that are asked; all without any.
    shares : mapping
        How often each source is drawn, by its name.
    checkpoint_steps : int
        A killed run goes on from the last so many steps.
    """

    seed: int = 50
    steps: int = 2000
    batch: int = 16
    asked: int = 1
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    warm_up: float = 0.05
    checkpoint_steps: int = 100
    tasks: tuple[str, ...] = ()
    shares: tuple[tuple[str, float], ...] = (("told", 1.0),)
    threads: int = 2

    @property
    def rows(self) -> int:
        """All that are taken."""
        return self.steps * self.batch


class Examples(Dataset):
    """Examples of a pair, decided by the seed and their number alone, so a run resumes exactly."""

    def __init__(self, sources: Sources, config: TeachConfig) -> None:
        shares = dict(config.shares)
        if missing := sorted(set(shares) - set(sources)):
            raise ValueError(f"no such source: {', '.join(missing)}")
        if empty := [name for name in sorted(shares) if not sources[name]]:
            raise ValueError(f"no pairs to draw from: {', '.join(empty)} (tiles need --readings)")
        self.names = sorted(shares)
        self.sources, self.config = sources, config
        weights = np.array([shares[name] for name in self.names], float)
        self.weights = weights / weights.sum()

    def __len__(self) -> int:
        return self.config.rows

    def __getitem__(self, number: int) -> list[Example]:
        seed = self.config.seed
        # A batch is of one source: rows with images are half as long again as those without.
        drawn = np.random.default_rng([seed, 1, number // self.config.batch])
        known = self.sources[self.names[int(drawn.choice(len(self.names), p=self.weights))]]
        rng = np.random.default_rng([seed, number])
        config = self.config
        return examples(known[int(rng.integers(len(known)))], rng, config.asked, config.tasks)


def answer_loss(
    network: Qwen2_5_VLForConditionalGeneration, sight: Sight, batch: dict[str, Tensor]
) -> Tensor:
    """Mean cross-entropy of the answers' tokens; see :func:`training.language.batch.collate`."""
    text: Any = network.model.language_model
    embeds = text.embed_tokens(batch["tokens"])
    slots = batch["slots"]
    if len(batch["images"]):
        vectors = sight(batch["images"]).flatten(0, 1)
        embeds = torch.where((slots >= 0)[..., None], vectors[slots.clamp_min(0)], embeds)
    hidden = text(
        inputs_embeds=embeds,
        position_ids=batch["places"],
        attention_mask={"full_attention": batch["seen"]},
        use_cache=False,
    ).last_hidden_state
    wanted = batch["labels"][:, 1:]
    asked = wanted != IGNORED
    return F.cross_entropy(network.lm_head(hidden[:, :-1][asked]).float(), wanted[asked])


class _Teacher(Trainer):
    """Trainer with :func:`answer_loss`, and checkpoints under the network's own names.

    transformers 5 writes Qwen2.5-VL's weights under the names of the published checkpoints, and its
    Trainer does not find them again when it resumes: it warns and goes on with what is in memory.
    """

    sight: Sight

    def _get_train_sampler(self, train_dataset: Any = None) -> SequentialSampler:
        """In their order: a dataset decides itself which rows make a batch."""
        rows: Any = self.train_dataset if train_dataset is None else train_dataset
        return SequentialSampler(rows)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_model(self.model, str(folder / WEIGHTS))  # type: ignore[arg-type]

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        network = self.model if model is None else model
        assert network is not None
        load_model(network, str(Path(resume_from_checkpoint) / WEIGHTS))

    def compute_loss(  # type: ignore[override]
        self, model: Any, inputs: dict[str, Tensor], return_outputs: bool = False, **_: Any
    ) -> Any:
        loss = answer_loss(_base(model), self.sight, inputs)
        return (loss, {"loss": loss}) if return_outputs else loss


def teach(
    network: Any,
    rows: Dataset,
    collator: Callable[[Any], dict[str, Any]],
    config: TeachConfig,
    out: Path,
    say: Callable[[str], None] = print,
) -> None:
    """Train ``network`` in place; a run that was stopped goes on from ``out``'s last checkpoint.

    Parameters
    ----------
    network : Qwen2_5_VLForConditionalGeneration or PeftModel
        With an adapter only that learns.
    rows : Dataset
        ``config.steps * config.batch`` of them, taken in their order.
    collator : callable
        Makes of ``config.batch`` rows what :func:`answer_loss` takes.
    """
    torch.set_num_threads(config.threads)
    arguments = TrainingArguments(
        output_dir=str(out),
        max_steps=config.steps,
        per_device_train_batch_size=config.batch,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        warmup_steps=round(config.warm_up * config.steps),
        lr_scheduler_type="cosine",
        logging_steps=20,
        save_steps=config.checkpoint_steps,
        save_total_limit=1,
        seed=config.seed,
        data_seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        report_to=[],
        dataloader_num_workers=0,
        disable_tqdm=True,
    )
    teacher = _Teacher(
        model=network,
        args=arguments,
        train_dataset=rows,
        data_collator=collator,
    )
    teacher.sight = Sight(_base(network), SIDE_PX)
    last = last_checkpoint(out)
    say(f"from step {last.name.split('-')[1]}" if last else "from the start")
    teacher.train(resume_from_checkpoint=str(last) if last else None)


def _base(network: Any) -> Qwen2_5_VLForConditionalGeneration:
    """The network itself, under an adapter or not."""
    found: Qwen2_5_VLForConditionalGeneration = (
        network.get_base_model() if hasattr(network, "get_base_model") else network
    )
    return found
