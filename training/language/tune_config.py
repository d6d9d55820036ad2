"""Settings of the large model's tuning, read from TOML."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from engine.guide.card_fields import PRESETS
from engine.language.prompts import SYSTEM
from engine.language.qwen import SIDE_PX

_NAMES = "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj"
LAYERS = MappingProxyType(
    {
        "all": rf".*\.({_NAMES}|qkv|attn\.proj|merger\.mlp\.[02])",
        "language": rf".*language_model.*\.({_NAMES})",
    }
)
"""Linear layers with an adapter, as patterns of module names: all but the output layer (the vision
part's first layer is a convolution), or those of the text part, which servers can load."""


@dataclasses.dataclass(frozen=True)
class AdapterConfig:
    """The adapter (LoRA).

    Attributes
    ----------
    layers : {"all", "language"}
    rank, alpha, dropout
        Its product is scaled by alpha / rank.
    ratio : float
        B's learning rate over A's (LoRA+); 1 is plain LoRA.
    """

    layers: str = "language"
    rank: int = 8
    alpha: int = 16
    dropout: float = 0.0
    ratio: float = 1.0

    def __post_init__(self) -> None:
        if self.layers not in LAYERS:
            raise ValueError(
                f"adapter.layers is {self.layers!r}; choose one of {', '.join(LAYERS)}"
            )
        if self.rank < 1 or self.ratio < 1:
            raise ValueError("adapter.rank and adapter.ratio are at least 1")


@dataclasses.dataclass(frozen=True)
class FitConfig:
    """How it learns.

    Attributes
    ----------
    epochs : int
    steps : int, optional
        Optimiser steps instead of whole epochs.
    batch, accumulation : int
        Conversations read at a time on one GPU, and how many times before a step.
    learning_rate : float
        The highest; a cosine down to 0 after the warm-up.
    warm_up : float
        Share of the steps.
    checkpoint_steps : int
        A stopped run goes on from the last so many steps; the validation loss is taken there too.
    recompute : bool
        Gradient checkpointing: less memory, a third more time.
    attention : str
        transformers' name of it.
    """

    epochs: int = 1
    steps: int | None = None
    batch: int = 6
    accumulation: int = 4
    learning_rate: float = 1e-4
    warm_up: float = 0.1
    checkpoint_steps: int = 500
    recompute: bool = True
    attention: str = "sdpa"


@dataclasses.dataclass(frozen=True)
class TuneConfig:
    """The whole tuning.

    Attributes
    ----------
    base : str, optional
        Folder, or name on the hub.
    revision : str, optional
        Commit of the hub's model, 40 hex digits.
    prompts : {"data", "engine"}
        Questions as the data has them, or as the engine asks them (JSONL only).
    card : str
        Preset of the guide's card in the engine's prompts; empty for none.
    system : str
        System message of the data's prompts.
    image_px : int
        Side of an image before it is rounded to whole tokens; the engine's is 256.
    cutoff : int
        Tokens of a conversation; last turns that go beyond are left out.
    """

    adapter: AdapterConfig = AdapterConfig()
    fit: FitConfig = FitConfig()
    base: str | None = None
    revision: str | None = None
    seed: int = 50
    prompts: Literal["data", "engine"] = "engine"
    card: str = ""
    system: str = SYSTEM
    image_px: int = SIDE_PX
    cutoff: int = 2048

    def __post_init__(self) -> None:
        if self.prompts not in ("data", "engine"):
            raise ValueError(f"prompts is {self.prompts!r}; choose data or engine")
        if self.card and self.card not in PRESETS:
            raise ValueError(f"card is {self.card!r}; choose one of {', '.join(PRESETS)}")


def load_tuning(path: Path) -> TuneConfig:
    """Read a TOML file.

    Raises
    ------
    FileNotFoundError
    ValueError
        No TOML, a setting that there is not, or a value that it cannot have.
    """
    with open(path, "rb") as stream:
        values = tomllib.load(stream)
    parts: dict[str, Any] = {
        "adapter": AdapterConfig(**_known(values.pop("adapter", {}), AdapterConfig, "adapter")),
        "fit": FitConfig(**_known(values.pop("fit", {}), FitConfig, "fit")),
    }
    return TuneConfig(**parts, **_known(values, TuneConfig, str(path.name)))


def _known(values: dict[str, Any], kind: type[Any], where: str) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    if unknown := sorted(set(values) - names):
        raise ValueError(f"unknown settings in {where}: {', '.join(unknown)}")
    return values
