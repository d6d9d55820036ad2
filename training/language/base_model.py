"""The large model that is tuned: found, checked and opened from a local folder.

A name on the hub is fetched at one pinned commit (nothing is, in transformers' offline mode). Only
safetensors are loaded, and no code that a model brings.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoImageProcessor, AutoTokenizer, Qwen2_5_VLForConditionalGeneration

from engine.language.chat_format import IMAGE, TURN_END
from engine.language.qwen import ARCHITECTURE

WANTED = ("config.json", "tokenizer.json", "preprocessor_config.json")
BESIDE = ("*.json", "*.txt", "*.jinja", "*.model", "LICENSE*", "README.md")
"""Everything of a model folder but its weights."""


@dataclass(frozen=True)
class Base:
    """An opened model.

    Attributes
    ----------
    folder : Path
    network : Qwen2_5_VLForConditionalGeneration
    tokens, pictures
        transformers' tokenizer and image processor.
    """

    folder: Path
    network: Any
    tokens: Any
    pictures: Any

    @property
    def token_px(self) -> int:
        """Side of an image's token, pixels."""
        return token_px(self.network)


def token_px(network: Any) -> int:
    """Side of an image's token, pixels (28 of the published models)."""
    vision = network.config.vision_config
    return int(vision.patch_size) * int(vision.spatial_merge_size)


def base_folder(source: str, revision: str | None = None) -> Path:
    """The local folder of a model.

    Parameters
    ----------
    source : str
        Folder, or name on the hub (``owner/name``).
    revision : str, optional
        Commit of the hub's model.

    Raises
    ------
    FileNotFoundError
        There is no such model, or it cannot be fetched.
    ValueError
        A name without a pinned commit, or a folder that is no whole Qwen2.5-VL model.
    """
    folder = Path(source)
    if not folder.is_dir():
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", source) or source.startswith("."):
            raise FileNotFoundError(f"no model folder at {source}")
        if not re.fullmatch(r"[0-9a-f]{40}", revision or ""):
            raise ValueError(f"{source} needs a revision of 40 hex digits: names and branches move")
        folder = _fetched(source, str(revision))
    check_base(folder)
    return folder


def check_base(folder: Path) -> None:
    """Look at a model folder without opening its weights.

    Raises
    ------
    ValueError
        A file is missing, it is of another architecture, or its weights are no safetensors.
    """
    if missing := [name for name in WANTED if not (folder / name).is_file()]:
        raise ValueError(f"{folder} is no model folder: no {', '.join(missing)}")
    kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
    if kind != ARCHITECTURE:
        raise ValueError(f"{folder} is a {kind} model, not {ARCHITECTURE}")
    if not list(folder.glob("*.safetensors")):
        raise ValueError(f"{folder} has no safetensors weights; other kinds are not loaded")


def open_base(folder: Path, dtype: Any, attention: str = "sdpa") -> Base:
    """Load a checked folder onto the CPU.

    Parameters
    ----------
    dtype : torch.dtype or "auto"
        Of the weights.
    attention : str
        transformers' name of its implementation.

    Raises
    ------
    ValueError
        Weights are missing, or the tokenizer lacks the marks of images and turns.
    """
    # All local folders: nothing is downloaded.
    tokens = AutoTokenizer.from_pretrained(folder, local_files_only=True)  # nosec B615
    pictures = AutoImageProcessor.from_pretrained(folder, local_files_only=True)  # nosec B615
    loaded: Any = Qwen2_5_VLForConditionalGeneration.from_pretrained(  # nosec B615
        folder,
        dtype=dtype,
        attn_implementation=attention,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
    )
    network, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise ValueError(f"{folder} lacks weights: {missing[0]} and {len(missing) - 1} more")
    for name in (IMAGE, TURN_END):
        if tokens.convert_tokens_to_ids(name) in (None, tokens.unk_token_id):
            raise ValueError(f"the tokenizer in {folder} lacks {name}")
    return Base(folder, network, tokens, pictures)


def best_dtype() -> torch.dtype:
    """bf16 with a GPU, float32 without."""
    return torch.bfloat16 if torch.cuda.is_available() else torch.float32


def _fetched(name: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download

    patterns = [*BESIDE, "*.safetensors"]
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=patterns))
    except (OSError, ValueError) as error:
        raise FileNotFoundError(
            f"{name} at {revision} is not on this machine and could not be fetched "
            f"({str(error).split('. ')[0]}); give a local folder instead"
        ) from error
