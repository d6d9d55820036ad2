"""An adapter put into its model for good: a folder that any server of Qwen2.5-VL loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import peft
from safetensors import safe_open

from training.language.base_model import BESIDE, base_folder, open_base

SHARD = "4GB"
SETTINGS, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def merge(adapter: Path, out: Path, base: str | None = None, revision: str | None = None) -> Path:
    """Merge; needs memory for the model once, in the precision that it is stored in.

    Parameters
    ----------
    adapter : Path
        Folder as peft writes it, safetensors only.
    out : Path
        A folder that does not exist yet. Beside the weights it has the base's own files, as they
        are: configuration, tokenizer, image processor, chat template.
    base, revision : str, optional
        The model; what the adapter names by default.

    Raises
    ------
    FileNotFoundError
        The adapter or its base is not there.
    ValueError
        The adapter is for another model, its weights are no safetensors, or ``out`` exists.
    """
    if out.exists():
        raise ValueError(f"{out} is there already; choose another folder")
    named, pinned = adapter_base(adapter)
    source = base_folder(base or named, revision or (None if base else pinned))
    opened = open_base(source, "auto")
    network = _merged(opened.network, adapter)
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    network.save_pretrained(part, safe_serialization=True, max_shard_size=SHARD)
    for pattern in BESIDE:
        for file in source.glob(pattern):
            if not file.name.endswith(".index.json"):
                shutil.copyfile(file, part / file.name)
    if strange := sorted(weight_names(part) ^ weight_names(source)):
        raise ValueError(f"weights of other names than the base's: {', '.join(strange[:3])}")
    part.replace(out)
    return out


def adapter_base(adapter: Path) -> tuple[str, str | None]:
    """Name and pinned commit of the model that an adapter says it is for.

    Raises
    ------
    FileNotFoundError, ValueError
        There is no adapter, or its weights are no safetensors.
    """
    if not (adapter / SETTINGS).is_file():
        raise FileNotFoundError(f"no adapter at {adapter}")
    if not (adapter / WEIGHTS).is_file():
        raise ValueError(f"{adapter} has no safetensors weights; other kinds are not loaded")
    settings = json.loads((adapter / SETTINGS).read_text("utf-8"))
    return str(settings["base_model_name_or_path"]), settings.get("revision")


def weight_names(folder: Path) -> set[str]:
    """Names of all weights in a folder's safetensors."""
    names: set[str] = set()
    for file in folder.glob("*.safetensors"):
        with safe_open(file, "pt") as weights:
            names |= set(weights.keys())
    return names


def _merged(network: Any, adapter: Path) -> Any:
    """The network with the adapter in it; peft itself passes over weights that find no layer."""
    try:
        tuned = peft.PeftModel.from_pretrained(network, str(adapter))
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise ValueError(f"{adapter} is for another model: {reason}") from error
    with safe_open(adapter / WEIGHTS, "pt") as weights:
        names = set(weights.keys())
    if lost := sorted(names ^ set(peft.get_peft_model_state_dict(tuned))):
        raise ValueError(f"{adapter} is for another model: {lost[0]} has no counterpart")
    return tuned.merge_and_unload(safe_merge=True)
