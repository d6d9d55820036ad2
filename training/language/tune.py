"""Tuning an adapter of the large model: transformers' Trainer over conversations."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import peft
import torch
from transformers import TrainingArguments

from engine.models.folder import sha256_of
from training.language.base_model import Base, base_folder, best_dtype, open_base
from training.language.conversation_rows import Collator, Rows
from training.language.conversations import load_conversations
from training.language.run_folder import last_checkpoint, remember
from training.language.tune_config import LAYERS, AdapterConfig, TuneConfig
from training.language.tuner import DECAY, Tuner

ADAPTER = "adapter"
"""In a run's folder."""


@dataclasses.dataclass(frozen=True)
class TuneData:
    """Files to learn from.

    Attributes
    ----------
    train, validation : tuple of Path
        ``SPLIT/TASK.json`` or ``SPLIT.jsonl`` of ``change-imti``.
    images : Path, optional
        Where the data's image paths start from.
    """

    train: tuple[Path, ...]
    validation: tuple[Path, ...] = ()
    images: Path | None = None


def with_adapter(network: Any, config: AdapterConfig) -> Any:
    """A network whose adapter alone learns; it starts as no change at all."""
    settings = peft.LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=LAYERS[config.layers],
        task_type="CAUSAL_LM",
    )
    return peft.get_peft_model(network, settings)


def tune(
    config: TuneConfig,
    data: TuneData,
    out: Path,
    base: str | None = None,
    say: Callable[[str], None] = print,
) -> Path:
    """Tune; a run that was stopped goes on from its last checkpoint. Returns the adapter's folder.

    Parameters
    ----------
    out : Path
        Run folder.
    base : str, optional
        Folder or name of the model, instead of the settings' own.

    Raises
    ------
    FileNotFoundError
        The model, a file or an image is not there.
    ValueError
        They do not fit, several GPUs would be used by one process, or the folder holds a run with
        other settings, another model or other data.
    """
    _check_processes()
    source = base or config.base
    if source is None:
        raise ValueError("no model: name it with --base")
    folder = base_folder(source, config.revision)
    remember(out, _made_of(config, data, source, folder))
    if (out / ADAPTER).is_dir():
        say(f"{out / ADAPTER} is there already")
        return out / ADAPTER
    opened = open_base(folder, best_dtype(), config.fit.attention)
    rows = [
        Rows(
            load_conversations(files, config, data.images),
            opened,
            config.image_px,
            config.cutoff,
            say,
        )
        for files in (data.train, data.validation)
        if files
    ]
    torch.manual_seed(config.seed)
    network = with_adapter(opened.network, config.adapter)
    learned, every = network.get_nb_trainable_parameters()
    say(f"{learned:,} of {every:,} weights learn")
    _fit(network, opened, rows, config, out, say)
    _save(network, source, config.revision, out / ADAPTER)
    return out / ADAPTER


def _fit(
    network: Any,
    base: Base,
    rows: Sequence[Rows],
    config: TuneConfig,
    out: Path,
    say: Callable[[str], None],
) -> None:
    fit = config.fit
    a_step = fit.batch * fit.accumulation * int(os.environ.get("WORLD_SIZE", "1"))
    steps = fit.steps or fit.epochs * math.ceil(len(rows[0]) / a_step)
    cuda = torch.cuda.is_available()
    if fit.recompute:
        # Not by the Trainer's argument: its name, and this method's, change with transformers 5.
        network_of = base.network
        enable = getattr(network_of, "activation_checkpointing_enable", None)
        (enable or network_of.gradient_checkpointing_enable)({"use_reentrant": False})
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"),
        max_steps=steps,
        per_device_train_batch_size=fit.batch,
        per_device_eval_batch_size=fit.batch,
        gradient_accumulation_steps=fit.accumulation,
        learning_rate=fit.learning_rate,
        weight_decay=DECAY,
        warmup_steps=round(fit.warm_up * steps),
        lr_scheduler_type="cosine",
        bf16=cuda,
        use_cpu=not cuda,
        logging_steps=10,
        eval_strategy="steps" if len(rows) > 1 else "no",
        eval_steps=fit.checkpoint_steps,
        save_steps=fit.checkpoint_steps,
        save_total_limit=2,
        seed=config.seed,
        data_seed=config.seed,
        remove_unused_columns=False,
        label_names=["labels"],
        prediction_loss_only=True,
        ddp_find_unused_parameters=False,
        dataloader_num_workers=4 if cuda else 0,
        report_to=[],
        disable_tqdm=True,
    )
    tuner = Tuner(
        model=network,
        args=arguments,
        train_dataset=rows[0],
        eval_dataset=rows[1] if len(rows) > 1 else None,
        data_collator=Collator(base, config.image_px),
        ratio=config.adapter.ratio,
    )
    last = last_checkpoint(out / "checkpoints")
    say(f"from step {last.name.split('-')[1]} of {steps}" if last else f"{steps} steps")
    tuner.train(resume_from_checkpoint=str(last) if last else None)


def _save(network: Any, source: str, revision: str | None, folder: Path) -> None:
    """Write the adapter, whole or not at all; it names the model it is for."""
    if int(os.environ.get("RANK", "0")):
        return
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    settings = network.peft_config["default"]
    local = Path(source).is_dir()
    settings.base_model_name_or_path = str(Path(source).resolve()) if local else source
    settings.revision = None if local else revision
    network.save_pretrained(str(part), safe_serialization=True)
    part.replace(folder)


def _made_of(
    config: TuneConfig, data: TuneData, source: str, folder: Path
) -> dict[str, dict[str, Any]]:
    """What the run is made with."""
    weights = "".join(
        f"{path.name} {path.stat().st_size}\n" for path in sorted(folder.glob("*.safetensors"))
    )
    return {
        "settings": dataclasses.asdict(config) | {"base": source},
        "data": {
            "train": [sha256_of(path) for path in data.train],
            "validation": [sha256_of(path) for path in data.validation],
        },
        "base": {
            "config": sha256_of(folder / "config.json"),
            "weights": hashlib.sha256(weights.encode()).hexdigest(),
        },
    }


def _check_processes() -> None:
    if torch.cuda.device_count() > 1 and "WORLD_SIZE" not in os.environ:
        raise ValueError(
            "several GPUs: start one process each (torchrun --nproc-per-node N -m training …), or "
            "choose one with CUDA_VISIBLE_DEVICES"
        )
