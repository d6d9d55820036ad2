"""Checkpoints that a killed run continues from with the same result."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from training.guide.config import FitConfig, from_dict
from training.guide.networks import GuideNetwork, build

LAST = "last.pt"


def save(path: Path, values: dict[str, Any]) -> None:
    """Write atomically: a kill leaves either the old file or the new one."""
    temporary = path.with_suffix(".part")
    torch.save(values, temporary)
    os.replace(temporary, path)


def read(path: str | Path) -> dict[str, Any]:
    """Read a checkpoint (tensors and plain values only) from a file or a run folder."""
    path = Path(path)
    path = path / LAST if path.is_dir() else path
    return torch.load(path, map_location="cpu", weights_only=True)


def averaged(path: str | Path) -> tuple[GuideNetwork, FitConfig, dict[str, Any]]:
    """The averaged network of a checkpoint in evaluation mode, its config, and the checkpoint."""
    state = read(path)
    config = from_dict(state["config"])
    network = build(config, pretrained=False)
    network.load_state_dict(state["average"])
    return network.eval(), config, state
